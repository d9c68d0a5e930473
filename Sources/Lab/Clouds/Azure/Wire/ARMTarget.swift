/// What a path of Azure Resource Manager names, and with it which operation a request asks for.
enum ARMTarget: Hashable, Sendable {
  case subscriptions
  case subscription
  case locations
  case groups
  case group(String)
  /// The resources of the subscription, or of one group.
  case resources(group: String?)
  case providers
  case provider(String)
  case registration(String, verb: String)
  case sizes
  case images(ImagePath)
  /// Where an operation's status, or its result, is asked.
  case operation(String)
  case result(String)
  /// All resources of a type: of the subscription, of a group, or inside a parent.
  case list(AzureKind, group: String?, parent: ARMID?)
  case resource(ARMID)
  case action(ARMID, verb: String)
  /// A path below a known provider that leads nowhere.
  case unknown(namespace: String, type: String)

  /// Publishers, offers, SKUs and versions of images.
  struct ImagePath: Hashable, Sendable {
    var location: String
    /// Publisher, offer, SKU, as far as given.
    var names: [String]
    /// One version instead of a list.
    var version: String?
  }

  /// The name in the vendor's API descriptions, which faults and the ledger use; `nil`: there is no such operation.
  func operation(_ method: String) -> String? {
    switch self {
    case .subscriptions: method == "GET" ? "Subscriptions_List" : nil
    case .subscription: method == "GET" ? "Subscriptions_Get" : nil
    case .locations: method == "GET" ? "Subscriptions_ListLocations" : nil
    case .groups: method == "GET" ? "ResourceGroups_List" : nil
    case .group: Self.groupVerbs[method].map { "ResourceGroups_\($0)" }
    case .resources(let group): method == "GET" ? "Resources_List\(group == nil ? "" : "ByResourceGroup")" : nil
    case .providers: method == "GET" ? "Providers_List" : nil
    case .provider: method == "GET" ? "Providers_Get" : nil
    case .registration(_, let verb):
      method == "POST" ? "Providers_\(verb == "register" ? "Register" : "Unregister")" : nil
    case .sizes: method == "GET" ? "ResourceSkus_List" : nil
    case .images(let path): method == "GET" ? "VirtualMachineImages_\(path.operation)" : nil
    case .operation: method == "GET" ? "Operations_Get" : nil
    case .result: method == "GET" ? "OperationResults_Get" : nil
    case .list(let kind, let group, let parent):
      method == "GET" ? "\(kind.operations)_List\(group == nil && parent == nil ? "All" : "")" : nil
    case .resource(let id): Self.verb(method, of: id.kind).map { "\(id.kind.operations)_\($0)" }
    case .action(let id, let verb): Self.actions["\(method) \(id.kind.rawValue) \(verb.lowercased())"]
    case .unknown: nil
    }
  }

  private static let groupVerbs = [
    "HEAD": "CheckExistence", "GET": "Get", "PUT": "CreateOrUpdate", "PATCH": "Update", "DELETE": "Delete",
  ]

  private static func verb(_ method: String, of kind: AzureKind) -> String? {
    switch method {
    case "GET": "Get"
    case "DELETE": "Delete"
    case "PUT" where kind != .disks: "CreateOrUpdate"
    case "PATCH" where kind.parent == nil: kind.namespace == "Microsoft.Compute" ? "Update" : "UpdateTags"
    default: nil
    }
  }

  private static let actions = [
    "GET virtualMachines instanceview": "VirtualMachines_InstanceView",
    "POST virtualMachines start": "VirtualMachines_Start",
    "POST virtualMachines poweroff": "VirtualMachines_PowerOff",
    "POST virtualMachines deallocate": "VirtualMachines_Deallocate",
    "POST virtualMachines restart": "VirtualMachines_Restart",
    "POST virtualMachines runcommand": "VirtualMachines_RunCommand",
    "POST networkInterfaces effectiveroutetable": "NetworkInterfaces_GetEffectiveRouteTable",
  ]

  /// The versions of the API that know it; all of them for what is no resource type.
  var versions: [String] {
    switch self {
    case .subscriptions, .subscription, .locations: AzureVersions.subscriptions
    case .groups, .group, .resources, .providers, .provider, .registration: AzureVersions.resources
    case .sizes: AzureVersions.skus
    case .images: AzureVersions.virtualMachines
    case .list(let kind, _, _): AzureVersions.of(kind)
    case .resource(let id), .action(let id, _): AzureVersions.of(id.kind)
    case .operation, .result, .unknown: []
    }
  }
}

extension ARMTarget.ImagePath {
  var operation: String {
    switch names.count {
    case 0: "ListPublishers"
    case 1: "ListOffers"
    case 2: "ListSkus"
    default: version == nil ? "List" : "Get"
    }
  }
}
