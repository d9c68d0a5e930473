internal import Basics
internal import CJansson

/// Turns jansson's tree into values; the tree stays its owner's.
enum JanssonTree {
  static func value(of json: UnsafeMutablePointer<json_t>, depth: Int) throws(JSONSyntaxError) -> Value {
    guard depth <= JSON.deepest else { throw JSONSyntaxError(reason: .tooDeep, line: 0, column: 0, offset: 0) }
    return switch json.pointee.type {
    case JSON_NULL: .null
    case JSON_TRUE: .bool(true)
    case JSON_FALSE: .bool(false)
    case JSON_INTEGER: .integer(Int(json_integer_value(json)))
    case JSON_REAL: .number(json_real_value(json))
    case JSON_STRING: .string(text(of: json))
    case JSON_ARRAY: .list(try elements(of: json, depth))
    case JSON_OBJECT: .object(try members(of: json, depth))
    default: preconditionFailure("jansson has eight types")
    }
  }

  private static func text(of json: UnsafeMutablePointer<json_t>) -> String {
    let start = UnsafeRawPointer(json_string_value(json))
    return String(decoding: UnsafeRawBufferPointer(start: start, count: json_string_length(json)), as: UTF8.self)
  }

  private static func elements(
    of json: UnsafeMutablePointer<json_t>, _ depth: Int
  ) throws(JSONSyntaxError) -> [Value] {
    let count = json_array_size(json)
    var elements: [Value] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      if let element = json_array_get(json, index) { elements.append(try value(of: element, depth: depth + 1)) }
    }
    return elements
  }

  private static func members(
    of json: UnsafeMutablePointer<json_t>, _ depth: Int
  ) throws(JSONSyntaxError) -> [String: Value] {
    var members: [String: Value] = [:]
    members.reserveCapacity(json_object_size(json))
    var iterator = json_object_iter(json)
    while let position = iterator {
      if let key = json_object_iter_key(position), let member = json_object_iter_value(position) {
        members[String(cString: key)] = try value(of: member, depth: depth + 1)
      }
      iterator = json_object_iter_next(json, position)
    }
    return members
  }
}
