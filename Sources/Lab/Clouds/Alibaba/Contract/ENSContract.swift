extension AlibabaContract {
  /// ENS 2017-11-10: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let ens = OperationContract.table(
    """
    DescribeEnsRegions
      takes EnsRegionId
      gives {Code: i, EnsRegions: {EnsRegions: [{Area: s, EnName: s, EnsRegionId: s, Name: s, Province: s}]},
        RequestId: s}
    DescribeEnsNetDistrict
      takes NetDistrictCode NetLevelCode!
      gives {Code: i, EnsNetDistricts: {EnsNetDistrict: [{EnsRegionIdCount: s, NetDistrictCode: s, NetDistrictEnName:
        s, NetDistrictFatherCode: s, NetDistrictLevel: s, NetDistrictName: s}]}, RequestId: s}
    DescribeEnsNetSaleDistrict
      takes NetDistrictCode NetLevelCode!
      gives {Code: i, EnsNetDistricts: {EnsNetDistrict: [{EnsRegionIdCount: s, InstanceCount: s, NetDistrictCode: s,
        NetDistrictEnName: s, NetDistrictFatherCode: s, NetDistrictLevel: s, NetDistrictName: s}]}, RequestId: s}
    DescribeRegionIsps
      takes EnsRegionId
      gives {Isps: [{Code: s, Name: s}], RequestId: s}
    DescribeInstanceTypes
      takes InstanceType
      gives {Code: i, InstanceTypes: {InstanceType: [{CpuCoreCount: i, InstanceBandwidthRx: i, InstanceBandwidthTx: i,
        InstanceType: s, InstanceTypeId: s, InstanceTypeName: s, MemorySize: i}]}, RequestId: s}
    DescribeImages
      takes EnsRegionId ImageId ImageName PageNumber:int PageSize:int
      gives {Code: i, Images: {Image: [{Architecture: s, CreationTime: s, DiskDeviceMappings: {DiskDeviceMapping:
        [{Format: s, Size: s, Type: s, imageId: s}]}, ImageId: s, ImageName: s, ImageOwnerAlias: s, ImageSize: s,
        Platform: s, RegionId: s, SnapshotId: s}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DescribeImageInfos
      takes OsType
      gives {Code: i, Images: {Image: [{ComputeType: s, Description: s, DiskDeviceMappings: {DiskDeviceMapping:
        [{Format: s, Size: s, Type: s, imageId: s}]}, ImageId: s, ImageOwnerAlias: s, ImageSize: s, ImageVersion: s,
        OSName: s, OSType: s, RegionId: s}]}, RequestId: s}
    RunInstances
      takes Amount:int! AutoRenew:bool AutoUseCoupon:bool BillingCycle Carrier DataDisk:json DeletionProtection:bool
        EnsRegionId HostName ImageId InstanceChargeStrategy InstanceChargeType! InstanceName InstanceType!
        InternetChargeType InternetMaxBandwidthOut:int! KeyPairName NetDistrictCode NetWorkId Password
        PasswordInherit:bool Period:int PeriodUnit PrivateIpAddress ScheduleAreaLevel! SchedulingPriceStrategy
        SchedulingStrategy SecurityId SystemDisk:json Tag.N.Key Tag.N.Value UniqueSuffix:bool UserData VSwitchId
      gives {InstanceIds: [s], OrderId: s, RequestId: s}
    DescribeInstances
      takes EnsRegionId EnsRegionIds:json ImageId InstanceId InstanceIds:json InstanceName InstanceResourceType
        InstanceType IntranetIp NetworkId OrderByParams:json PageNumber:int PageSize:int SearchKey SecurityGroupId
        Status Tags:json VSwitchId
      gives {Code: i, Instances: {Instance: [{AutoReleaseTime: s, Cpu: s, CreationTime: s, DataDisk: {DataDisk:
        [{Category: s, DiskId: s, DiskName: s, DiskSize: i, EncryptKeyId: s, Encrypted: b, Size: i, device_type: s,
        disk_type: s, name: s, storage: i, uuid: s}]}, DeletionProtection: b, Disk: i, EnsRegionId: s, ExpiredTime: s,
        HostName: s, ImageId: s, InnerIpAddress: {IpAddress: [s]}, InstanceId: s, InstanceName: s, InstanceResourceType:
        s, InstanceTypeFamily: s, InternetMaxBandwidthIn: i, InternetMaxBandwidthOut: i, KeyPairName: s, Memory: i,
        NetworkAttributes: {NetworkId: s, PrivateIpAddress: {IpAddress: [s]}, VSwitchId: s}, NetworkInterfaces:
        {NetworkInterfaces: [{Ipv6Sets: {Ipv6Set: [{Ipv6Address: s}]}, MacAddress: s, NetworkInterfaceId: s,
        PrimaryIpAddress: s, PrivateIpSets: {PrivateIpSet: [{Primary: b, PrivateIpAddress: s}]}, Type: s, VpdId: s,
        VpdVSwitchId: s}]}, OSName: s, PrivateIpAddresses: {PrivateIpAddress: [{GateWay: s, Ip: s, Isp: s}]},
        PublicIpAddress: {IpAddress: [s]}, PublicIpAddresses: {PublicIpAddress: [{GateWay: s, Ip: s, Isp: s}]},
        SecurityGroupIds: {SecurityGroupId: [s]}, ServiceStatus: s, SpecName: s, SpotStrategy: s, Status: s, SystemDisk:
        {Category: s, DiskId: s, DiskName: s, Size: i, device_type: s, disk_type: s, name: s, storage: i, uuid: s},
        Tags: {Tags: [{TagKey: s, TagValue: s}]}}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    StartInstance
      takes InstanceId!
      gives {Code: i, RequestId: s}
    StopInstance
      takes ForceStop:bool InstanceId!
      gives {Code: i, RequestId: s}
    RebootInstance
      takes ForceStop:bool InstanceId!
      gives {Code: i, RequestId: s}
    ModifyInstanceAttribute
      takes DeletionProtection:bool HostName InstanceId! InstanceName Password
      gives {Code: i, RequestId: s}
    ReleasePostPaidInstance
      takes InstanceId!
      gives {RequestId: s}
    ReleasePrePaidInstance
      takes InstanceId!
      gives {RequestId: s}
    CreateNetwork
      takes CidrBlock! Description EnsRegionId! NetworkName Tag.N.Key Tag.N.Value
      gives {NetworkId: s, RequestId: s}
    DescribeNetworks
      takes EnsRegionId NetworkId NetworkName PageNumber:int PageSize:int
      gives {Networks: {Network: [{CidrBlock: s, CreatedTime: s, Description: s, EnsRegionId: s, GatewayRouteTableId:
        s, Ipv6CidrBlocks: {Ipv6CidrBlock: [{Ipv6CidrBlock: s, Ipv6Isp: s, Type: s}]}, NetworkAclId: s, NetworkId: s,
        NetworkName: s, RouteTableId: s, RouteTableIds: {RouteTableId: [s]}, RouterTableId: s, SecondaryCidrBlocks:
        {SecondaryCidrBlock: [s]}, Status: s, Tags: {Tag: [{Key: s, TagKey: s, TagValue: s, Value: s}]}, VSwitchIds:
        {VSwitchId: [s]}}]}, PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DeleteNetwork
      takes NetworkId!
      gives {RequestId: s}
    CreateVSwitch
      takes CidrBlock! Description EnsRegionId! NetworkId VSwitchName Tag.N.Key Tag.N.Value
      gives {RequestId: s, VSwitchId: s}
    DescribeVSwitches
      takes EnsRegionId NetworkId PageNumber:int PageSize:int VSwitchId VSwitchName
      gives {PageNumber: i, PageSize: i, RequestId: s, TotalCount: i, VSwitches: {VSwitch: [{CidrBlock: s,
        CreatedTime: s, Description: s, EnsRegionId: s, FreeIpCount: i, Ipv6CidrBlock: s, NetworkId: s, Status: s, Tags:
        {Tag: [{Key: s, TagKey: s, TagValue: s, Value: s}]}, VSwitchId: s, VSwitchName: s}]}}
    DeleteVSwitch
      takes VSwitchId!
      gives {RequestId: s}
    CreateSecurityGroup
      takes Description Permissions:json SecurityGroupName
      gives {RequestId: s, SecurityGroupId: s}
    DescribeSecurityGroups
      takes PageNumber:int PageSize:int SecurityGroupId SecurityGroupName
      gives {PageNumber: i, PageSize: i, RequestId: s, SecurityGroups: {SecurityGroup: [{CreationTime: s, Description:
        s, InstanceCount: i, InstanceIds: {InstanceId: [s]}, NetworkInterfaceIds: {NetworkInterfaceId: [s]},
        SecurityGroupId: s, SecurityGroupName: s}]}, TotalCount: i}
    DescribeSecurityGroupAttribute
      takes SecurityGroupId!
      gives {Description: s, Permissions: {Permission: [{CreationTime: s, Description: s, DestCidrIp: s, Direction: s,
        IpProtocol: s, Ipv6DestCidrIp: s, Ipv6SourceCidrIp: s, Policy: s, PortRange: s, Priority: i, SourceCidrIp: s,
        SourcePortRange: s}]}, RequestId: s, SecurityGroupId: s, SecurityGroupName: s}
    AuthorizeSecurityGroup
      takes IpProtocol! Policy PortRange! Priority:int SecurityGroupId! SourceCidrIp!
      gives {RequestId: s}
    RevokeSecurityGroup
      takes IpProtocol! Policy PortRange! Priority:int SecurityGroupId! SourceCidrIp!
      gives {RequestId: s}
    JoinSecurityGroup
      takes InstanceId NetworkInterfaceId SecurityGroupId!
      gives {RequestId: s}
    LeaveSecurityGroup
      takes InstanceId NetworkInterfaceId SecurityGroupId!
      gives {RequestId: s}
    DeleteSecurityGroup
      takes SecurityGroupId!
      gives {RequestId: s}
    ImportKeyPair
      takes KeyPairName! PublicKeyBody!
      gives {KeyPairFingerPrint: s, KeyPairName: s, RequestId: s}
    DescribeKeyPairs
      takes KeyPairName PageNumber:int PageSize:int
      gives {KeyPairs: {KeyPair: [{CreationTime: s, KeyPairFingerPrint: s, KeyPairId: s, KeyPairName: s}]},
        PageNumber: i, PageSize: i, RequestId: s, TotalCount: i}
    DeleteKeyPairs
      takes KeyPairName!
      gives {RequestId: s}
    """)
}
