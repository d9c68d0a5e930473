import Basics

/// The errors of Azure Resource Manager and its network provider that several calls share.
enum ARMErrors {
  static func noPath(_ path: String) -> ServiceError {
    ServiceError("HttpResourceNotFound", "The request url \(path) is not found.", status: 404)
  }

  static func noType(_ namespace: String, _ type: String, version: String) -> ServiceError {
    let known = AzureKind.allCases.contains { $0.namespace.lowercased() == namespace.lowercased() }
    if !known {
      return ServiceError(
        "InvalidResourceNamespace", "The resource namespace '\(namespace)' is invalid.", status: 404)
    }
    return ServiceError(
      "InvalidResourceType",
      "The resource type '\(type)' could not be found in the namespace '\(namespace)' for api version '\(version)'.",
      status: 404)
  }

  static func noSubscription(_ id: String) -> ServiceError {
    ServiceError("SubscriptionNotFound", "The subscription '\(id)' could not be found.", status: 404)
  }

  static func noGroup(_ name: String) -> ServiceError {
    ServiceError("ResourceGroupNotFound", "Resource group '\(name)' could not be found.", status: 404)
  }

  /// A resource in a group is missed by the manager, a child by its provider.
  static func noResource(_ id: ARMID) -> ServiceError {
    if id.parent != nil { return network("NotFound", "Resource \(id) not found.", status: 404) }
    return ServiceError(
      "ResourceNotFound",
      "The Resource '\(id.kind.type)/\(id.name)' under resource group '\(id.group)' was not found. For more details "
        + "please go to https://aka.ms/ARMResourceNotFoundFix", status: 404)
  }

  static func noParent(_ id: ARMID) -> ServiceError {
    ServiceError(
      "ParentResourceNotFound",
      "Can not perform requested operation on nested resource. Parent resource '\(id.name)' not found.", status: 404)
  }

  /// A body that is no resource.
  static func format(_ code: String, _ message: String) -> ServiceError {
    ServiceError(
      "InvalidRequestFormat", "Cannot parse the request.",
      members: ["details": [["code": .string(code), "message": .string(message)]]])
  }

  /// An error of the network provider, which always has a list of details.
  static func network(_ code: String, _ message: String, status: Int = 400) -> ServiceError {
    ServiceError(code, message, status: status, members: ["details": []])
  }

  /// An error of the compute provider about one property.
  static func parameter(_ target: String, _ message: String) -> ServiceError {
    ServiceError("InvalidParameter", message, members: ["target": .string(target)])
  }

  static func noReference(_ id: ARMID, from user: ARMID) -> ServiceError {
    network(
      "InvalidResourceReference",
      "Resource \(id) referenced by resource \(user) was not found. Please make sure that the referenced resource "
        + "exists, and that both resources are in the same region.")
  }

  static func precondition(_ name: String) -> ServiceError {
    ServiceError(
      "PreconditionFailed", "The condition specified by the \(name) header was not met.", status: 412,
      members: ["details": []])
  }
}
