extension AlibabaContract {
  /// SmartAG 2018-03-13: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let smartag = OperationContract.table(
    """
    DescribeRegions
      takes AcceptLanguage
      gives {Regions: {Region: [{LocalName: s, RegionEndpoint: s, RegionId: s}]}, RequestId: s}
    GetSmartAccessGatewayUseLimit
      takes RegionId!
      gives {RequestId: s, TotalAmount: i, UsedAmount: i}
    GetCloudConnectNetworkUseLimit
      takes RegionId!
      gives {RequestId: s, TotalAmount: i, UsedAmount: i}
    CreateSmartAccessGateway
      takes AlreadyHaveSag:bool AutoPay:bool! BuyerMessage! CPEVersion ChargeType! Description HaType! HardWareSpec!
        MaxBandWidth:int Name Period:int! ReceiverAddress! ReceiverCity! ReceiverCountry! ReceiverDistrict!
        ReceiverEmail! ReceiverMobile! ReceiverName! ReceiverPhone ReceiverState! ReceiverTown! ReceiverZip!
        RegionId!
      gives {Description: s, Name: s, OrderId: s, RequestId: s, ResourceGroupId: s, SmartAGId: s}
    DescribeSmartAccessGateways
      takes AssociatedCcnId AssociatedCcnName BusinessState HardwareType InstanceType Name PageNumber:int PageSize:int
        RegionId ResourceGroupId SerialNumber SmartAGId SmartAGIds.N Status
      gives {PageNumber: i, PageSize: i, RequestId: s, SmartAccessGateways: {SmartAccessGateway: [{AccelerateBandwidth:
        i, AccessPointId: s, AclIds: s, ApplicationBandwidthPackageId: s, AssociatedCcnId: s, AssociatedCcnName: s,
        BackupSoftwareVersion: s, BackupStatus: s, CidrBlock: s, City: s, CreateTime: i, DataPlan: i, Description:
        s, DpiMonitorStatus: s, DpiStatus: s, EnableAdvancedMonitor: b, EnableSoftwareConnectionAudit: b, EndTime:
        i, EnterpriseCode: s, HardwareVersion: s, IRIds: s, IdaasApplicationId: s, IdaasId: s, IpsecStatus: s, Isp:
        s, Links: {Link: [{Bandwidth: s, CommodityType: s, EndTime: i, InstanceId: s, RelateInstanceId: s,
        RelateInstanceRegionId: s, Status: s, Type: s}]}, MaxBandwidth: s, Name: s, Position: s, QosIds: s,
        ResellerInstanceId: s, ResellerUid: s, ResourceGroupId: s, RoutingStrategy: s, SecurityLockThreshold: i,
        SerialNumber: s, SmartAGId: s, SmartAGUid: i, SoftwareVersion: s, Status: s, UpBandwidth4G: i,
        UpBandwidthWan: i, UserCount: i, VpnStatus: s}]}, TotalCount: i}
    DescribeSmartAccessGatewayAttribute
      takes RegionId! SmartAGId!
      gives {AccelerateBandwidth: i, AccessPointId: s, AclIds: {AclId: [s]}, ApplicationBandwidthPackageBussinessStatus:
        s, ApplicationBandwidthPackageId: s, ApplicationBandwidthPackageName: s,
        ApplicationBandwidthPackageOperationLocks: {LockReason: s, LockType: s}, AssociatedCcnId: s,
        AssociatedCcnName: s, BackupBoxControllerIp: s, BoxControllerIp: s, CidrBlock: s, City: s, CreateTime: i,
        DataPlan: i, Description: s, Devices: {Device: [{DistributeSkStatus: i, DpiSignatureDbVersion: s, HaState:
        s, HcState: s, MonitorVersion: s, SecretKey: s, SerialNumber: s, SoftwareVersion: s}]}, EnableOptimization:
        b, EnableSoftwareConnectionAudit: b, EndTime: i, FlowLogIds: {FlowLogId: [s]}, IRIds: {IRId: [s]},
        InstanceType: s, IpsecStatus: s, Links: {Link: [{Bandwidth: s, CommodityType: s, EndTime: i,
        HealthCheckTargetIp: s, InstanceId: s, RelateInstanceId: s, RelateInstanceRegionId: s, Status: s, Type:
        s}]}, MaxBandwidth: s, Name: s, OptimizationType: b, Position: s, QosIds: {QosId: [s]}, RequestId: s,
        ResellerInstanceId: s, ResellerUid: s, ResourceGroupId: s, RoutingStrategy: s, SecurityLockThreshold: i,
        SerialNumber: s, SmartAGId: s, Status: s, TrafficMasterSn: s, UpBandwidth4G: i, UpBandwidthWan: i,
        UserCount: i, VpnStatus: s}
    DescribeSmartAccessGatewayHa
      takes RegionId! SmartAGId!
      gives {BackupDeviceId: s, DeviceLevelBackupState: s, DeviceLevelBackupType: s, LinkBackupInfoList:
        {LinkBackupInfoList: [{BackupLinkId: s, BackupLinkState: s, LinkLevelBackupState: s, LinkLevelBackupType: s,
        MainLinkId: s, MainLinkState: s}]}, MainDeviceId: s, RequestId: s, SmartAGId: s}
    DescribeSAGDeviceInfo
      takes RegionId! SmartAGId! SmartAGSn!
      gives {ControllerState: s, LastConnectedControllerTime: s, RequestId: s, ResettableStatus: s, ServiceIP: s,
        SmartAGType: s, StartupTime: s, SynStatus: s, Version: s, VpnState: s}
    ModifySmartAccessGateway
      takes CidrBlock Description EnableSoftwareConnectionAudit:bool Name Position RegionId! RoutingStrategy
        SecurityLockThreshold:int SmartAGId!
      gives {RequestId: s}
    MoveResourceGroup
      takes NewResourceGroupId! RegionId! ResourceId! ResourceType!
      gives {RequestId: s}
    CreateCloudConnectNetwork
      takes CidrBlock Description Name RegionId SnatCidrBlock
      gives {CcnId: s, CidrBlock: s, Description: s, Name: s, RequestId: s, ResourceGroupId: s, SnatCidrBlock: s,
        Status: s}
    DescribeCloudConnectNetworks
      takes CcnId Name PageNumber:int PageSize:int RegionId! Tag.N.Key Tag.N.Value
      gives {CloudConnectNetworks: {CloudConnectNetwork: [{AssociatedCenId: s, AssociatedCenOwnerId: s,
        AssociatedCenStatus: s, AssociatedCloudBoxCount: s, AvailableCloudBoxCount: s, CcnId: s, CenStatusErrorCode:
        s, CenStatusErrorMessage: s, CidrBlock: s, CreateTime: i, Description: s, InterworkingStatus: s, Name: s,
        NewAgw: b, ProcessingCenId: s, ResourceGroupId: s, SnatCidrBlock: s, Subnet: s, Tags: {Tag: [{Key: s, Value:
        s}]}}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    ModifyCloudConnectNetwork
      takes CcnId! CidrBlock Description InterworkingStatus Name RegionId!
      gives {RequestId: s}
    DeleteCloudConnectNetwork
      takes CcnId! RegionId
      gives {RequestId: s}
    BindSmartAccessGateway
      takes CcnId! RegionId SmartAGId! SmartAGUid:int
      gives {RequestId: s}
    DescribeBindableSmartAccessGateways
      takes CcnId! CrossAccount:bool Name PageNumber:int PageSize:int RegionId! SmartAGId
      gives {PageNumber: i, PageSize: i, RequestId: s, SmartAccessGateways: {SmartAccessGateway: [{Name: s, SmartAGId:
        s, SmartAGUid: i}]}, TotalCount: i}
    UnbindSmartAccessGateway
      takes CcnId! RegionId! SmartAGId! SmartAGUid:int
      gives {RequestId: s}
    AttachCcnInstanceToCen
      takes CcnId CenId RegionId Subnet
      gives {RequestId: s}
    DetachCcnInstanceFromCen
      takes CcnId CenId RegionId
      gives {RequestId: s}
    SynchronizeSmartAGWebConfig
      takes RegionId! SmartAGId! SmartAGSn!
      gives {RequestId: s}
    RebootSmartAccessGateway
      takes RegionId! SerialNumber SmartAGId!
      gives {RequestId: s}
    ClearSagCipher
      takes RegionId! SagId! SnNumber!
      gives {RequestId: s}
    ActivateSmartAccessGateway
      takes RegionId! SmartAGId!
      gives {RequestId: s}
    UpgradeSmartAccessGateway
      takes AutoPay:bool! BandWidthSpec:int RegionId! SmartAGId!
      gives {OrderId: s, RequestId: s}
    DeleteSmartAccessGateway
      takes InstanceId! RegionId
      gives {RequestId: s}
    """)
}
