import Basics

extension AWSState {
  func describeInstanceAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let instance = try instance(call["InstanceId"] ?? "")
    let value: XMLValue.Field
    switch call["Attribute"] {
    case "sourceDestCheck":
      let check = try onlyInterface(of: instance).checksSourceAndDestination
      value = .init(name: "sourceDestCheck", value: ["value": .flag(check)])
    case "disableApiTermination":
      value = .init(name: "disableApiTermination", value: ["value": .flag(instance.isProtected)])
    case "instanceType": value = .init(name: "instanceType", value: ["value": .text(instance.type)])
    case "userData":
      let text = instance.userData.map { Base64.encode(Array($0.utf8)) }
      value = .init(name: "userData", value: ["value": .optional(text)])
    default: throw invalid("Attribute", call)
    }
    return XMLValue.fields([.init(name: "instanceId", value: .text(instance.id)), value])
  }

  private func onlyInterface(of instance: AWSInstance) throws(ServiceError) -> AWSInterface {
    guard instance.interfaces.count == 1, let id = instance.interfaces.first else {
      throw Self.manyInterfaces(instance.id)
    }
    return try interface(id)
  }

  mutating func modifyInstanceAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let instance = try instance(call["InstanceId"] ?? "")
    let groups = call.parameters.list("GroupId")
    let attributes = [
      call["SourceDestCheck.Value"] != nil, call["DisableApiTermination.Value"] != nil, !groups.isEmpty,
    ]
    guard attributes.count(where: { $0 }) == 1 else {
      throw ServiceError("InvalidParameterCombination", "Exactly one attribute must be specified.")
    }
    for id in groups { _ = try group(id) }
    if let value = call.flag("DisableApiTermination.Value") {
      here.instances.change(instance.id) { $0.isProtected = value }
      return ["return": true]
    }
    let interface = try onlyInterface(of: instance)
    here.interfaces.change(interface.id) { row in
      if let value = call.flag("SourceDestCheck.Value") { row.checksSourceAndDestination = value }
      if !groups.isEmpty { row.groups = groups }
    }
    return ["return": true]
  }
}
