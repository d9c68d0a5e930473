import Basics

extension AlibabaState {
  /// Answers one call whose parameters are known to be in form; changes nothing when it throws.
  mutating func answer(_ call: APICall) throws(ServiceError) -> Value {
    if book.contradicts(call) { throw Self.tokenMismatch(call.product) }
    if let answer: Value = book.answer(to: call) { return answer }
    var draft = self
    draft.core.begin(call, at: core.now)
    let answer = try draft.perform(call)
    if call.flag("DryRun") == true {
      guard call.product == "cbn", call.action != "CreateTransitRouter" else {
        throw ServiceError("DryRunOperation", "Request validation has been passed with DryRun flag set.")
      }
      return [:]
    }
    draft.book.keep(answer, of: call)
    self = draft
    return answer
  }

  private static func tokenMismatch(_ product: String) -> ServiceError {
    ServiceError(
      product == "cbn" ? "IdempotenceParam.NotMatch" : "IdempotentParameterMismatch",
      "The request uses the same client token with different parameters.")
  }

  private mutating func perform(_ call: APICall) throws(ServiceError) -> Value {
    let answer =
      switch call.product {
      case "smartag": try performSmartAG(call)
      case "cbn": try performCBN(call)
      case "ecs": try performECS(call)
      case "vpc": try performVpc(call)
      case "ens": try performENS(call)
      default: try performAccount(call)
      }
    guard let answer else { throw Self.noAction }
    return answer
  }

  static let noAction = ServiceError(
    "InvalidAction.NotFound", "Specified api is not found, please check your url and method.", status: 404)

  private mutating func performCBN(_ call: APICall) throws(ServiceError) -> Value? {
    if let answer = try performCen(call) { return answer }
    return try performTransit(call)
  }

  private mutating func performECS(_ call: APICall) throws(ServiceError) -> Value? {
    if let answer = try performGroups(call) { return answer }
    return try performInstances(call)
  }

