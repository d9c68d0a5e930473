package import Basics

extension PersonRequest {
  /// The request as plain data, for journal and machine output.
  package var value: Value {
    var members: [String: Value] = ["reason": .string(reason.rawValue), "text": text.value]
    if !outputs.isEmpty { members["outputs"] = .list(outputs.map(\.requestValue)) }
    if !values.isEmpty { members["values"] = .object(values) }
    return .object(members)
  }

  /// Reads what `value` gave.
  package init?(value: Value) {
    guard let reason = value["reason"].string.flatMap(Reason.init(rawValue:)) else { return nil }
    let encoded = value["outputs"].list ?? []
    let outputs = encoded.compactMap(Field.init(requestValue:))
    guard outputs.count == encoded.count else { return nil }
    self.init(
      reason: reason, text: LocalizedText(value: value["text"]), outputs: outputs,
      values: value["values"].object ?? [:])
  }
}

extension LocalizedText {
  package var value: Value { .object(byLanguage.mapValues { .string($0) }) }

  /// A text by language, or one text for every language.
  package init(value: Value) {
    self.init(value.string.map { ["en": $0] } ?? (value.object ?? [:]).compactMapValues(\.string))
  }
}

extension Field {
  /// What a person needs to know of an output that they hand in: name, type, whether it is required or secret, the help.
  fileprivate var requestValue: Value {
    var members: [String: Value] = ["name": .string(name), "type": type.requestValue]
    if !required { members["required"] = false }
    if sensitive { members["sensitive"] = true }
    if let help { members["help"] = help.value }
    if let pattern { members["pattern"] = .string(pattern) }
    if let allowed { members["enum"] = .list(allowed) }
    return .object(members)
  }

  fileprivate init?(requestValue value: Value) {
    guard let name = value["name"].string, let type = ValueType(requestValue: value["type"]) else { return nil }
    self.init(
      name, type, required: value["required"].bool ?? true, allowed: value["enum"].list,
      pattern: value["pattern"].string, sensitive: value["sensitive"].bool ?? false,
      help: value["help"].isNull ? nil : LocalizedText(value: value["help"]))
  }
}

extension ValueType {
  /// `"cidr"`, `{"list": "cidr"}`, `{"object": [{"name": ..., "type": ...}]}`.
  fileprivate var requestValue: Value {
    switch self {
    case .list(let item): ["list": item.requestValue]
    case .map(let item): ["map": item.requestValue]
    case .object(let fields): ["object": .list(fields.map(\.requestValue))]
    default: .string(name)
    }
  }

  fileprivate init?(requestValue value: Value) {
    if let word = value.string {
      guard let type = Self.simple[word] else { return nil }
      self = type
      return
    }
    guard case .object = value else { return nil }
    if let item = ValueType(requestValue: value["list"]) {
      self = .list(item)
    } else if let item = ValueType(requestValue: value["map"]) {
      self = .map(item)
    } else if let encoded = value["object"].list {
      let fields = encoded.compactMap(Field.init(requestValue:))
      guard fields.count == encoded.count else { return nil }
      self = .object(fields)
    } else {
      return nil
    }
  }

  private static let simple: [String: ValueType] = [
    "string": .string, "integer": .integer, "number": .number, "boolean": .boolean, "cidr": .cidr, "ip": .ip,
    "duration": .duration, "host": .host, "any": .any,
  ]
}
