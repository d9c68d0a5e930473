import Basics
import CloudWire
import Expressions
import ProviderModel
import Testing

/// An error answer of a vendor, the action that gets it, and its class.
struct ExampleError: Sendable, CustomTestStringConvertible {
  let action: String
  let golden: String
  let kind: FailureClass
  var testDescription: String { "\(golden) to \(action) is \(kind.rawValue)" }

  init(_ action: String, _ golden: String, _ kind: FailureClass) {
    self.action = action
    self.golden = golden
    self.kind = kind
  }
}

@Suite("Error classes")
struct ExampleErrorTests {
  static let alibabaErrors: [ExampleError] = [
    .init("cbn.cen", "error-throttling", .throttled), .init("cbn.cen", "error-throttling-user", .throttled),
    .init("vpc.vpc", "error-throttling-api", .throttled), .init("vpc.vpc", "error-throttling-retry-after", .throttled),
    .init("vpc.vpc", "error-service-unavailable", .transient), .init("smartag.ccn", "error-internal-error", .transient),
    .init("smartag.ccn", "error-unknown-error", .transient), .init("smartag.ccn", "error-system-busy", .transient),
    .init("vpc.vswitch", "error-incorrect-status-vpc", .notYet),
    .init("cbn.transit-router", "error-incorrect-status-tr", .notYet),
    .init("cbn.vpc-attachment", "error-operation-blocking", .notYet),
    .init("cbn.vpc-attachment", "error-cen-instance-status", .notYet),
    .init("vpc.route-entry", "error-task-conflict", .notYet),
    .init("vpc.vpc", "error-last-token-processing", .notYet),
    .init("smartag.ccn", "error-resource-in-operating", .notYet),
    .init("smartag.device-state", "error-sag-offline", .notYet), .init("vpc.vpc", "error-vpn-configuring", .notYet),
    .init("vpc.vpc", "error-ri-status", .notYet), .init("ecs.instance", "error-ecs-instance-status", .notYet),
    .init("smartag.ccn-binding", "error-sag-already-bound", .alreadyExists),
    .init("cbn.ccn-attachment", "error-child-already-attached", .alreadyExists),
    .init("cbn.transit-router", "error-tr-exists", .alreadyExists),
    .init("vpc.route-entry", "error-route-duplicate", .alreadyExists),
    .init("cbn.transit-router-service", "error-order-opened", .alreadyExists),
    .init("vpc.vpc", "error-vpn-connection-exists", .alreadyExists),
    .init("vpc.vpc", "error-customer-gateway-exists", .alreadyExists),
    .init("ecs.instance", "error-key-pair-exists", .alreadyExists),
    .init("vpc.vpc", "error-vpc-not-found", .notFound), .init("vpc.vswitch", "error-vswitch-not-found", .notFound),
    .init("cbn.cen", "error-cen-not-found", .notFound),
    .init("cbn.ccn-attachment", "error-attachment-not-found", .notFound),
    .init("smartag.vcpe", "error-sag-not-found", .notFound),
    .init("vpc.route-entry", "error-route-not-found", .notFound),
    .init("ecs.security-group", "error-security-group-not-found", .notFound),
    .init("ecs.security-rules", "error-rule-not-exist", .notFound),
    .init("cbn.cen", "error-signature-mismatch", .denied), .init("cbn.cen", "error-access-key-not-found", .denied),
    .init("cbn.cen", "error-access-key-inactive", .denied), .init("cbn.cen", "error-incomplete-signature", .denied),
    .init("cbn.cen", "error-nonce-used", .expired), .init("cbn.cen", "error-security-token-expired", .expired),
    .init("cbn.cen", "error-timestamp-expired", .clock), .init("vpc.vpc", "error-missing-parameter", .invalid),
    .init("vpc.vpc", "error-missing-tunnel-options", .invalid), .init("vpc.vpc", "error-missing-action", .invalid),
    .init("vpc.vpc", "error-invalid-action", .invalid), .init("vpc.vpc", "error-invalid-version", .invalid),
    .init("vpc.vpc", "error-invalid-parameter", .invalid),
    .init("cbn.bandwidth-package", "error-illegal-parameter", .invalid),
    .init("smartag.static-routes", "error-invalid-cidr", .invalid),
    .init("smartag.static-routes", "error-cidr-conflict", .conflict),
    .init("ecs.instance", "error-token-mismatch-ecs", .invalid), .init("cbn.cen", "error-token-mismatch-cbn", .invalid),
    .init("cbn.cen", "error-forbidden", .denied), .init("cbn.cen", "error-no-permission", .denied),
    .init("cbn.cen", "error-no-service-role", .denied),
    .init("cbn.vpc-attachment", "error-tr-service-not-open", .denied),
    .init("cbn.bandwidth-package", "error-cross-border", .denied), .init("vpc.vpc", "error-whitelist", .denied),
    .init("vpc.vpc", "error-ri-attached-to-cen", .denied), .init("cbn.bandwidth-package", "error-balance", .quota),
    .init("ecs.instance", "error-pay-method", .quota), .init("ecs.instance", "error-no-available-amount", .quota),
    .init("vpc.vpc", "error-bills-outstanding", .quota), .init("vpc.vpc", "error-quota", .quota),
    .init("ecs.instance", "error-no-stock", .quota), .init("vpc.vpc", "error-dependency", .inUse),
    .init("smartag.ccn", "error-still-bound-cen", .inUse), .init("cbn.cen", "error-cen-not-empty", .inUse),
    .init("cbn.bandwidth-package-binding", "error-bwp-in-use", .inUse),
    .init("cbn.vpc-attachment", "error-association-exists", .inUse),
  ]

