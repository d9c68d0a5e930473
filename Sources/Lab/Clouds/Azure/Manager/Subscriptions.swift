import Basics

import struct FoundationEssentials.Date

/// The subscription, its locations and its resource providers.
extension AzureState {
  var subscriptionPath: String { "/subscriptions/\(credential.subscription)" }

  var subscription: Value {
    [
      "id": .string(subscriptionPath), "subscriptionId": .string(credential.subscription),
      "tenantId": .string(credential.tenant), "displayName": "Lab", "state": "Enabled",
      "subscriptionPolicies": [
        "locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off",
      ],
      "authorizationSource": "RoleBased", "managedByTenants": [],
    ]
  }

  var locations: [Value] {
    AzureCatalogue.locations.map { location in
      [
        "id": .string("\(subscriptionPath)/locations/\(location.name)"), "name": .string(location.name),
        "type": "Region", "displayName": .string(location.title),
        "regionalDisplayName": .string(location.title),
        "metadata": ["regionType": "Physical", "regionCategory": "Recommended"],
      ]
    }
  }

  // MARK: Providers

  func listProviders(_ call: ARMCall) throws(ServiceError) -> ARMReply {
    try page(Self.namespaces.map(providerBody), call)
  }

  func provider(_ namespace: String) throws(ServiceError) -> ARMReply {
    ARMReply(200, providerBody(try known(namespace)))
  }

  /// Registering takes a while; asking again while it does, or when it is done, is fine.
  mutating func register(_ namespace: String, _ verb: String) throws(ServiceError) -> ARMReply {
    let name = try known(namespace)
    let key = name.lowercased()
    if verb == "unregister" {
      try refuseUnregistering(name)
      registrations[key]?.turn(false, at: core.now)
    } else if registrations[key]?.phase(at: core.now) == false, registrations[key]?.next(after: core.now) == nil {
      registrations[key]?.turn(false, then: true, after: core.pace.seconds(30), at: core.now)
      var body = providerBody(name).members
      body["registrationState"] = "Registering"
      return ARMReply(200, .object(body))
    }
    return ARMReply(200, providerBody(name))
  }

  private func refuseUnregistering(_ name: String) throws(ServiceError) {
    guard resources.all.contains(where: { $0.id.kind.namespace == name }) else { return }
    throw ServiceError(
      "CannotUnregisterRegistryWithResources",
      "Cannot unregister resource namespace '\(name)' due to existing resources.", status: 409)
  }

  private func known(_ namespace: String) throws(ServiceError) -> String {
    guard let name = Self.namespaces.first(where: { $0.lowercased() == namespace.lowercased() }) else {
      throw ARMErrors.noType(namespace, "", version: "")
    }
    return name
  }

  private func providerBody(_ namespace: String) -> Value {
    let types: [Value] = AzureKind.allCases.filter { $0.namespace == namespace }.map { kind in
      [
        "resourceType": .string(kind.path),
        "locations": .list(AzureCatalogue.locations.map { .string($0.title) }),
        "apiVersions": .list(AzureVersions.of(kind).reversed().map(Value.string)),
        "capabilities": .string(kind.parent == nil ? "SupportsTags, SupportsLocation" : "None"),
      ]
    }
    return [
      "id": .string("\(subscriptionPath)/providers/\(namespace)"), "namespace": .string(namespace),
      "registrationPolicy": "RegistrationRequired", "registrationState": .string(registrationState(namespace)),
      "resourceTypes": .list(types),
    ]
  }

  private func registrationState(_ namespace: String) -> String {
    guard let state = registrations[namespace.lowercased()] else { return "NotRegistered" }
    if state.phase(at: core.now) { return "Registered" }
    return state.next(after: core.now) == nil ? "NotRegistered" : "Registering"
  }

  func checkRegistered(_ namespace: String) throws(ServiceError) {
    guard registrations[namespace.lowercased()]?.phase(at: core.now) != true else { return }
    let message = "The subscription is not registered to use namespace '\(namespace)'."
    throw ServiceError(
      "MissingSubscriptionRegistration", message, status: 409,
      members: [
        "details": [
          [
            "code": "MissingSubscriptionRegistration", "target": .string(namespace), "message": .string(message),
          ]
        ]
      ])
  }
}
