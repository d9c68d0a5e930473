package import Basics

/// A misbehaviour to play on calls: `CLOUD:ACTION:KIND[:ARGUMENT][:COUNT]`, as in `alibaba:CreateCenBandwidthPackage:drop-response:1`.
///
/// `ACTION` is an action's name or `*`; `ARGUMENT` is a duration (`2s`) or, for `code`, an error code; `COUNT` is how many calls it
/// hits, 1 unless given, `always` for all.
package struct Fault: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The call is cut unheard, and the port refuses connections for a while.
    case refuse(Duration)
    /// Connection reset before anything is done.
    case resetBefore
    /// Everything is done, then the connection is reset: the answer is lost.
    case resetAfter
    /// Everything is done after a delay, and answered.
    case slow(Duration)
    /// Everything is done, and nothing is answered until the client gives up or this long has passed.
    case silence(Duration)
    /// 500, 502, 503 before anything is done.
    case http(Int)
    /// The vendor's throttling error, with its header for the delay when one is given.
    case throttle(Duration?)
    /// Everything is done; the body ends in the middle.
    case truncate
    /// Everything is done; the body is whole and no XML or JSON.
    case malformed
    /// Everything is done; the body is a page for people.
    case wrongType
    /// The vendor's error for a request that is too old; from then on the cloud's clock is an hour ahead, as its `Date` says.
    case clockSkew
    /// The vendor's error for a temporary credential that has ended.
    case expiredToken
    /// What the call makes is listed only after this long.
    case lag(Duration)
    /// Any of the vendor's error codes, before anything is done.
    case code(String)
    /// Accepted; the operation that the call begins ends in this error.
    case failLater(String)
  }

  package var cloud: CloudName
  /// `nil`: every action.
  package var action: String?
  package var kind: Kind
  /// `nil`: without end.
  package var count: Int?

  package init(cloud: CloudName, action: String?, kind: Kind, count: Int? = 1) {
    self.cloud = cloud
    self.action = action
    self.kind = kind
    self.count = count
  }

  /// Reads the text form; a text that means nothing is a diagnostic that names the part.
  package init(_ text: String) throws(Diagnostic) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3 else { throw Diagnostic(.labFaultMalformed, ["fault": text]) }
    guard let cloud = CloudName(rawValue: parts[0]) else {
      throw Diagnostic(.labFaultUnknownCloud, ["fault": text, "cloud": parts[0]])
    }
    let (action, name) = (parts[1], parts[2])
    parts.removeFirst(3)
    var count: Int? = 1
    // A code can be a number, too, as QingCloud's are.
    if let last = parts.last, last == "always" || Int(last) != nil,
      !["code", "fail-later"].contains(name) || parts.count > 1
    {
      count = Int(last)
      parts.removeLast()
    }
    guard parts.count <= 1, count ?? 1 > 0, let kind = Kind(name, argument: parts.first) else {
      throw Diagnostic(.labFaultUnknownKind, ["fault": text, "kind": name])
    }
    self.init(cloud: cloud, action: action == "*" ? nil : action, kind: kind, count: count)
  }

  func hits(_ cloud: CloudName, _ action: String) -> Bool {
    self.cloud == cloud && (self.action == nil || self.action == action)
  }
}

extension Fault.Kind {
  init?(_ name: String, argument: String?) {
    let duration = argument.flatMap { Duration(text: $0) }
    if argument != nil, duration == nil, !["code", "fail-later"].contains(name) { return nil }
    switch name {
    case "refuse": self = .refuse(duration ?? .seconds(1))
    case "reset-before": self = .resetBefore
    case "reset-after", "drop-response": self = .resetAfter
    case "slow": self = .slow(duration ?? .seconds(2))
    case "timeout": self = .silence(duration ?? .seconds(300))
    case "http-500": self = .http(500)
    case "http-502": self = .http(502)
    case "http-503": self = .http(503)
    case "throttle": self = .throttle(duration)
    case "truncate": self = .truncate
    case "malformed": self = .malformed
    case "wrong-type": self = .wrongType
    case "clock-skew": self = .clockSkew
    case "expired-token": self = .expiredToken
    case "lag": self = .lag(duration ?? .seconds(5))
    case "code":
      guard let argument, !argument.isEmpty else { return nil }
      self = .code(argument)
    case "fail-later": self = .failLater(argument ?? "InternalServerError")
    default: return nil
    }
  }

  /// The name in the ledger and in the text form.
  package var name: String {
    switch self {
    case .refuse: "refuse"
    case .resetBefore: "reset-before"
    case .resetAfter: "reset-after"
    case .slow: "slow"
    case .silence: "timeout"
    case .http(let status): "http-\(status)"
    case .throttle: "throttle"
    case .truncate: "truncate"
    case .malformed: "malformed"
    case .wrongType: "wrong-type"
    case .clockSkew: "clock-skew"
    case .expiredToken: "expired-token"
    case .lag: "lag"
    case .code(let code): "code:\(code)"
    case .failLater(let code): "fail-later:\(code)"
    }
  }
}

extension Diagnostic.Code {
  /// Not `CLOUD:ACTION:KIND`; `fault`.
  package static let labFaultMalformed = Diagnostic.Code("lab.fault-malformed")
  /// `fault`, `cloud`.
  package static let labFaultUnknownCloud = Diagnostic.Code("lab.fault-unknown-cloud")
  /// `fault`, `kind`.
  package static let labFaultUnknownKind = Diagnostic.Code("lab.fault-unknown-kind")
}
