extension AlibabaContract {
  /// ECS 2014-05-26: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let ecs = OperationContract.table(
    """
    DescribeRegions
      takes AcceptLanguage InstanceChargeType ResourceType
      gives {Regions: {Region: [{LocalName: s, RegionEndpoint: s, RegionId: s, Status: s}]}, RequestId: s}
    DescribeZones
      takes AcceptLanguage InstanceChargeType RegionId! Verbose:bool
      gives {RequestId: s, Zones: {Zone: [{AvailableDedicatedHostTypes: {DedicatedHostType: [s]},
        AvailableDiskCategories: {DiskCategories: [s]}, AvailableInstanceTypes: {InstanceTypes: [s]},
        AvailableResourceCreation: {ResourceTypes: [s]}, AvailableResources: {ResourcesInfo: [{DataDiskCategories:
        {supportedDataDiskCategory: [s]}, InstanceGenerations: {supportedInstanceGeneration: [s]},
        InstanceTypeFamilies: {supportedInstanceTypeFamily: [s]}, InstanceTypes: {supportedInstanceType: [s]},
        IoOptimized: b, NetworkTypes: {supportedNetworkCategory: [s]}, SystemDiskCategories:
        {supportedSystemDiskCategory: [s]}}]}, AvailableVolumeCategories: {VolumeCategories: [s]},
        DedicatedHostGenerations: {DedicatedHostGeneration: [s]}, LocalName: s, ZoneId: s, ZoneType: s}]}}
    DescribeSecurityGroups
      takes DryRun:bool MaxResults:int NextToken PageNumber:int PageSize:int RegionId! ResourceGroupId SecurityGroupId
        SecurityGroupIds:json SecurityGroupName SecurityGroupType Tag.N.Key Tag.N.Value VpcId
      gives {NextToken: s, PageNumber: i, PageSize: i, RegionId: s, RequestId: s, SecurityGroups: {SecurityGroup:
        [{AvailableInstanceAmount: i, CreationTime: s, Description: s, EcsCount: i, GroupToGroupRuleCount: i,
        ResourceGroupId: s, RuleCount: i, SecurityGroupId: s, SecurityGroupName: s, SecurityGroupType: s, ServiceID:
        i, ServiceManaged: b, Tags: {Tag: [{TagKey: s, TagValue: s}]}, VpcId: s}]}, TotalCount: i}
    DescribeSecurityGroupAttribute
      takes Direction MaxResults:int NextToken NicType RegionId! SecurityGroupId!
      gives {Description: s, InnerAccessPolicy: s, NextToken: s, Permissions: {Permission: [{CreateTime: s, Description:
        s, DestCidrIp: s, DestGroupId: s, DestGroupName: s, DestGroupOwnerAccount: s, DestPrefixListId: s,
        DestPrefixListName: s, Direction: s, IpProtocol: s, Ipv6DestCidrIp: s, Ipv6SourceCidrIp: s, NicType: s,
        Policy: s, PortRange: s, PortRangeListId: s, PortRangeListName: s, Priority: s, SecurityGroupRuleId: s,
        SourceCidrIp: s, SourceGroupId: s, SourceGroupName: s, SourceGroupOwnerAccount: s, SourcePortRange: s,
        SourcePrefixListId: s, SourcePrefixListName: s}]}, RegionId: s, RequestId: s, SecurityGroupId: s,
        SecurityGroupName: s, SnapshotPolicyIds: {SnapshotPolicyId: [s]}, VpcId: s}
    AuthorizeSecurityGroup
      takes RegionId! SecurityGroupId! ClientToken Permissions.N.IpProtocol Permissions.N.PortRange
        Permissions.N.SourceCidrIp Permissions.N.DestCidrIp Permissions.N.SourceGroupId Permissions.N.DestGroupId
        Permissions.N.Policy Permissions.N.Priority Permissions.N.NicType Permissions.N.Description IpProtocol
        PortRange SourceCidrIp DestCidrIp SourceGroupId DestGroupId Policy Priority NicType Description
      gives {RequestId: s}
    AuthorizeSecurityGroupEgress
      takes RegionId! SecurityGroupId! ClientToken Permissions.N.IpProtocol Permissions.N.PortRange
        Permissions.N.SourceCidrIp Permissions.N.DestCidrIp Permissions.N.SourceGroupId Permissions.N.DestGroupId
        Permissions.N.Policy Permissions.N.Priority Permissions.N.NicType Permissions.N.Description IpProtocol
        PortRange SourceCidrIp DestCidrIp SourceGroupId DestGroupId Policy Priority NicType Description
      gives {RequestId: s}
    RevokeSecurityGroup
      takes RegionId! SecurityGroupId! ClientToken Permissions.N.IpProtocol Permissions.N.PortRange
        Permissions.N.SourceCidrIp Permissions.N.DestCidrIp Permissions.N.SourceGroupId Permissions.N.DestGroupId
        Permissions.N.Policy Permissions.N.Priority Permissions.N.NicType Permissions.N.Description IpProtocol
        PortRange SourceCidrIp DestCidrIp SourceGroupId DestGroupId Policy Priority NicType Description
        SecurityGroupRuleId.N
      gives {RequestId: s}
    RevokeSecurityGroupEgress
      takes RegionId! SecurityGroupId! ClientToken Permissions.N.IpProtocol Permissions.N.PortRange
        Permissions.N.SourceCidrIp Permissions.N.DestCidrIp Permissions.N.SourceGroupId Permissions.N.DestGroupId
        Permissions.N.Policy Permissions.N.Priority Permissions.N.NicType Permissions.N.Description IpProtocol
        PortRange SourceCidrIp DestCidrIp SourceGroupId DestGroupId Policy Priority NicType Description
        SecurityGroupRuleId.N
      gives {RequestId: s}
    CreateSecurityGroup
      takes ClientToken Description RegionId! ResourceGroupId SecurityGroupName SecurityGroupType Tag.N.Key Tag.N.Value
        VpcId
      gives {RequestId: s, SecurityGroupId: s}
    DeleteSecurityGroup
      takes RegionId! SecurityGroupId!
      gives {RequestId: s}
    JoinSecurityGroup
      takes InstanceId NetworkInterfaceId RegionId SecurityGroupId!
      gives {RequestId: s}
    LeaveSecurityGroup
      takes InstanceId NetworkInterfaceId RegionId SecurityGroupId!
      gives {RequestId: s}
    RunInstances
      takes RegionId! ImageId ImageFamily InstanceType SecurityGroupId SecurityGroupIds.N VSwitchId ZoneId InstanceName
        HostName Description Amount:int MinAmount:int UniqueSuffix:bool InstanceChargeType Period:int PeriodUnit
        AutoRenew:bool AutoRenewPeriod:int AutoPay:bool InternetMaxBandwidthOut:int InternetMaxBandwidthIn:int
        InternetChargeType SystemDisk.Category SystemDisk.Size SystemDisk.DiskName SystemDisk.Description
        SystemDisk.PerformanceLevel DataDisk.N.Category DataDisk.N.Size:int DataDisk.N.DiskName
        DataDisk.N.DeleteWithInstance:bool DataDisk.N.PerformanceLevel Password PasswordInherit:bool KeyPairName
        PrivateIpAddress UserData DeletionProtection:bool HttpTokens HttpEndpoint IoOptimized CreditSpecification
        SecurityEnhancementStrategy ResourceGroupId Tag.N.Key Tag.N.Value ClientToken DryRun:bool
      gives {InstanceIdSets: {InstanceIdSet: [s]}, OrderId: s, RequestId: s, TradePrice: n}
    DescribeInstances
      takes RegionId! InstanceIds:json InstanceName VpcId VSwitchId ZoneId Status PrivateIpAddresses:json
        PublicIpAddresses:json SecurityGroupId ImageId InstanceType InstanceChargeType KeyPairName ResourceGroupId
        Tag.N.Key Tag.N.Value MaxResults:int NextToken PageNumber:int PageSize:int DryRun:bool
      gives {Instances: {Instance: [{AdditionalInfo: {EnableHighDensityMode: b, ManagedHostId: s, NodeSerialNumber: s},
        AutoReleaseTime: s, ClockOptions: {PtpStatus: s}, ClusterId: s, Cpu: i, CpuOptions: {CoreCount: i,
        EnableVISST: b, EnableVRDT: b, NestedVirtualization: s, Numa: s, ThreadsPerCore: i, TopologyType: s,
        TurboMode: s}, CreationTime: s, CreditSpecification: s, DedicatedHostAttribute: {DedicatedHostClusterId: s,
        DedicatedHostId: s, DedicatedHostName: s}, DedicatedInstanceAttribute: {Affinity: s, Tenancy: s},
        DeletionProtection: b, DeploymentSetGroupNo: i, DeploymentSetId: s, Description: s, DeviceAvailable: b,
        EcsCapacityReservationAttr: {CapacityReservationId: s, CapacityReservationPreference: s}, EipAddress:
        {AllocationId: s, Bandwidth: i, InternetChargeType: s, IpAddress: s, IsSupportUnassociate: b}, EnableNVS: b,
        ExpiredTime: s, GPUAmount: i, GPUSpec: s, HibernationOptions: {Configured: b}, HostName: s, HpcClusterId: s,
        ISP: s, ImageId: s, ImageOptions: {CurrentOSNVMeSupported: b, LoginAsNonRoot: b}, InnerIpAddress:
        {IpAddress: [s]}, InstanceChargeType: s, InstanceId: s, InstanceName: s, InstanceNetworkType: s,
        InstanceType: s, InstanceTypeFamily: s, InternetChargeType: s, InternetMaxBandwidthIn: i,
        InternetMaxBandwidthOut: i, IoOptimized: b, KeyPairName: s, LocalStorageAmount: i, LocalStorageCapacity: i,
        Memory: i, MetadataOptions: {HttpEndpoint: s, HttpPutResponseHopLimit: i, HttpTokens: s,
        InstanceMetadataTags: s}, NetworkInterfaces: {NetworkInterface: [{Ipv4PrefixSets: {Ipv4PrefixSet:
        [{Ipv4Prefix: s}]}, Ipv6PrefixSets: {Ipv6PrefixSet: [{Ipv6Prefix: s}]}, Ipv6Sets: {Ipv6Set: [{Ipv6Address:
        s, Primary: b}]}, MacAddress: s, NetworkInterfaceId: s, PrimaryIpAddress: s, PrivateIpSets: {PrivateIpSet:
        [{Primary: b, PrivateDnsName: s, PrivateIpAddress: s}]}, Type: s}]}, OSName: s, OSNameEn: s, OSType: s,
        OperationLocks: {LockReason: [{LockMsg: s, LockReason: s}]}, PrivateDnsNameOptions:
        {EnableInstanceIdDnsAAAARecord: b, EnableInstanceIdDnsARecord: b, EnableIpDnsARecord: b,
        EnableIpDnsPtrRecord: b, HostnameType: s}, PublicIpAddress: {IpAddress: [s]}, RdmaIpAddress: {IpAddress:
        [s]}, Recyclable: b, RegionId: s, ResourceGroupId: s, SaleCycle: s, SecurityGroupIds: {SecurityGroupId:
        [s]}, SecurityOptions: {EnableSecureBoot: b}, SerialNumber: s, SpotDuration: i, SpotInterruptionBehavior: s,
        SpotPriceLimit: n, SpotStrategy: s, StartTime: s, Status: s, StoppedMode: s, Tags: {Tag: [{TagKey: s,
        TagValue: s}]}, VlanId: s, VpcAttributes: {NatIpAddress: s, PrivateIpAddress: {IpAddress: [s]}, VSwitchId:
        s, VpcId: s}, ZoneId: s}]}, NextToken: s, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DescribeInstanceStatus
      takes ClusterId InstanceId.N PageNumber:int PageSize:int RegionId! ZoneId
      gives {InstanceStatuses: {InstanceStatus: [{InstanceId: s, Status: s}]}, PageNumber: i, PageSize: i, RequestId: s,
        TotalCount: i}
    StartInstance
      takes DryRun:bool InstanceId!
      gives {RequestId: s}
    StopInstance
      takes ConfirmStop:bool DryRun:bool ForceStop:bool InstanceId! StoppedMode
      gives {RequestId: s}
    RebootInstance
      takes DryRun:bool ForceStop:bool InstanceId!
      gives {RequestId: s}
    DeleteInstance
      takes DryRun:bool Force:bool ForceStop:bool InstanceId! TerminateSubscription:bool
      gives {RequestId: s}
    ModifyInstanceAttribute
      takes InstanceId! InstanceName Description HostName Password DeletionProtection:bool SecurityGroupIds.N
      gives {RequestId: s}
    RunCommand
      takes RegionId! Type! CommandContent! ContentEncoding InstanceId.N! Name Description WorkingDir Timeout:int
        Username EnableParameter:bool Parameters:json KeepCommand:bool RepeatMode Timed:bool Tag.N.Key Tag.N.Value
        ResourceGroupId ClientToken
      gives {CommandId: s, InvokeId: s, RequestId: s}
    DescribeInvocations
      takes CommandId CommandName CommandType ContentEncoding IncludeOutput:bool InstanceId InvokeId InvokeStatus
        MaxResults:int NextToken PageNumber:int PageSize:int RegionId! RepeatMode ResourceGroupId Tag.N.Key
        Tag.N.Value Timed:bool
      gives {Invocations: {Invocation: [{CommandContent: s, CommandDescription: s, CommandId: s, CommandName: s,
        CommandType: s, ContainerId: s, ContainerName: s, CreationTime: s, Frequency: s, InvocationStatus: s,
        InvokeId: s, InvokeInstances: {InvokeInstance: [{CreationTime: s, Dropped: i, ErrorCode: s, ErrorInfo: s,
        ExitCode: i, FinishTime: s, InstanceId: s, InstanceInvokeStatus: s, InvocationStatus: s, OssOutputErrorCode:
        s, OssOutputErrorInfo: s, OssOutputStatus: s, OssOutputUri: s, Output: s, Repeats: i, StartTime: s,
        StopTime: s, Timed: b, UpdateTime: s}]}, InvokeStatus: s, Launcher: s, OssOutputDelivery: s, Parameters: s,
        RepeatMode: s, Tags: {Tag: [{TagKey: s, TagValue: s}]}, TerminationMode: s, Timed: b, Timeout: i, Username:
        s, WorkingDir: s}]}, NextToken: s, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DescribeInvocationResults
      takes CommandId ContentEncoding InstanceId InvokeId InvokeRecordStatus MaxResults:int NextToken PageNumber:int
        PageSize:int RegionId! ResourceGroupId Tag.N.Key Tag.N.Value
      gives {Invocation: {InvocationResults: {InvocationResult: [{CommandId: s, ContainerId: s, ContainerName: s,
        Dropped: i, ErrorCode: s, ErrorInfo: s, ExitCode: i, FinishedTime: s, InstanceId: s, InvocationStatus: s,
        InvokeId: s, InvokeRecordStatus: s, Launcher: s, OssOutputDelivery: s, OssOutputErrorCode: s,
        OssOutputErrorInfo: s, OssOutputStatus: s, OssOutputUri: s, Output: s, Repeats: i, StartTime: s, StopTime:
        s, Tags: {Tag: [{TagKey: s, TagValue: s}]}, TerminationMode: s, Username: s}]}, NextToken: s, PageNumber: i,
        PageSize: i, TotalCount: i}, RequestId: s}
    DescribeCloudAssistantStatus
      takes InstanceId.N MaxResults:int NextToken OSType PageNumber:int PageSize:int RegionId!
      gives {InstanceCloudAssistantStatusSet: {InstanceCloudAssistantStatus: [{ActiveTaskCount: i, CloudAssistantStatus:
        s, CloudAssistantVersion: s, InstanceId: s, InvocationCount: i, LastHeartbeatTime: s, LastInvokedTime: s,
        OSType: s, SupportSessionManager: b}]}, NextToken: s, PageNumber: i, PageSize: i, RequestId: s, TotalCount:
        i}
    StopInvocation
      takes InstanceId.N InvokeId! RegionId!
      gives {RequestId: s}
    DescribeImages
      takes ActionType Architecture DryRun:bool Filter.N.Key Filter.N.Value ImageFamily ImageId ImageName
        ImageOwnerAlias ImageOwnerId:int InstanceType IsPublic:bool IsSupportCloudinit:bool
        IsSupportIoOptimized:bool OSType PageNumber:int PageSize:int RegionId! ResourceGroupId ShowExpired:bool
        SnapshotId Status Tag.N.Key Tag.N.Value Usable:bool Usage
      gives {Images: {Image: [{Architecture: s, BootMode: s, CreationTime: s, Description: s, DetectionOptions: {Items:
        {Item: [{Name: s, RiskCode: s, RiskLevel: s, Value: s}]}, Status: s}, DiskDeviceMappings:
        {DiskDeviceMapping: [{Device: s, Encrypted: b, Format: s, ImportOSSBucket: s, ImportOSSObject: s, Progress:
        s, RemainTime: i, Size: s, SnapshotId: s, Type: s}]}, Features: {CpuOnlineDowngrade: s, CpuOnlineUpgrade: s,
        ImdsSupport: s, MemoryOnlineDowngrade: s, MemoryOnlineUpgrade: s, NvmeSupport: s}, ImageFamily: s, ImageId:
        s, ImageName: s, ImageOwnerAlias: s, ImageOwnerId: i, ImageVersion: s, IsCopied: b, IsPublic: b,
        IsSelfShared: s, IsSubscribed: b, IsSupportCloudinit: b, IsSupportIoOptimized: b, LicenseType: s,
        LoginAsNonRootSupported: b, OSName: s, OSNameEn: s, OSType: s, Platform: s, ProductCode: s, Progress: s,
        ResourceGroupId: s, SecureBootOptions: {SecureBootSupport: s}, Size: i, Status: s, SupplierName: s, Tags:
        {Tag: [{TagKey: s, TagValue: s}]}, Usable: b, Usage: s}]}, PageNumber: i, PageSize: i, RegionId: s,
        RequestId: s, TotalCount: i}
    DescribeNetworkInterfaces
      takes InstanceId MaxResults:int NetworkInterfaceId.N NetworkInterfaceName NextToken PageNumber:int PageSize:int
        PrimaryIpAddress PrivateIpAddress.N RegionId! ResourceGroupId SecurityGroupId Status Tag.N.Key Tag.N.Value
        Type VSwitchId VpcId
      gives {NetworkInterfaceSets: {NetworkInterfaceSet: [{AssociatedPublicIp: {AllocationId: s, PublicIpAddress: s},
        Attachment: {DeviceIndex: i, InstanceId: s, NetworkCardIndex: i, TrunkNetworkInterfaceId: s}, CreationTime:
        s, DeleteOnRelease: b, Description: s, InstanceId: s, Ipv4PrefixSets: {Ipv4PrefixSet: [{Ipv4Prefix: s}]},
        Ipv6PrefixSets: {Ipv6PrefixSet: [{Ipv6Prefix: s}]}, Ipv6Sets: {Ipv6Set: [{Ipv6Address: s, Primary: b}]},
        MacAddress: s, NetworkInterfaceId: s, NetworkInterfaceName: s, NetworkInterfaceTrafficMode: s, OwnerId: s,
        PrivateIpAddress: s, PrivateIpSets: {PrivateIpSet: [{AssociatedPublicIp: {AllocationId: s, PublicIpAddress:
        s}, Primary: b, PrivateDnsName: s, PrivateIpAddress: s}]}, QueueNumber: i, QueuePairNumber: i,
        ResourceGroupId: s, SecurityGroupIds: {SecurityGroupId: [s]}, ServiceID: i, ServiceManaged: b,
        SourceDestCheck: b, Status: s, Tags: {Tag: [{TagKey: s, TagValue: s}]}, Type: s, VSwitchId: s, VpcId: s,
        ZoneId: s}]}, NextToken: s, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    ImportKeyPair
      takes KeyPairName! PublicKeyBody! RegionId! ResourceGroupId Tag.N.Key Tag.N.Value
      gives {KeyPairFingerPrint: s, KeyPairName: s, RequestId: s}
    DescribeKeyPairs
      takes IncludePublicKey:bool KeyPairFingerPrint KeyPairName PageNumber:int PageSize:int RegionId! ResourceGroupId
        Tag.N.Key Tag.N.Value
      gives {KeyPairs: {KeyPair: [{CreationTime: s, KeyPairFingerPrint: s, KeyPairName: s, PublicKey: s,
        ResourceGroupId: s, Tags: {Tag: [{TagKey: s, TagValue: s}]}}]}, PageNumber: i, PageSize: i, RequestId: s,
        TotalCount: i}
    DeleteKeyPairs
      takes KeyPairNames:json! RegionId!
      gives {RequestId: s}
    """)
}