  static let awsErrors: [ExampleError] = [
    .init("ec2.instance", "error-unauthorized", .denied), .init("ec2.instance", "error-auth-failure", .denied),
    .init("ec2.instance", "error-throttled", .throttled), .init("ec2.instance", "error-internal", .transient),
    .init("ec2.instance", "error-capacity", .quota),
    .init("ec2.security-rules", "error-duplicate-rule", .alreadyExists),
    .init("ec2.security-rules", "error-rule-not-found", .notFound),
    .init("ec2.route", "error-route-exists", .alreadyExists),
    .init("ec2.route", "error-route-not-found", .notFound),
    .init("ec2.instance", "error-instance-not-found", .notFound),
    .init("ec2.source-dest-check", "error-many-enis", .invalid),
    .init("ec2.security-group", "error-group-duplicate", .alreadyExists),
    .init("ec2.key-pair", "error-key-duplicate", .alreadyExists),
    .init("ec2.instance", "error-token-mismatch", .invalid),
    .init("ec2.security-group", "error-dependency", .inUse),
  ]

  /// 1400 is a missing right and a bad moment alike: the action's `busy` tells them apart, not the class.
  static let qingcloudErrors: [ExampleError] = [
    .init("nic", "error-1100", .invalid), .init("nic", "error-1100-format", .invalid),
    .init("zone-info", "error-1101", .invalid), .init("zone-info", "error-1200", .denied),
    .init("zone-info", "error-1300", .clock), .init("router-apply", "error-1400-denied", .denied),
    .init("router-apply", "error-1400-state", .denied), .init("nic-attachment", "error-1400-not-available", .denied),
    .init("nic", "error-1400-address-taken", .denied), .init("router-static", "error-2100", .notFound),
    .init("instance-info", "error-2100-instance", .notFound), .init("vxnet", "error-2110", .alreadyExists),
    .init("eip", "error-2400", .quota), .init("eip", "error-2500", .quota),
    .init("zone-info", "error-2500-calls", .quota), .init("instance", "error-5000", .transient),
    .init("instance-info", "error-5100", .throttled), .init("instance", "error-5200", .quota),
    .init("router-apply", "error-5300", .throttled), .init("vxnet", "error-5400", .inUse),
  ]

  static let azureErrors: [ExampleError] = [
    .init("network.route-table", "conflict", .notYet), .init("network.route-table", "in-use", .inUse),
    .init("network.route-table", "throttled", .throttled),
    .init("network.route-table", "error-throttled-subscription", .throttled),
    .init("network.route-table", "error-retryable-another-operation", .notYet),
    .init("network.route-table", "error-resource-not-found", .notFound),
    .init("network.route-table", "error-resource-group-not-found", .notFound),
    .init("network.route", "error-parent-not-found", .notFound), .init("network.route", "route-get-missing", .notFound),
    .init("network.route-table", "error-subscription-not-found", .denied),
    .init("network.route-table", "error-token-expired", .expired),
    .init("network.route-table", "error-token-invalid", .expired),
    .init("network.route-table", "error-tenant-mismatch", .denied),
    .init("network.route-table", "error-authorization-failed", .denied),
    .init("network.route-table", "error-locked", .denied), .init("network.subnet", "error-in-use-subnet", .inUse),
    .init("network.nsg", "error-in-use-nsg", .inUse), .init("network.nic", "error-nic-in-use", .inUse),
    .init("compute.vm", "error-nic-reserved", .notYet), .init("network.public-ip", "error-public-ip-in-use", .inUse),
    .init("compute.vm", "error-sku-not-available", .quota), .init("compute.vm", "error-quota", .quota),
    .init("compute.vm", "error-property-change", .conflict), .init("compute.vm", "error-not-registered", .invalid),
    .init("network.route-table", "error-api-version", .invalid),
    .init("network.route-table", "error-invalid-api-version", .invalid),
    .init("network.route-table", "error-request-format", .invalid),
    .init("network.subnet-association", "error-address-prefix", .invalid),
    .init("network.subnet", "error-invalid-subnet", .invalid),
    .init("network.nsg-rule", "error-rule-conflict", .conflict),
    .init("network.route-table", "error-location", .conflict),
    .init("network.route-table", "error-internal", .transient),
    .init("network.route-table", "error-unavailable", .transient),
    .init("network.route-table", "error-gateway-html", .transient),
    .init("network.route-table", "error-bare", .invalid),
  ]

  @Test("of Azure's errors are right", arguments: azureErrors)
  func azure(_ error: ExampleError) throws { try check(error, "azure") }

  @Test("of Alibaba Cloud's errors are right", arguments: alibabaErrors)
  func alibaba(_ error: ExampleError) throws { try check(error, "alibaba") }

  @Test("of AWS's errors are right", arguments: awsErrors)
  func aws(_ error: ExampleError) throws { try check(error, "aws") }

  @Test("of QingCloud's errors are right", arguments: qingcloudErrors)
  func qingcloud(_ error: ExampleError) throws { try check(error, "qingcloud") }

  private func check(_ error: ExampleError, _ name: String) throws {
    let catalog = try ExampleFiles.catalog()
    let provider = try #require(catalog.providers[name])
    let action = try #require(catalog.action("\(name)/\(error.action)"))
    let product = try #require(provider.products[action.product])
    let golden = try #require(ExampleVectors.response(error.golden, of: name))
    let call = WireCall(product: product, operation: "Any", parameters: .null, region: nil, origin: "https://x")
    let answer = try #require(WireForms.wireProtocol(of: provider.wireProtocol)).decode(
      ExampleVectors.answer(golden), to: call, errors: [action.errors, product.errors, provider.errors])
    let failure = #expect(throws: ProviderError.self) { try answer.get() }
    #expect(failure?.kind == error.kind)
  }
}
