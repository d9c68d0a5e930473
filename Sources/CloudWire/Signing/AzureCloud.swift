/// One of Azure's separate clouds: where its API and its sign-in stand; the raw values are the names of the vendor's
/// command line.
package enum AzureCloud: String, Hashable, Sendable, CaseIterable {
  case global = "AzureCloud"
  case china = "AzureChinaCloud"
  case usGovernment = "AzureUSGovernment"

  /// The cloud that an API origin belongs to; `nil` for a lab's or a mock's.
  package init?(managementOrigin: String) {
    guard let cloud = Self.allCases.first(where: { $0.managementOrigin == managementOrigin.lowercased() }) else {
      return nil
    }
    self = cloud
  }

  /// Where Azure Resource Manager answers.
  package var managementOrigin: String {
    switch self {
    case .global: "https://management.azure.com"
    case .china: "https://management.chinacloudapi.cn"
    case .usGovernment: "https://management.usgovcloudapi.net"
    }
  }

  /// Where tokens are given out; `AZURE_AUTHORITY_HOST` overrides it.
  package var authority: String {
    switch self {
    case .global: "https://login.microsoftonline.com"
    case .china: "https://login.chinacloudapi.cn"
    case .usGovernment: "https://login.microsoftonline.us"
    }
  }

  /// What a token is asked for; for the US Government this is not the host of the API.
  package var scope: String {
    switch self {
    case .global: "https://management.azure.com/.default"
    case .china: "https://management.chinacloudapi.cn/.default"
    case .usGovernment: "https://management.core.usgovcloudapi.net/.default"
    }
  }
}
