extension AlibabaContract {
  /// VPC 2016-04-28: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let vpc = OperationContract.table(
    """
    CreateVpc
      takes CidrBlock ClientToken Description DryRun:bool RegionId! ResourceGroupId Tag.N.Key Tag.N.Value UserCidr
        VpcName
      gives {RequestId: s, ResourceGroupId: s, RouteTableId: s, VRouterId: s, VpcId: s}
    DescribeVpcs
      takes DryRun:bool IsDefault:bool PageNumber:int PageSize:int RegionId! ResourceGroupId Tag.N.Key Tag.N.Value VpcId
        VpcName VpcOwnerId:int
      gives {PageNumber: i, PageSize: i, RequestId: s, TotalCount: i, Vpcs: {Vpc: [{CenStatus: s, CidrBlock: s,
        CreationTime: s, Description: s, DhcpOptionsSetId: s, DhcpOptionsSetStatus: s, DnsHostnameStatus: s,
        EnabledIpv6: b, Ipv6CidrBlock: s, Ipv6CidrBlocks: {Ipv6CidrBlock: [{Ipv6CidrBlock: s, Ipv6Isp: s}]},
        IsDefault: b, NatGatewayIds: {NatGatewayIds: [s]}, OwnerId: i, RegionId: s, ResourceGroupId: s,
        RouterTableIds: {RouterTableIds: [s]}, SecondaryCidrBlocks: {SecondaryCidrBlock: [s]}, Status: s, Tags:
        {Tag: [{Key: s, Value: s}]}, UserCidrs: {UserCidr: [s]}, VRouterId: s, VSwitchIds: {VSwitchId: [s]}, VpcId:
        s, VpcName: s}]}}
    DescribeVpcAttribute
      takes DryRun:bool IsDefault:bool RegionId! VpcId!
      gives {AssociatedCens: {AssociatedCen: [{CenId: s, CenOwnerId: i, CenStatus: s}]}, AssociatedPropagationSources:
        {AssociatedPropagationSources: [{RoutePropagated: b, SourceInstanceId: s, SourceOwnerId: i, SourceType: s,
        Status: s}]}, CidrBlock: s, ClassicLinkEnabled: b, CloudResources: {CloudResourceSetType: [{ResourceCount:
        i, ResourceType: s}]}, CreationTime: s, Description: s, DhcpOptionsSetId: s, DhcpOptionsSetStatus: s,
        DnsHostnameStatus: s, EnabledIpv6: b, Ipv4GatewayId: s, Ipv6CidrBlock: s, Ipv6CidrBlocks: {Ipv6CidrBlock:
        [{Ipv6CidrBlock: s, Ipv6Isp: s}]}, IsDefault: b, OwnerId: i, RegionId: s, RequestId: s, ResourceGroupId: s,
        SecondaryCidrBlocks: {SecondaryCidrBlock: [s]}, Status: s, SupportIpv4Gateway: b, Tags: {Tag: [{Key: s,
        Value: s}]}, UserCidrs: {UserCidr: [s]}, VRouterId: s, VSwitchIds: {VSwitchId: [s]}, VpcId: s, VpcName: s}
    DeleteVpc
      takes ClientToken DryRun:bool ForceDelete:bool RegionId VpcId!
      gives {RequestId: s}
    CreateVSwitch
      takes CidrBlock ClientToken Description RegionId Tag.N.Key Tag.N.Value VSwitchName VpcId! ZoneId!
      gives {RequestId: s, VSwitchId: s}
    DescribeVSwitches
      takes DryRun:bool IsDefault:bool PageNumber:int PageSize:int RegionId ResourceGroupId RouteTableId Tag.N.Key
        Tag.N.Value VSwitchId VSwitchName VSwitchOwnerId:int VpcId ZoneId
      gives {PageNumber: i, PageSize: i, RequestId: s, TotalCount: i, VSwitches: {VSwitch: [{AvailableIpAddressCount: i,
        CidrBlock: s, CreationTime: s, Description: s, EnabledIpv6: b, Ipv6CidrBlock: s, IsDefault: b, NetworkAclId:
        s, OwnerId: i, ResourceGroupId: s, RouteTable: {RouteTableId: s, RouteTableType: s}, ShareType: s, Status:
        s, Tags: {Tag: [{Key: s, Value: s}]}, VSwitchId: s, VSwitchName: s, VpcId: s, ZoneId: s}]}}
    DescribeVSwitchAttributes
      takes DryRun:bool RegionId VSwitchId!
      gives {AvailableIpAddressCount: i, CidrBlock: s, CreationTime: s, Description: s, EnabledIpv6: b, Ipv6CidrBlock:
        s, IsDefault: b, NetworkAclId: s, OwnerId: i, RequestId: s, ResourceGroupId: s, RouteTable: {RouteTableId:
        s, RouteTableType: s}, ShareType: s, Status: s, Tags: {Tag: [{Key: s, Value: s}]}, VSwitchId: s,
        VSwitchName: s, VpcId: s, ZoneId: s}
    DeleteVSwitch
      takes DryRun:bool RegionId VSwitchId!
      gives {RequestId: s}
    DescribeVRouters
      takes PageNumber:int PageSize:int RegionId! VRouterId
      gives {PageNumber: i, PageSize: i, RequestId: s, TotalCount: i, VRouters: {VRouter: [{CreationTime: s,
        Description: s, RegionId: s, RouteTableIds: {RouteTableId: [s]}, VRouterId: s, VRouterName: s, VpcId: s}]}}
    DescribeRouteTableList
      takes PageNumber:int PageSize:int RegionId! ResourceGroupId RouteTableId RouteTableName RouteTableType RouterId
        RouterType Tag.N.Key Tag.N.Value VpcId
      gives {PageNumber: i, PageSize: i, RequestId: s, RouterTableList: {RouterTableListType: [{AssociateType: s,
        CreationTime: s, Description: s, GatewayIds: {GatewayIds: [s]}, OwnerId: i, ResourceGroupId: s,
        RoutePropagationEnable: b, RouteTableId: s, RouteTableName: s, RouteTableType: s, RouterId: s, RouterType:
        s, Status: s, Tags: {Tag: [{Key: s, Value: s}]}, VSwitchIds: {VSwitchId: [s]}, VpcId: s}]}, TotalCount: i}
    CreateRouteEntry
      takes ClientToken Description DestinationCidrBlock! DryRun:bool NextHopId NextHopList.N.NextHopId
        NextHopList.N.NextHopType NextHopList.N.Weight:int NextHopType RegionId RouteEntryName RouteTableId!
      gives {RequestId: s, RouteEntryId: s}
    DescribeRouteEntryList
      takes DestCidrBlockList.N DestinationCidrBlock IpVersion MaxResult:int NextHopId NextHopType NextToken RegionId!
        RouteEntryId RouteEntryName RouteEntryType RouteTableId!
      gives {NextToken: s, RequestId: s, RouteEntrys: {RouteEntry: [{Description: s, DestinationCidrBlock: s,
        GmtModified: s, IpVersion: s, NextHops: {NextHop: [{Enabled: i, NextHopId: s, NextHopRegionId: s,
        NextHopRelatedInfo: {InstanceId: s, InstanceType: s, RegionId: s}, NextHopType: s, Weight: i}]}, Origin: s,
        RouteEntryId: s, RouteEntryName: s, RouteTableId: s, ServiceType: s, Status: s, Type: s}]}, TotalCount: i}
    DeleteRouteEntry
      takes DestinationCidrBlock DryRun:bool NextHopId NextHopList.N.NextHopId NextHopList.N.NextHopType RegionId
        RouteEntryId RouteTableId
      gives {RequestId: s}
    DescribeRouterInterfaces
      takes Filter.N.Key Filter.N.Value.N IncludeReservationData:bool PageNumber:int PageSize:int RegionId!
        ResourceGroupId Tags.N.Key Tags.N.Value
      gives {PageNumber: i, PageSize: i, RequestId: s, RouterInterfaceSet: {RouterInterfaceType: [{AccessPointId: s,
        Bandwidth: i, BusinessStatus: s, ChargeType: s, ConnectedTime: s, CreationTime: s, CrossBorder: b,
        Description: s, EndTime: s, FastLinkMode: b, HasReservationData: s, HcRate: i, HcThreshold: i,
        HealthCheckSourceIp: s, HealthCheckTargetIp: s, Ipv6Status: s, Name: s, OppositeAccessPointId: s,
        OppositeBandwidth: i, OppositeInterfaceBusinessStatus: s, OppositeInterfaceId: s, OppositeInterfaceOwnerId:
        s, OppositeInterfaceSpec: s, OppositeInterfaceStatus: s, OppositeRegionId: s, OppositeRouterId: s,
        OppositeRouterType: s, OppositeVpcInstanceId: s, ReservationActiveTime: s, ReservationBandwidth: s,
        ReservationInternetChargeType: s, ReservationOrderType: s, ResourceGroupId: s, Role: s, RouterId: s,
        RouterInterfaceId: s, RouterType: s, Spec: s, Status: s, Tags: {Tags: [{Key: s, Value: s}]}, VpcInstanceId:
        s}]}, TotalCount: i}
    CreateHaVip
      takes ClientToken Description IpAddress Name RegionId! ResourceGroupId Tag.N.Key Tag.N.Value VSwitchId!
      gives {HaVipId: s, IpAddress: s, RequestId: s}
    DescribeHaVips
      takes Filter.N.Key Filter.N.Value.N PageNumber:int PageSize:int RegionId! ResourceGroupId Tags.N.Key Tags.N.Value
      gives {HaVips: {HaVip: [{AssociatedEipAddresses: {associatedEipAddresse: [s]}, AssociatedInstanceType: s,
        AssociatedInstances: {associatedInstance: [s]}, ChargeType: s, CreateTime: s, Description: s, HaVipId: s,
        IpAddress: s, MasterInstanceId: s, Name: s, RegionId: s, ResourceGroupId: s, Status: s, Tags: {Tag: [{Key:
        s, Value: s}]}, VSwitchId: s, VpcId: s}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    AssociateHaVip
      takes ClientToken HaVipId! InstanceId! InstanceType RegionId!
      gives {RequestId: s}
    UnassociateHaVip
      takes ClientToken Force HaVipId! InstanceId! InstanceType RegionId!
      gives {RequestId: s}
    DeleteHaVip
      takes ClientToken HaVipId! RegionId!
      gives {RequestId: s}
    """)
}
