/// QingCloud's refusals: `ret_code` as the code, and a message that begins with its kind.
enum QingCloudError {
  static let noAction = ServiceError("1101", "InvalidRequestMethod, unknown action")
  static let expired = ServiceError("1300", "RequestHasExpired, the request is expired")
  static let quota = ServiceError("2500", "QuotasExceeded, quota exceeded")

  static func noZone(_ zone: String) -> ServiceError {
    ServiceError("1101", "InvalidRequestMethod, unknown zone [\(zone)]")
  }

  static func missing(_ name: String) -> ServiceError {
    ServiceError("1100", "MissingParameter, missing parameter [\(name)]")
  }

  static func illegal(_ what: String, _ value: String) -> ServiceError {
    ServiceError("1100", "InvalidRequestFormat, illegal \(what) [\(value)]")
  }

  static func notFound(_ id: String) -> ServiceError {
    ServiceError("2100", "ResourceNotFound, resource [\(id)] not found")
  }

  /// Not yours, no right, or a state that forbids it: the vendor has one code for all.
  static func denied(_ words: String) -> ServiceError { ServiceError("1400", "PermissionDenied, \(words)") }

  static func inTransition(_ id: String, _ status: String) -> ServiceError {
    denied("resource [\(id)] is in transition status [\(status)]")
  }

  static func inUse(_ kind: String, _ id: String) -> ServiceError {
    ServiceError("5400", "DependencyViolation, \(kind) [\(id)] is still in use")
  }
}
