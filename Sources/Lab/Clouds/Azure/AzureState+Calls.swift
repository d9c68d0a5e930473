import Basics

extension AzureState {
  /// Answers one call whose form is right; changes nothing but the request budget when it throws.
  mutating func answer(_ call: APICall) throws(ServiceError) -> ARMReply {
    if call.product == AzureFrontEnd.login { return try answerLogin(call) }
    try tokens.check(call[ARMCall.Name.bearer] ?? "", at: core.now)
    guard let request = ARMCall(call) else { throw ARMErrors.noPath(call[ARMCall.Name.path] ?? "") }
    try checkSubscription(request)
    let kind = ARMBudgets.Kind(method: request.method)
    let left = try budgets.take(kind, pace: core.pace, at: core.now)
    var draft = self
    draft.core.begin(call, at: core.now)
    var reply = try draft.perform(request)
    self = draft
    reply.headers.append(("x-ms-ratelimit-remaining-subscription-\(kind.rawValue)", String(left)))
    return reply
  }

  private func checkSubscription(_ call: ARMCall) throws(ServiceError) {
    guard let id = call.subscription, id.lowercased() != credential.subscription.lowercased() else { return }
    throw ARMErrors.noSubscription(id)
  }

  private mutating func perform(_ call: ARMCall) throws(ServiceError) -> ARMReply {
    switch call.target {
    case .subscriptions: try page([subscription], call)
    case .subscription: ARMReply(200, subscription)
    case .locations: try page(locations, call)
    case .groups: try listGroups(call)
    case .group(let name): try performOnGroup(name, call)
    case .resources(let group): try listResources(group, call)
    case .providers: try listProviders(call)
    case .provider(let namespace): try provider(namespace)
    case .registration(let namespace, let verb): try register(namespace, verb)
    case .sizes: try listSizes(call)
    case .images(let path): try listImages(path)
    case .operation(let id): try operationStatus(id)
    case .result(let id): try operationResult(id, call)
    case .list(let kind, let group, let parent): try list(kind, group, parent, call)
    case .resource(let id): try performOnResource(id, call)
    case .action(let id, let verb): try act(verb.lowercased(), on: id, call)
    case .unknown(let namespace, let type): throw ARMErrors.noType(namespace, type, version: call.version)
    }
  }

  private mutating func performOnGroup(_ name: String, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    switch call.method {
    case "PUT": try putGroup(name, call)
    case "PATCH": try patchGroup(name, call)
    case "DELETE": try deleteGroup(name, call)
    case "HEAD": ARMReply(groups[name.lowercased()] == nil ? 404 : 204)
    default: ARMReply(200, groupBody(try group(name)))
    }
  }

  private mutating func performOnResource(_ id: ARMID, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    switch call.method {
    case "PUT": try put(id, call)
    case "PATCH": try patch(id, call)
    case "DELETE": try delete(id, call)
    default: ARMReply(200, body(of: try find(id), expanding: call.option("$expand")))
    }
  }

  private mutating func act(_ verb: String, on id: ARMID, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    let resource = try find(id)
    return switch verb {
    case "instanceview": ARMReply(200, instanceView(of: resource))
    case "effectiveroutetable": try effectiveRoutes(of: resource, call)
    case "runcommand": try runCommand(on: resource, call)
    default: try changePower(verb, of: resource, call)
    }
  }

  // MARK: Finding

  func group(_ name: String) throws(ServiceError) -> ARMGroup {
    guard let group = groups[name.lowercased()] else { throw ARMErrors.noGroup(name) }
    return group
  }

  /// A resource that reads may see.
  func find(_ id: ARMID) throws(ServiceError) -> ARMResource {
    _ = try group(id.group)
    if let parent = id.parent, resources[parent.key] == nil { throw ARMErrors.noParent(parent) }
    guard let resource = resources[id.key], core.isVisible(resource.id.description) else {
      throw ARMErrors.noResource(id)
    }
    return resource
  }
}
