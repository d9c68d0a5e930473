package import Basics
package import Expressions

/// The wire form that a provider speaks: the only thing about clouds that is Swift and not data.
package enum WireProtocolName: String, Hashable, Sendable, CaseIterable {
  case awsQuery = "aws-query"
  case alibabaRPC = "alibaba-rpc"
  case azureARM = "azure-arm"
  case qingcloud
  /// Declared in a provider folder, performed in Swift: ssh, probe, manual, flow, lab.
  case builtin
}

/// A cloud: what its `provider.yaml` and product files declare.
package struct ProviderDescription: Sendable {
  package var name: String
  package var title: LocalizedText
  package var wireProtocol: WireProtocolName
  /// Where the vendor's own tools keep the keys: environment variables and files, for `doctor` and messages.
  package var credentials: CredentialSources
  /// Most requests per second and most at a time, for the whole process and each profile.
  package var throttle: Throttle
  package var errors: ErrorTable
  package var products: [String: ProductDescription]
  package var actions: [String: ActionDescription]
  /// The look-up that tells who the credentials belong to; its pick becomes the root `account`.
  package var identity: LookUp?
  /// The texts that were read, for the run's snapshot.
  package var sources: [SourceText]

  package init(name: String, title: LocalizedText, wireProtocol: WireProtocolName) {
    self.name = name
    self.title = title
    self.wireProtocol = wireProtocol
    credentials = CredentialSources()
    throttle = Throttle()
    errors = ErrorTable()
    products = [:]
    actions = [:]
    sources = []
  }
}

/// Where credentials of a provider are looked for.
package struct CredentialSources: Hashable, Sendable {
  package var environment: [String]
  package var files: [String]
  package init(environment: [String] = [], files: [String] = []) {
    self.environment = environment
    self.files = files
  }
}

package struct Throttle: Hashable, Sendable {
  package var perSecond: Double
  package var concurrent: Int
  package init(perSecond: Double = 20, concurrent: Int = 10) {
    self.perSecond = perSecond
    self.concurrent = concurrent
  }
}

/// One API product of a provider: version, host and its own error classes.
package struct ProductDescription: Sendable {
  package var name: String
  package var version: String
  /// The host (or URL) as a template over `inputs.region`.
  package var endpoint: Template
  /// Regions whose host is another one.
  package var endpointExceptions: [String: String]
  /// The name in a signature's scope where it differs from the product's (AWS).
  package var signingName: String
  /// The region in a signature's scope when the caller has none (AWS STS in a central region).
  package var signingRegion: String?
  /// `GET` or `POST`; operations that need the other one are named in `methods`.
  package var method: String
  package var methods: [String: String]
  /// Parameters that travel in the form body instead of the query (`alibaba-rpc`), by operation (`*`: every operation):
  /// top-level names, `*` for all, `-Name` for one that stays in the query.
  package var formParameters: [String: [String]]
  /// AWS services that speak JSON 1.1 instead of Query: what stands before the operation in `X-Amz-Target`.
  package var jsonTarget: String?
  /// Endpoints that know only the vendor's older signature (Alibaba RPC version 1.0).
  package var usesOldSignature: Bool
  package var errors: ErrorTable

  package init(name: String, version: String, endpoint: Template) {
    self.name = name
    self.version = version
    self.endpoint = endpoint
    endpointExceptions = [:]
    signingName = name
    method = "POST"
    methods = [:]
    formParameters = [:]
    usesOldSignature = false
    errors = ErrorTable()
  }
}

/// The loaded set of provider actions.
package struct ProviderCatalog: Sendable {
  package var providers: [String: ProviderDescription]

  package init(providers: [String: ProviderDescription] = [:]) { self.providers = providers }

  /// The action that a workflow names after `uses`, such as `aws/ec2.instance`.
  package func action(_ fullName: String) -> ActionDescription? {
    let parts = fullName.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    return providers[parts[0]]?.actions[parts[1]]
  }

  /// Every action's full name, sorted: for listings and for "did you mean".
  package var actionNames: [String] {
    providers.values.flatMap { $0.actions.values.map(\.fullName) }.sorted()
  }
}