  private mutating func performSmartAG(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "DescribeRegions": describeSmartAGRegions()
    case "GetSmartAccessGatewayUseLimit": gatewayUseLimit(call)
    case "GetCloudConnectNetworkUseLimit": ccnUseLimit(call)
    case "CreateSmartAccessGateway": try createSmartAccessGateway(call)
    case "DescribeSmartAccessGateways": try describeSmartAccessGateways(call)
    case "DescribeSmartAccessGatewayAttribute": try describeSmartAccessGatewayAttribute(call)
    case "DescribeSmartAccessGatewayHa": try describeSmartAccessGatewayHa(call)
    case "DescribeSAGDeviceInfo": try describeSAGDeviceInfo(call)
    case "ModifySmartAccessGateway": try modifySmartAccessGateway(call)
    case "MoveResourceGroup": try moveResourceGroup(call)
    case "CreateCloudConnectNetwork": try createCloudConnectNetwork(call)
    case "DescribeCloudConnectNetworks": try describeCloudConnectNetworks(call)
    case "ModifyCloudConnectNetwork": try modifyCloudConnectNetwork(call)
    case "DeleteCloudConnectNetwork": try deleteCloudConnectNetwork(call)
    case "BindSmartAccessGateway": try bindSmartAccessGateway(call)
    case "DescribeBindableSmartAccessGateways": try describeBindableSmartAccessGateways(call)
    case "UnbindSmartAccessGateway": try unbindSmartAccessGateway(call)
    case "AttachCcnInstanceToCen": try attachCcnInstanceToCen(call)
    case "DetachCcnInstanceFromCen": try detachCcnInstanceFromCen(call)
    case "SynchronizeSmartAGWebConfig", "RebootSmartAccessGateway", "ActivateSmartAccessGateway": try touchGateway(call)
    case "ClearSagCipher": try clearSagCipher(call)
    case "UpgradeSmartAccessGateway": try upgradeSmartAccessGateway(call)
    case "DeleteSmartAccessGateway": try deleteSmartAccessGateway(call)
    default: nil
    }
  }

  private mutating func performCen(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "CreateCen": try createCen(call)
    case "DescribeCens": try describeCens(call)
    case "ModifyCenAttribute": try modifyCenAttribute(call)
    case "DeleteCen": try deleteCen(call)
    case "TagResources": try tagResources(call)
    case "AttachCenChildInstance": try attachCenChildInstance(call)
    case "DetachCenChildInstance": try detachCenChildInstance(call)
    case "DescribeCenAttachedChildInstances": try describeCenAttachedChildInstances(call)
    case "DescribeCenAttachedChildInstanceAttribute": try describeCenAttachedChildInstanceAttribute(call)
    case "DescribeChildInstanceRegions": try describeChildInstanceRegions(call)
    case "DescribeGeographicRegionMembership": try describeGeographicRegionMembership(call)
    case "CreateCenBandwidthPackage": try createCenBandwidthPackage(call)
    case "DescribeCenBandwidthPackages": try describeCenBandwidthPackages(call)
    case "AssociateCenBandwidthPackage": try associateCenBandwidthPackage(call)
    case "UnassociateCenBandwidthPackage": try unassociateCenBandwidthPackage(call)
    case "ModifyCenBandwidthPackageSpec": try modifyCenBandwidthPackageSpec(call)
    case "DeleteCenBandwidthPackage": try deleteCenBandwidthPackage(call)
    case "DescribeCenGeographicSpanRemainingBandwidth": try remainingBandwidth(call)
    case "SetCenInterRegionBandwidthLimit": try setInterRegionBandwidthLimit(call)
    case "DescribeCenInterRegionBandwidthLimits": try describeInterRegionBandwidthLimits(call)
    case "DescribeCenChildInstanceRouteEntries": try describeCenChildInstanceRouteEntries(call)
    case "DescribeRouteConflict": try describeRouteConflict(call)
    default: nil
    }
  }

  private mutating func performTransit(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "CheckTransitRouterService": checkTransitRouterService()
    case "OpenTransitRouterService": try openTransitRouterService()
    case "CreateTransitRouter": try createTransitRouter(call)
    case "ListTransitRouters": try listTransitRouters(call)
    case "DeleteTransitRouter": try deleteTransitRouter(call)
    case "ListTransitRouterAvailableResource": try listTransitRouterAvailableResource(call)
    case "CreateTransitRouterVpcAttachment": try createTransitRouterVpcAttachment(call)
    case "ListTransitRouterVpcAttachments": try listTransitRouterVpcAttachments(call)
    case "UpdateTransitRouterVpcAttachmentAttribute": try updateTransitRouterVpcAttachment(call)
    case "DeleteTransitRouterVpcAttachment": try deleteTransitRouterAttachment(call, isPeer: false)
    case "ListTransitRouterRouteTables": try listTransitRouterRouteTables(call)
    case "AssociateTransitRouterAttachmentWithRouteTable": try associate(call)
    case "DissociateTransitRouterAttachmentFromRouteTable": try dissociate(call)
    case "EnableTransitRouterRouteTablePropagation": try propagate(call)
    case "DisableTransitRouterRouteTablePropagation": try disablePropagation(call)
    case "ListTransitRouterRouteTableAssociations": try listAssociations(call)
    case "ListTransitRouterRouteTablePropagations": try listPropagations(call)
    case "ListTransitRouterRouteEntries": try listTransitRouterRouteEntries(call)
    case "CreateTransitRouterPeerAttachment": try createTransitRouterPeerAttachment(call)
    case "ListTransitRouterPeerAttachments": try listTransitRouterPeerAttachments(call)
    case "UpdateTransitRouterPeerAttachmentAttribute": try updateTransitRouterPeerAttachment(call)
    case "DeleteTransitRouterPeerAttachment": try deleteTransitRouterAttachment(call, isPeer: true)
    case "CreateCenChildInstanceRouteEntryToAttachment": try createRouteToAttachment(call)
    case "DeleteCenChildInstanceRouteEntryToAttachment": try deleteRouteToAttachment(call)
    default: nil
    }
  }

  private mutating func performGroups(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "CreateSecurityGroup": try createSecurityGroup(call)
    case "DescribeSecurityGroups": try describeSecurityGroups(call)
    case "DescribeSecurityGroupAttribute": try describeSecurityGroupAttribute(call)
    case "AuthorizeSecurityGroup": try authorizeSecurityGroup(call, isEgress: false)
    case "AuthorizeSecurityGroupEgress": try authorizeSecurityGroup(call, isEgress: true)
    case "RevokeSecurityGroup": try revokeSecurityGroup(call, isEgress: false)
    case "RevokeSecurityGroupEgress": try revokeSecurityGroup(call, isEgress: true)
    case "DeleteSecurityGroup": try deleteSecurityGroup(call)
    case "JoinSecurityGroup": try joinSecurityGroup(call, leaves: false)
    case "LeaveSecurityGroup": try joinSecurityGroup(call, leaves: true)
    case "ImportKeyPair": try importKeyPairECS(call)
    case "DescribeKeyPairs": try describeKeyPairsECS(call)
    case "DeleteKeyPairs": try deleteKeyPairs(call)
    case "DescribeImages": try describeImages(call)
    case "DescribeRegions": describeECSRegions()
    case "DescribeZones": try describeZones(call)
    default: nil
    }
  }

  private mutating func performInstances(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "RunInstances": try runInstances(call)
    case "DescribeInstances": try describeInstances(call)
    case "DescribeInstanceStatus": try describeInstanceStatus(call)
    case "StartInstance": try startInstance(call)
    case "StopInstance": try stopInstance(call)
    case "RebootInstance": try rebootInstance(call)
    case "DeleteInstance": try deleteInstance(call)
    case "ModifyInstanceAttribute": try modifyInstanceAttribute(call)
    case "DescribeNetworkInterfaces": try describeNetworkInterfacesECS(call)
    case "RunCommand": try runCommand(call)
    case "DescribeInvocations": try describeInvocations(call)
    case "DescribeInvocationResults": try describeInvocationResults(call)
    case "StopInvocation": try stopInvocation(call)
    case "DescribeCloudAssistantStatus": try describeCloudAssistantStatus(call)
    default: nil
    }
  }

  private mutating func performVpc(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "CreateVpc": try createVpc(call)
    case "DescribeVpcs": try describeVpcs(call)
    case "DescribeVpcAttribute": try describeVpcAttribute(call)
    case "DeleteVpc": try deleteVpc(call)
    case "CreateVSwitch": try createVSwitch(call)
    case "DescribeVSwitches": try describeVSwitches(call)
    case "DescribeVSwitchAttributes": try describeVSwitchAttributes(call)
    case "DeleteVSwitch": try deleteVSwitch(call)
    case "DescribeVRouters": try describeVRouters(call)
    case "DescribeRouteTableList": try describeRouteTableList(call)
    case "CreateRouteEntry": try createRouteEntry(call)
    case "DescribeRouteEntryList": try describeRouteEntryList(call)
    case "DeleteRouteEntry": try deleteRouteEntry(call)
    case "DescribeRouterInterfaces": try describeRouterInterfaces(call)
    case "CreateHaVip": try createHaVip(call)
    case "DescribeHaVips": try describeHaVips(call)
    case "AssociateHaVip": try associateHaVip(call)
    case "UnassociateHaVip": try unassociateHaVip(call)
    case "DeleteHaVip": try deleteHaVip(call)
    default: nil
    }
  }

  private mutating func performAccount(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "GetCallerIdentity": callerIdentity()
    case "QueryAvailableInstances": try queryAvailableInstances(call)
    case "SetRenewal": try setRenewal(call)
    case "QueryOrders": try queryOrders(call)
    case "GetOrderDetail": try getOrderDetail(call)
    case "CancelOrder": try cancelOrder(call)
    default: nil
    }
  }
}
