package import Basics

/// The functions that an expression may call, by name.
package struct JMESFunctions: Sendable {
  /// What a function does with arguments that fit its signature.
  package typealias Body = @Sendable (JMESArguments) throws(JMESPathError) -> Value

  /// How many arguments of which types a function takes, and what it gives.
  package struct Signature: Sendable, Hashable {
    package let parameters: [JMESTypes]
    /// The type of any number of further arguments; `nil`: there are none.
    package let rest: JMESTypes?
    package let result: JMESTypes

    package init(_ parameters: [JMESTypes], rest: JMESTypes? = nil, result: JMESTypes) {
      self.parameters = parameters
      self.rest = rest
      self.result = result
    }

    package func accepts(count: Int) -> Bool {
      rest == nil ? count == parameters.count : count >= parameters.count
    }

    func type(of position: Int) -> JMESTypes {
      position < parameters.count ? parameters[position] : rest ?? []
    }
  }

  package struct Function: Sendable {
    package let signature: Signature
    package let body: Body
  }

  package private(set) var byName: [String: Function]

  package init() { byName = [:] }

  /// Adds a function, or replaces the one of that name.
  package mutating func add(
    _ name: String, _ parameters: JMESTypes..., rest: JMESTypes? = nil, result: JMESTypes, body: @escaping Body
  ) {
    byName[name] = Function(signature: Signature(parameters, rest: rest, result: result), body: body)
  }

  /// What is wrong with a call as far as it can be told without data: an unknown name, or a wrong number of arguments.
  package func problem(of call: JMESCall) -> JMESPathError? {
    guard let function = byName[call.name] else { return unknown(call) }
    let signature = function.signature
    if signature.accepts(count: call.arguments.count) { return nil }
    let expected = "\(signature.parameters.count)\(signature.rest == nil ? "" : "+")"
    return JMESPathError(
      .invalidArity, .jmesArgumentCount,
      ["function": call.name, "expected": expected, "found": String(call.arguments.count)], offset: call.offset)
  }

  private func unknown(_ call: JMESCall) -> JMESPathError {
    guard let near = Suggestion.nearest(to: call.name, in: byName.keys) else {
      return JMESPathError(.unknownFunction, .jmesUnknownFunction, ["name": call.name], offset: call.offset)
    }
    return JMESPathError(
      .unknownFunction, .jmesUnknownFunctionNear, ["name": call.name, "suggestion": near], offset: call.offset)
  }

  func call(_ call: JMESCall, _ current: Value, _ evaluator: JMESEvaluator) throws(JMESPathError) -> Value {
    guard let function = byName[call.name] else { throw unknown(call) }
    if let problem = problem(of: call) { throw problem }
    var values: [Value] = []
    values.reserveCapacity(call.arguments.count)
    for (position, argument) in call.arguments.enumerated() {
      let wanted = function.signature.type(of: position)
      if case .reference = argument {
        guard wanted.contains(.expression) else { throw mismatch(call, position, wanted, found: "&expression") }
        // The place of an expression among the values is never read; `JMESArguments.evaluate` uses the node.
        values.append(.null)
      } else {
        let value = try evaluator.evaluate(argument, current)
        guard wanted.accept(value) else { throw mismatch(call, position, wanted, found: value.detailedTypeName) }
        values.append(value)
      }
    }
    return try function.body(JMESArguments(values: values, call: call, evaluator: evaluator))
  }

  private func mismatch(_ call: JMESCall, _ position: Int, _ wanted: JMESTypes, found: String) -> JMESPathError {
    JMESPathError(
      .invalidType, .jmesArgumentType,
      ["function": call.name, "position": String(position + 1), "expected": wanted.names, "found": found],
      offset: call.offset)
  }
}

/// The arguments of one call: values, and expressions that can be evaluated on elements.
package struct JMESArguments: Sendable {
  package let values: [Value]
  let call: JMESCall
  let evaluator: JMESEvaluator

  package subscript(position: Int) -> Value { values[position] }

  package var count: Int { values.count }

  package var functionName: String { call.name }

  /// How the argument at `position` is written.
  package func node(_ position: Int) -> JMESNode { call.arguments[position] }

  /// A variable of the evaluation, whether or not an expression could spell its name.
  package func variable(_ name: String) -> Value? { evaluator.variables[name] }

  /// Evaluates the `&expression` at `position` on an element.
  package func evaluate(_ position: Int, on element: Value) throws(JMESPathError) -> Value {
    guard case .reference(let body) = call.arguments[position] else {
      preconditionFailure("a signature with .expression lets only &expression through")
    }
    return try evaluator.evaluate(body, element)
  }

  /// An error about this call.
  package func error(
    _ kind: JMESPathError.Kind, _ code: Diagnostic.Code, _ arguments: [String: String] = [:]
  ) -> JMESPathError {
    JMESPathError(kind, code, arguments.merging(["function": call.name]) { given, _ in given }, offset: call.offset)
  }
}
