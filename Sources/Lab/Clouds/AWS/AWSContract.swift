/// The calls of EC2 2016-11-15, STS 2011-06-15 and SSM that the lab answers, with every parameter that it understands.
enum AWSContract {
  static let operations = OperationContract.table(
    """
    DescribeRegions
      takes RegionName.N AllRegions:bool DryRun:bool
    DescribeAvailabilityZones
      takes ZoneName.N DryRun:bool
    CreateVpc
      takes CidrBlock! TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value DryRun:bool
    DescribeVpcs
      takes VpcId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    DeleteVpc
      takes VpcId! DryRun:bool
    ModifyVpcAttribute
      takes VpcId! EnableDnsSupport.Value:bool EnableDnsHostnames.Value:bool
    DescribeVpcAttribute
      takes VpcId! Attribute! DryRun:bool
    CreateSubnet
      takes VpcId! CidrBlock! AvailabilityZone TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key
        TagSpecification.N.Tag.N.Value DryRun:bool
    DescribeSubnets
      takes SubnetId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    ModifySubnetAttribute
      takes SubnetId! MapPublicIpOnLaunch.Value:bool
    DeleteSubnet
      takes SubnetId! DryRun:bool
    CreateInternetGateway
      takes TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value DryRun:bool
    DescribeInternetGateways
      takes InternetGatewayId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    AttachInternetGateway
      takes InternetGatewayId! VpcId! DryRun:bool
    DetachInternetGateway
      takes InternetGatewayId! VpcId! DryRun:bool
    DeleteInternetGateway
      takes InternetGatewayId! DryRun:bool
    CreateRouteTable
      takes VpcId! ClientToken TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value
        DryRun:bool
    DescribeRouteTables
      takes RouteTableId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    AssociateRouteTable
      takes RouteTableId! SubnetId! DryRun:bool
    DisassociateRouteTable
      takes AssociationId! DryRun:bool
    DeleteRouteTable
      takes RouteTableId! DryRun:bool
    CreateRoute
      takes RouteTableId! DestinationCidrBlock! GatewayId NetworkInterfaceId InstanceId DryRun:bool
    ReplaceRoute
      takes RouteTableId! DestinationCidrBlock! GatewayId NetworkInterfaceId InstanceId DryRun:bool
    DeleteRoute
      takes RouteTableId! DestinationCidrBlock! DryRun:bool
    CreateSecurityGroup
      takes GroupName! GroupDescription! VpcId TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key
        TagSpecification.N.Tag.N.Value DryRun:bool
    DescribeSecurityGroups
      takes GroupId.N GroupName.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    DeleteSecurityGroup
      takes GroupId GroupName DryRun:bool
    AuthorizeSecurityGroupIngress
      takes GroupId! IpPermissions.N.IpProtocol IpPermissions.N.FromPort:int IpPermissions.N.ToPort:int
        IpPermissions.N.IpRanges.N.CidrIp IpPermissions.N.IpRanges.N.Description IpPermissions.N.Ipv6Ranges.N.CidrIpv6
        IpPermissions.N.Ipv6Ranges.N.Description IpPermissions.N.Groups.N.GroupId IpPermissions.N.Groups.N.UserId
        IpPermissions.N.Groups.N.Description TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key
        TagSpecification.N.Tag.N.Value DryRun:bool
    AuthorizeSecurityGroupEgress
      takes GroupId! IpPermissions.N.IpProtocol IpPermissions.N.FromPort:int IpPermissions.N.ToPort:int
        IpPermissions.N.IpRanges.N.CidrIp IpPermissions.N.IpRanges.N.Description IpPermissions.N.Ipv6Ranges.N.CidrIpv6
        IpPermissions.N.Ipv6Ranges.N.Description IpPermissions.N.Groups.N.GroupId IpPermissions.N.Groups.N.UserId
        IpPermissions.N.Groups.N.Description TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key
        TagSpecification.N.Tag.N.Value DryRun:bool
    RevokeSecurityGroupIngress
      takes GroupId! SecurityGroupRuleId.N IpPermissions.N.IpProtocol IpPermissions.N.FromPort:int
        IpPermissions.N.ToPort:int IpPermissions.N.IpRanges.N.CidrIp IpPermissions.N.IpRanges.N.Description
        IpPermissions.N.Ipv6Ranges.N.CidrIpv6 IpPermissions.N.Ipv6Ranges.N.Description IpPermissions.N.Groups.N.GroupId
        IpPermissions.N.Groups.N.UserId IpPermissions.N.Groups.N.Description DryRun:bool
    RevokeSecurityGroupEgress
      takes GroupId! SecurityGroupRuleId.N IpPermissions.N.IpProtocol IpPermissions.N.FromPort:int
        IpPermissions.N.ToPort:int IpPermissions.N.IpRanges.N.CidrIp IpPermissions.N.IpRanges.N.Description
        IpPermissions.N.Ipv6Ranges.N.CidrIpv6 IpPermissions.N.Ipv6Ranges.N.Description IpPermissions.N.Groups.N.GroupId
        IpPermissions.N.Groups.N.UserId IpPermissions.N.Groups.N.Description DryRun:bool
    DescribeSecurityGroupRules
      takes SecurityGroupRuleId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    CreateKeyPair
      takes KeyName! KeyType KeyFormat TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key
        TagSpecification.N.Tag.N.Value DryRun:bool
    ImportKeyPair
      takes KeyName! PublicKeyMaterial! TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key
        TagSpecification.N.Tag.N.Value DryRun:bool
    DescribeKeyPairs
      takes KeyName.N KeyPairId.N IncludePublicKey:bool Filter.N.Name Filter.N.Value.N DryRun:bool
    DeleteKeyPair
      takes KeyName KeyPairId DryRun:bool
    DescribeImages
      takes ImageId.N Owner.N Filter.N.Name Filter.N.Value.N IncludeDeprecated:bool IncludeDisabled:bool MaxResults:int
        NextToken DryRun:bool
    DescribeInstanceTypes
      takes InstanceType.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    DescribeInstanceTypeOfferings
      takes LocationType Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    RunInstances
      takes ImageId InstanceType MinCount:int! MaxCount:int! KeyName ClientToken SubnetId SecurityGroupId.N PrivateIpAddress
        UserData NetworkInterface.N.DeviceIndex:int NetworkInterface.N.SubnetId NetworkInterface.N.SecurityGroupId.N
        NetworkInterface.N.AssociatePublicIpAddress:bool NetworkInterface.N.DeleteOnTermination:bool
        NetworkInterface.N.PrivateIpAddress NetworkInterface.N.Description BlockDeviceMapping.N.DeviceName
        BlockDeviceMapping.N.Ebs.VolumeSize:int BlockDeviceMapping.N.Ebs.VolumeType
        BlockDeviceMapping.N.Ebs.DeleteOnTermination:bool BlockDeviceMapping.N.Ebs.Encrypted:bool
        TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value
        MetadataOptions.HttpTokens MetadataOptions.HttpEndpoint MetadataOptions.HttpPutResponseHopLimit:int
        Placement.AvailabilityZone Placement.Tenancy Monitoring.Enabled:bool EbsOptimized:bool
        InstanceInitiatedShutdownBehavior CreditSpecification.CpuCredits DryRun:bool
    DescribeInstances
      takes InstanceId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    DescribeInstanceStatus
      takes InstanceId.N IncludeAllInstances:bool Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    StartInstances
      takes InstanceId.N! DryRun:bool
    StopInstances
      takes InstanceId.N! Force:bool DryRun:bool
    RebootInstances
      takes InstanceId.N! DryRun:bool
    TerminateInstances
      takes InstanceId.N! DryRun:bool
    DescribeInstanceAttribute
      takes InstanceId! Attribute! DryRun:bool
    ModifyInstanceAttribute
      takes InstanceId! SourceDestCheck.Value:bool DisableApiTermination.Value:bool GroupId.N DryRun:bool
    DescribeNetworkInterfaces
      takes NetworkInterfaceId.N Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    DescribeNetworkInterfaceAttribute
      takes NetworkInterfaceId! Attribute DryRun:bool
    ModifyNetworkInterfaceAttribute
      takes NetworkInterfaceId! SourceDestCheck.Value:bool Description.Value SecurityGroupId.N DryRun:bool
    AllocateAddress
      takes Domain TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value DryRun:bool
    AssociateAddress
      takes AllocationId! NetworkInterfaceId InstanceId AllowReassociation:bool DryRun:bool
    DisassociateAddress
      takes AssociationId! DryRun:bool
    ReleaseAddress
      takes AllocationId! DryRun:bool
    DescribeAddresses
      takes AllocationId.N PublicIp.N Filter.N.Name Filter.N.Value.N DryRun:bool
    CreateTags
      takes ResourceId.N! Tag.N.Key Tag.N.Value DryRun:bool
    DeleteTags
      takes ResourceId.N! Tag.N.Key Tag.N.Value DryRun:bool
    DescribeTags
      takes Filter.N.Name Filter.N.Value.N MaxResults:int NextToken DryRun:bool
    GetConsoleOutput
      takes InstanceId! Latest:bool DryRun:bool
    GetCallerIdentity
    """)
}
