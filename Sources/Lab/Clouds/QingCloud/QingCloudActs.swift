import Basics

/// What a person does in QingCloud's console because no API does it: `lab/qingcloud-*`, as the provider file declares them.
enum QingCloudAct: String {
  case vcpe = "qingcloud-vcpe"
  case advertise = "qingcloud-advertise"
  case routePush = "qingcloud-route-push"
  case apply = "qingcloud-apply"
  case remove = "qingcloud-remove"

  /// What can be typed in; anything else is refused, so that a step that shows a wrong name fails.
  var inputs: Set<String> {
    switch self {
    case .vcpe: ["network", "name", "machine", "device"]
    case .advertise: ["access_point", "name", "network", "next_hop", "announced", "apply", "undo"]
    case .routePush: ["vpc", "name", "vxnet", "instance", "network", "gateway", "apply", "undo"]
    case .apply, .remove: ["resource"]
    }
  }

  /// What comes out of it.
  var outputs: Set<String> {
    switch self {
    case .vcpe: ["access_point", "network_id", "serial"]
    case .advertise, .routePush: ["route"]
    case .apply, .remove: []
    }
  }

  init?(_ act: LabAct) throws(ServiceError) {
    guard let known = QingCloudAct(rawValue: act.action) else { return nil }
    self = known
    for name in (act.inputs.object ?? [:]).keys.sorted() where !known.inputs.contains(name) {
      throw ServiceError("UnknownInput", "lab/\(act.action) has no input \(name).")
    }
  }
}
