package import Basics

/// What a service principal of Microsoft Entra ID needs besides its id and secret: where it signs in, and which
/// subscription it works in.
package struct AzureAccess: Hashable, Sendable {
  /// The directory: an id or a domain name.
  package var tenant: String
  package var subscription: String
  package var cloud: AzureCloud
  /// Another sign-in origin than the cloud's (`AZURE_AUTHORITY_HOST`, a lab's).
  package var authority: String?

  package init(tenant: String, subscription: String, cloud: AzureCloud = .global, authority: String? = nil) {
    self.tenant = tenant
    self.subscription = subscription
    self.cloud = cloud
    self.authority = authority
  }

  /// The root `account` of provider files.
  ///
  /// It comes with the credentials, so no call is needed to know it; `endpoint` is the host of the cloud's API.
  package var account: Value {
    [
      "subscription": .string(subscription), "tenant": .string(tenant), "cloud": .string(cloud.rawValue),
      "endpoint": .string(String(cloud.managementOrigin.dropFirst("https://".count))),
    ]
  }
}
