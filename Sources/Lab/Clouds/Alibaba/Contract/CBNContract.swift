extension AlibabaContract {
  /// CBN 2017-09-12: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let cbn = OperationContract.table(
    """
    CreateCen
      takes ClientToken Description Name ProtectionLevel Tag.N.Key Tag.N.Value
      gives {CenId: s, RequestId: s}
    DescribeCens
      takes Filter.N.Key Filter.N.Value.N PageNumber:int PageSize:int ResourceGroupId Tag.N.Key Tag.N.Value
      gives {Cens: {Cen: [{CenBandwidthPackageIds: {CenBandwidthPackageId: [s]}, CenId: s, CreationTime: s, Description:
        s, Ipv6Level: s, Name: s, ProtectionLevel: s, ResourceGroupId: s, Status: s, Tags: {Tag: [{Key: s, Value:
        s}]}}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DeleteCen
      takes CenId!
      gives {RequestId: s}
    ModifyCenAttribute
      takes CenId! Description Name ProtectionLevel
      gives {RequestId: s}
    AttachCenChildInstance
      takes CenId! ChildInstanceId! ChildInstanceOwnerId:int ChildInstanceRegionId! ChildInstanceType!
      gives {RequestId: s}
    DetachCenChildInstance
      takes CenId! CenOwnerId:int ChildInstanceId! ChildInstanceOwnerId:int ChildInstanceRegionId! ChildInstanceType!
      gives {RequestId: s}
    DescribeCenAttachedChildInstances
      takes CenId! ChildInstanceRegionId ChildInstanceType PageNumber:int PageSize:int
      gives {ChildInstances: {ChildInstance: [{CenId: s, ChildInstanceAttachTime: s, ChildInstanceId: s,
        ChildInstanceOwnerId: i, ChildInstanceRegionId: s, ChildInstanceType: s, ManagedService: s, Status: s}]},
        PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DescribeCenAttachedChildInstanceAttribute
      takes CenId! ChildInstanceId! ChildInstanceRegionId! ChildInstanceType!
      gives {CenId: s, ChildInstanceAttachTime: s, ChildInstanceAttributes: {CidrBlock: s, Ipv6CidrBlock: s,
        Ipv6CidrBlocks: {ipv6CidrBlock: [{Ipv6CidrBlock: s, Ipv6Isp: s}]}, SecondaryCidrBlocks: {secondaryCidrBlock:
        [s]}}, ChildInstanceId: s, ChildInstanceName: s, ChildInstanceOwnerId: i, ChildInstanceRegionId: s,
        ChildInstanceType: s, ManagedService: s, RequestId: s, Status: s}
    DescribeChildInstanceRegions
      takes AcceptLanguage ProductType
      gives {Regions: {Region: [{LocalName: s, RegionId: s}]}, RequestId: s}
    CreateCenBandwidthPackage
      takes AutoPay:bool AutoRenew:bool AutoRenewDuration:int Bandwidth:int! BandwidthPackageChargeType ClientToken
        Description GeographicRegionAId! GeographicRegionBId! Name Period:int PricingCycle Tag.N.Key Tag.N.Value
      gives {CenBandwidthPackageId: s, CenBandwidthPackageOrderId: s, RequestId: s}
    DescribeCenBandwidthPackages
      takes Filter.N.Key Filter.N.Value.N IncludeReservationData:bool IsOrKey:bool PageNumber:int PageSize:int
        ResourceGroupId Tag.N.Key Tag.N.Value
      gives {CenBandwidthPackages: {CenBandwidthPackage: [{Bandwidth: i, BandwidthPackageChargeType: s, BusinessStatus:
        s, CenBandwidthPackageId: s, CenIds: {CenId: [s]}, CreationTime: s, Description: s, ExpiredTime: s,
        GeographicRegionAId: s, GeographicRegionBId: s, GeographicSpanId: s, HasReservationData: s, IsCrossBorder:
        b, Name: s, OrginInterRegionBandwidthLimits: {OrginInterRegionBandwidthLimit: [{BandwidthLimit: s,
        GeographicSpanId: s, LocalRegionId: s, OppositeRegionId: s}]}, ReservationActiveTime: s,
        ReservationBandwidth: s, ReservationInternetChargeType: s, ReservationOrderType: s, ResourceGroupId: s,
        Status: s, Tags: {Tag: [{Key: s, Value: s}]}}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    AssociateCenBandwidthPackage
      takes CenBandwidthPackageId! CenId!
      gives {RequestId: s}
    UnassociateCenBandwidthPackage
      takes CenBandwidthPackageId! CenId!
      gives {RequestId: s}
    ModifyCenBandwidthPackageSpec
      takes Bandwidth:int CenBandwidthPackageId!
      gives {RequestId: s}
    DeleteCenBandwidthPackage
      takes CenBandwidthPackageId!
      gives {RequestId: s}
    SetCenInterRegionBandwidthLimit
      takes BandwidthLimit:int! BandwidthType CenId! LocalRegionId! OppositeRegionId!
      gives {RequestId: s}
    DescribeCenInterRegionBandwidthLimits
      takes CenId PageNumber:int PageSize:int TrRegionId
      gives {CenInterRegionBandwidthLimits: {CenInterRegionBandwidthLimit: [{BandwidthLimit: i, BandwidthPackageId: s,
        BandwidthType: s, CenId: s, GeographicSpanId: s, LocalRegionId: s, OppositeRegionId: s, Status: s}]},
        PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DescribeCenGeographicSpanRemainingBandwidth
      takes CenId! GeographicRegionAId! GeographicRegionBId! PageNumber:int PageSize:int
      gives {RemainingBandwidth: i, RequestId: s}
    DescribeGeographicRegionMembership
      takes GeographicRegionId! PageNumber:int PageSize:int
      gives {PageNumber: i, PageSize: i, RegionIds: {RegionId: [{RegionId: s}]}, RequestId: s, TotalCount: i}
    DescribeCenChildInstanceRouteEntries
      takes CenId! ChildInstanceId! ChildInstanceRegionId ChildInstanceRouteTableId ChildInstanceType! PageNumber:int
        PageSize:int Status
      gives {CenRouteEntries: {CenRouteEntry: [{AsPaths: {AsPath: [s]}, CenRouteMapRecords: {CenRouteMapRecord:
        [{RegionId: s, RouteMapId: s}]}, Communities: {Community: [s]}, Conflicts: {Conflict:
        [{DestinationCidrBlock: s, InstanceId: s, InstanceType: s, RegionId: s, Status: s}]}, DestinationCidrBlock:
        s, NextHopInstanceId: s, NextHopRegionId: s, NextHopType: s, OperationalMode: b, PublishStatus: s,
        RouteTableId: s, Status: s, Type: s}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DescribeRouteConflict
      takes ChildInstanceId! ChildInstanceRegionId! ChildInstanceRouteTableId! ChildInstanceType! DestinationCidrBlock
        PageNumber:int PageSize:int
      gives {PageNumber: i, PageSize: i, RequestId: s, RouteConflicts: {RouteConflict: [{DestinationCidrBlock: s,
        InstanceId: s, InstanceType: s, RegionId: s, Status: s}]}, TotalCount: i}
    CheckTransitRouterService
      takes ClientToken
      gives {Enabled: s, RequestId: s}
    OpenTransitRouterService
      takes ClientToken
      gives {OrderId: s, RequestId: s}
    CreateTransitRouter
      takes CenId! ClientToken DryRun:bool RegionId! SupportMulticast:bool Tag.N.Key Tag.N.Value
        TransitRouterCidrList.N.Cidr TransitRouterCidrList.N.Description TransitRouterCidrList.N.Name
        TransitRouterCidrList.N.PublishCidrRoute:bool TransitRouterDescription TransitRouterName
        TransitRouterCidrList:json
      gives {RequestId: s, TransitRouterId: s}
    ListTransitRouters
      takes CenId PageNumber:int PageSize:int RegionId Status Tag.N.Key Tag.N.Value TransitRouterId TransitRouterName
        Type
      gives {PageNumber: i, PageSize: i, RequestId: s, TotalCount: i, TransitRouters: [{AliUid: i, CenId: s,
        CreationTime: s, RegionId: s, Status: s, SupportMulticast: b, Tags: [{Key: s, Value: s}],
        TransitRouterCidrList: [{Cidr: s, Description: s, Name: s, PublishCidrRoute: b, TransitRouterCidrId: s}],
        TransitRouterDescription: s, TransitRouterId: s, TransitRouterName: s, Type: s}]}
    DeleteTransitRouter
      takes ClientToken DryRun:bool TransitRouterId!
      gives {RequestId: s}
    ListTransitRouterAvailableResource
      takes RegionId! SupportMulticast:bool
      gives {AvailableZones: [s], MasterZones: [s], RequestId: s, SlaveZones: [s], SupportMulticast: b}
    CreateTransitRouterVpcAttachment
      takes AutoPublishRouteEnabled:bool CenId ChargeType ClientToken DryRun:bool RegionId Tag.N.Key Tag.N.Value
        TransitRouterAttachmentDescription TransitRouterAttachmentName TransitRouterId
        TransitRouterVPCAttachmentOptions:json VpcId! VpcOwnerId:int ZoneMappings.N.VSwitchId!
        ZoneMappings.N.ZoneId! TransitRouterVPCAttachmentOptions.ipv6Support
      gives {RequestId: s, TransitRouterAttachmentId: s}
    ListTransitRouterVpcAttachments
      takes CenId MaxResults:int NextToken OrderType RegionId Status Tag.N.Key Tag.N.Value TransitRouterAttachmentId
        TransitRouterId VpcId
      gives {MaxResults: i, NextToken: s, RequestId: s, TotalCount: i, TransitRouterAttachments:
        [{AutoPublishRouteEnabled: b, CenId: s, ChargeType: s, CreationTime: s, ManagedService: s, OrderType: s,
        ResourceType: s, Status: s, Tags: [{Key: s, Value: s}], TransitRouterAttachmentDescription: s,
        TransitRouterAttachmentId: s, TransitRouterAttachmentName: s, TransitRouterId: s,
        TransitRouterVPCAttachmentOptions: *, VpcId: s, VpcOwnerId: i, VpcRegionId: s, ZoneMappings:
        [{NetworkInterfaceId: s, VSwitchId: s, ZoneId: s}]}]}
    UpdateTransitRouterVpcAttachmentAttribute
      takes AutoPublishRouteEnabled:bool ClientToken DryRun:bool OrderType TransitRouterAttachmentDescription
        TransitRouterAttachmentId! TransitRouterAttachmentName TransitRouterVPCAttachmentOptions:json
      gives {RequestId: s}
    DeleteTransitRouterVpcAttachment
      takes ClientToken DryRun:bool Force:bool TransitRouterAttachmentId!
      gives {RequestId: s}
    ListTransitRouterRouteTables
      takes MaxResults:int NextToken Tag.N.Key Tag.N.Value TransitRouterId TransitRouterRouteTableIds.N
        TransitRouterRouteTableNames.N TransitRouterRouteTableStatus TransitRouterRouteTableType
      gives {MaxResults: i, NextToken: s, RequestId: s, TotalCount: i, TransitRouterRouteTables: [{CreateTime: s,
        RegionId: s, RouteTableOptions: {MultiRegionECMP: s}, Tags: [{Key: s, Value: s}], TransitRouterId: s,
        TransitRouterRouteTableDescription: s, TransitRouterRouteTableId: s, TransitRouterRouteTableName: s,
        TransitRouterRouteTableStatus: s, TransitRouterRouteTableType: s}]}
    AssociateTransitRouterAttachmentWithRouteTable
      takes ClientToken DryRun:bool TransitRouterAttachmentId! TransitRouterRouteTableId!
      gives {RequestId: s}
    DissociateTransitRouterAttachmentFromRouteTable
      takes ClientToken DryRun:bool TransitRouterAttachmentId! TransitRouterRouteTableId!
      gives {RequestId: s}
    EnableTransitRouterRouteTablePropagation
      takes ClientToken DryRun:bool TransitRouterAttachmentId! TransitRouterRouteTableId!
      gives {RequestId: s}
    DisableTransitRouterRouteTablePropagation
      takes ClientToken DryRun:bool TransitRouterAttachmentId! TransitRouterRouteTableId!
      gives {RequestId: s}
    ListTransitRouterRouteTableAssociations
      takes MaxResults:int NextToken Status TransitRouterAttachmentId TransitRouterAttachmentResourceId
        TransitRouterAttachmentResourceType TransitRouterRouteTableId
      gives {MaxResults: i, NextToken: s, RequestId: s, TotalCount: i, TransitRouterAssociations: [{ResourceId: s,
        ResourceType: s, Status: s, TransitRouterAttachmentId: s, TransitRouterRouteTableId: s}]}
    ListTransitRouterRouteTablePropagations
      takes MaxResults:int NextToken Status TransitRouterAttachmentId TransitRouterAttachmentResourceId
        TransitRouterAttachmentResourceType TransitRouterRouteTableId!
      gives {MaxResults: i, NextToken: s, RequestId: s, TotalCount: i, TransitRouterPropagations: [{ResourceId: s,
        ResourceType: s, Status: s, TransitRouterAttachmentId: s, TransitRouterRouteTableId: s}]}
    CreateTransitRouterPeerAttachment
      takes AutoPublishRouteEnabled:bool Bandwidth:int BandwidthType CenBandwidthPackageId CenId ClientToken
        DefaultLinkType DryRun:bool PeerTransitRouterId! PeerTransitRouterRegionId RegionId Tag.N.Key Tag.N.Value
        TransitRouterAttachmentDescription TransitRouterAttachmentName TransitRouterId
      gives {RequestId: s, TransitRouterAttachmentId: s}
    ListTransitRouterPeerAttachments
      takes CenId MaxResults:int NextToken RegionId Tag.N.Key Tag.N.Value TransitRouterAttachmentId TransitRouterId
      gives {MaxResults: i, NextToken: s, RequestId: s, TotalCount: i, TransitRouterAttachments:
        [{AutoPublishRouteEnabled: b, Bandwidth: i, BandwidthType: s, CenBandwidthPackageId: s, CenId: s,
        CreationTime: s, DefaultLinkType: s, GeographicSpanId: s, PeerTransitRouterId: s, PeerTransitRouterOwnerId:
        i, PeerTransitRouterRegionId: s, RegionId: s, ResourceType: s, Status: s, Tags: [{Key: s, Value: s}],
        TransitRouterAttachmentDescription: s, TransitRouterAttachmentId: s, TransitRouterAttachmentName: s,
        TransitRouterId: s}]}
    UpdateTransitRouterPeerAttachmentAttribute
      takes AutoPublishRouteEnabled:bool Bandwidth:int BandwidthType CenBandwidthPackageId ClientToken DefaultLinkType
        DryRun:bool TransitRouterAttachmentDescription TransitRouterAttachmentId! TransitRouterAttachmentName
      gives {RequestId: s}
    DeleteTransitRouterPeerAttachment
      takes ClientToken DryRun:bool Force:bool TransitRouterAttachmentId!
      gives {RequestId: s}
    CreateCenChildInstanceRouteEntryToAttachment
      takes CenId! ClientToken DestinationCidrBlock! DryRun:bool RouteTableId! TransitRouterAttachmentId!
      gives {RequestId: s}
    DeleteCenChildInstanceRouteEntryToAttachment
      takes CenId! ClientToken DestinationCidrBlock! DryRun:bool RouteTableId! TransitRouterAttachmentId!
      gives {RequestId: s}
    ListTransitRouterRouteEntries
      takes MaxResults:int NextToken TransitRouterRouteEntryDestinationCidrBlock TransitRouterRouteEntryIds.N
        TransitRouterRouteEntryNames.N TransitRouterRouteEntryNextHopId TransitRouterRouteEntryNextHopResourceId
        TransitRouterRouteEntryNextHopResourceType TransitRouterRouteEntryNextHopType
        TransitRouterRouteEntryOriginResourceId TransitRouterRouteEntryOriginResourceType
        TransitRouterRouteEntryStatus TransitRouterRouteEntryType TransitRouterRouteTableId!
      gives {MaxResults: i, NextToken: s, RequestId: s, TotalCount: i, TransitRouterRouteEntries: [{CreateTime: s,
        OperationalMode: b, PathAttributes: {AsPaths: [s], Communities: [s], OriginInstanceId: s,
        OriginInstanceType: s, OriginRouteType: s, Preference: i}, PrefixListId: s, Tag: s,
        TransitRouterRouteEntryDescription: s, TransitRouterRouteEntryDestinationCidrBlock: s,
        TransitRouterRouteEntryId: s, TransitRouterRouteEntryName: s, TransitRouterRouteEntryNextHopId: s,
        TransitRouterRouteEntryNextHopResourceId: s, TransitRouterRouteEntryNextHopResourceType: s,
        TransitRouterRouteEntryNextHopType: s, TransitRouterRouteEntryOriginResourceId: s,
        TransitRouterRouteEntryOriginResourceType: s, TransitRouterRouteEntryStatus: s, TransitRouterRouteEntryType:
        s}]}
    TagResources
      takes RegionId ResourceId.N! ResourceType! Tag.N.Key Tag.N.Value
      gives {RequestId: s}
    """)
}
