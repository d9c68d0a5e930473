/// The actions that the lab answers, with every parameter that it understands: those of qingcloud-sdk 1.2.16 and of QingCloud's pages.
///
/// A filter by state can be given as one value or as a list.
enum QingCloudContract {
  static let operations = OperationContract.table(
    """
    DescribeZones
      takes status.N
    DescribeJobs
      takes jobs.N status status.N job_action offset:int limit:int
    DescribeImages
      takes images.N os_family processor_type status status.N visibility provider verbose:int search_word owner tags.N
        offset:int limit:int
    DescribeInstances
      takes instances.N image_id instance_type status status.N search_word verbose:int owner tags.N offset:int limit:int
    RunInstances
      takes image_id! instance_type cpu:int memory:int count:int instance_name vxnets.N security_group login_mode!
        login_keypair login_passwd need_newsid:int need_userdata:int userdata_type userdata_value userdata_path
        instance_class:int hostname target_user nic_mqueue:int cpu_max:int mem_max:int os_disk_size:int cpu_model
    TerminateInstances
      takes instances.N! direct_cease:int
    StartInstances
      takes instances.N!
    StopInstances
      takes instances.N! force:int
    RestartInstances
      takes instances.N!
    ModifyInstanceAttributes
      takes instance! instance_name description nic_mqueue:int
    DescribeVxnets
      takes vxnets.N search_word verbose:int vxnet_type:int vxnet_type.N:int mode:int owner tags.N offset:int limit:int
    CreateVxnets
      takes vxnet_type:int! vxnet_name count:int mode:int
    DeleteVxnets
      takes vxnets.N!
    JoinVxnet
      takes vxnet! instances.N!
    LeaveVxnet
      takes vxnet! instances.N!
    ModifyVxnetAttributes
      takes vxnet! vxnet_name description
    DescribeVxnetInstances
      takes vxnet! instances.N image instance_type status status.N offset:int limit:int
    DescribeRouters
      takes routers.N vxnet status status.N verbose:int search_word owner tags.N offset:int limit:int
    CreateRouters
      takes count:int router_name security_group vpc_network! router_type:int
    DeleteRouters
      takes routers.N!
    UpdateRouters
      takes routers.N!
    JoinRouter
      takes vxnet! router! ip_network! manager_ip dyn_ip_start dyn_ip_end features:int
    LeaveRouter
      takes router! vxnets.N!
    ModifyRouterAttributes
      takes router! router_name description security_group
    DescribeRouterVxnets
      takes router vxnet offset:int limit:int
    DescribeRouterStatics
      takes router_statics.N router vxnet static_type:int offset:int limit:int
    AddRouterStatics
      takes router! vxnet statics.N.static_type:int! statics.N.router_static_id statics.N.router_static_name statics.N.val1
        statics.N.val2 statics.N.val3 statics.N.val4 statics.N.val5 statics.N.val6
    ModifyRouterStaticAttributes
      takes router_static! router_static_name disabled:int val1 val2 val3 val4 val5 val6 val7 val8 val9
    DeleteRouterStatics
      takes router_statics.N!
    CreateRouteTable
      takes routing_table_name routing_table_type:int! rtable_rtype:int!
    DescribeRouteTables
      takes routing_tables.N rtable_rtype:int verbose:int offset:int limit:int
    AssociateRouteTable
      takes routing_table! resource!
    DissociateRouteTable
      takes routing_table! resource!
    UpdateRouteTable
      takes routing_table!
    DeleteRouteTables
      takes routing_tables.N!
    DescribeRoutingTableResources
      takes rtables.N resources.N offset:int limit:int
    AddRoutes
      takes routing_table! rules.N.routing_table_rule_name rules.N.network! rules.N.nexthop! rules.N.nexthop_type:int!
    DescribeRoutes
      takes routing_table routing_table_rules.N nexthop nexthop_type:int offset:int limit:int
    ModifyRouteAttributes
      takes routing_table_rule! routing_table_rule_name network nexthop nexthop_type:int disable:int
    RemoveRoutes
      takes routing_table_rules.N!
    DescribeNics
      takes nics.N nic_name status status.N vxnets.N vxnet_type vxnet_type.N instances.N offset:int limit:int
    CreateNics
      takes vxnet! nic_name count:int private_ips.N
    AttachNics
      takes nics.N! instance!
    DetachNics
      takes nics.N!
    DeleteNics
      takes nics.N!
    ModifyNicAttributes
      takes nic! nic_name private_ip vxnet
    DescribeEips
      takes eips.N status status.N instance_id search_word owner tags.N offset:int limit:int
    AllocateEips
      takes bandwidth:int! billing_mode count:int need_icp:int eip_name target_user associate_mode:int
    AssociateEip
      takes eip! instance!
    DissociateEips
      takes eips.N!
    ReleaseEips
      takes eips.N! force:int
    ModifyEipAttributes
      takes eip! eip_name description
    DescribeSecurityGroups
      takes security_groups.N security_group_name search_word verbose:int owner tags.N offset:int limit:int
    CreateSecurityGroup
      takes security_group_name!
    ModifySecurityGroupAttributes
      takes security_group! security_group_name description
    ApplySecurityGroup
      takes security_group! instances.N target_user
    RemoveSecurityGroup
      takes instances.N!
    DeleteSecurityGroups
      takes security_groups.N!
    DescribeSecurityGroupRules
      takes security_group security_group_rules.N direction:int offset:int limit:int
    AddSecurityGroupRules
      takes security_group! rules.N.protocol! rules.N.priority:int! rules.N.security_group_rule_id
        rules.N.security_group_rule_name rules.N.direction:int rules.N.action rules.N.val1 rules.N.val2 rules.N.val3
        target_user
    DeleteSecurityGroupRules
      takes security_group_rules.N!
    ModifySecurityGroupRuleAttributes
      takes security_group_rule! priority:int security_group_rule_name rule_action direction:int protocol val1 val2 val3
        disabled:int
    DescribeKeyPairs
      takes keypairs.N encrypt_method search_word verbose:int owner tags.N offset:int limit:int
    CreateKeyPair
      takes keypair_name! mode encrypt_method public_key target_user
    ModifyKeyPairAttributes
      takes keypair! keypair_name description
    DeleteKeyPairs
      takes keypairs.N!
    DescribeTags
      takes tags.N search_word verbose:int resources.N owner offset:int limit:int
    CreateTag
      takes tag_name!
    ModifyTagAttributes
      takes tag! tag_name description
    DeleteTags
      takes tags.N!
    AttachTags
      takes resource_tag_pairs.N.tag_id! resource_tag_pairs.N.resource_type! resource_tag_pairs.N.resource_id!
    DetachTags
      takes resource_tag_pairs.N.tag_id! resource_tag_pairs.N.resource_type! resource_tag_pairs.N.resource_id!
    DescribeWanAccesss
      takes wan_accesss.N wan_access_name wan_nets.N wan_pops.N status status.N access_type access_type.N
        location_nation location_province location_city search_word verbose:int owner offset:int limit:int
    """)
}
