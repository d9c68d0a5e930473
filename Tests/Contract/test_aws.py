"""EC2, STS and SSM of the lab, called by boto3 as it comes from the vendor."""

import base64
import hashlib
import ipaddress

import pytest
from botocore.exceptions import WaiterError

from support import aws_refuses, eventually, public_key_line, unique

UBUNTU = "099720109477"
# The vendor's waiters poll every 15 seconds; the conditions are theirs, only the clock is ours.
QUICK = {"Delay": 1, "MaxAttempts": 60}


def named(kind, name, **more):
    tags = [{"Key": "Name", "Value": name}] + [{"Key": key, "Value": value} for key, value in more.items()]
    return [{"ResourceType": kind, "Tags": tags}]


def tags_of(resource):
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}


# The world that the tests share


@pytest.fixture(scope="module")
def vpc(aws):
    made = aws.ec2.create_vpc(CidrBlock="10.10.0.0/16", TagSpecifications=named("vpc", unique("vpc"), owner="contract"))
    vpc_id = made["Vpc"]["VpcId"]
    aws.ec2.get_waiter("vpc_available").wait(VpcIds=[vpc_id], WaiterConfig=QUICK)
    yield vpc_id
    aws.ec2.delete_vpc(VpcId=vpc_id)


@pytest.fixture(scope="module")
def subnet(aws, vpc):
    tags = named("subnet", unique("subnet"))
    made = aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.10.1.0/24", TagSpecifications=tags)
    subnet_id = made["Subnet"]["SubnetId"]
    aws.ec2.get_waiter("subnet_available").wait(SubnetIds=[subnet_id], WaiterConfig=QUICK)
    yield subnet_id
    aws.ec2.delete_subnet(SubnetId=subnet_id)


@pytest.fixture(scope="module")
def main_table(aws, vpc):
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    (table,) = aws.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    return table["RouteTableId"]


@pytest.fixture(scope="module")
def gateway(aws, vpc, main_table):
    gateway_id = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws.ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    aws.ec2.create_route(RouteTableId=main_table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
    yield gateway_id
    aws.ec2.delete_route(RouteTableId=main_table, DestinationCidrBlock="0.0.0.0/0")
    aws.ec2.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    aws.ec2.delete_internet_gateway(InternetGatewayId=gateway_id)


@pytest.fixture
def group(aws, vpc):
    group_id = aws.ec2.create_security_group(GroupName=unique("group"), Description="for a test", VpcId=vpc)["GroupId"]
    yield group_id
    aws.ec2.delete_security_group(GroupId=group_id)


@pytest.fixture(scope="module")
def host_group(aws, vpc):
    group_id = aws.ec2.create_security_group(GroupName=unique("hosts"), Description="for hosts", VpcId=vpc)["GroupId"]
    yield group_id
    aws.ec2.delete_security_group(GroupId=group_id)


@pytest.fixture(scope="module")
def key(aws):
    name = unique("key")
    aws.ec2.import_key_pair(KeyName=name, PublicKeyMaterial=public_key_line().encode())
    yield name
    aws.ec2.delete_key_pair(KeyName=name)


@pytest.fixture(scope="module")
def image(aws):
    filters = [
        {"Name": "name", "Values": ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"]},
        {"Name": "state", "Values": ["available"]},
    ]
    images = aws.ec2.describe_images(Owners=[UBUNTU], Filters=filters)["Images"]
    return max(images, key=lambda image: image["CreationDate"])["ImageId"]


@pytest.fixture(scope="module")
def launch(gateway, subnet, host_group, key, image):
    """The parameters of a launch, as the tutorial makes one; each call has a token of its own."""

    def parameters(**changes):
        return {
            "ImageId": image,
            "InstanceType": "t2.medium",
            "MinCount": 1,
            "MaxCount": 1,
            "KeyName": key,
            "ClientToken": unique("token"),
            "NetworkInterfaces": [
                {
                    "DeviceIndex": 0,
                    "SubnetId": subnet,
                    "Groups": [host_group],
                    "AssociatePublicIpAddress": True,
                    "DeleteOnTermination": True,
                }
            ],
            "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "VolumeType": "gp2"}}],
            "MetadataOptions": {"HttpTokens": "required"},
            "TagSpecifications": named("instance", "contract") + named("volume", "contract"),
        } | changes

    return parameters


def terminate(aws, *ids):
    aws.ec2.terminate_instances(InstanceIds=list(ids))
    aws.ec2.get_waiter("instance_terminated").wait(InstanceIds=list(ids), WaiterConfig=QUICK)


@pytest.fixture(scope="module")
def started(aws, launch):
    """What RunInstances answered; the instance runs by now."""
    parameters = launch()
    answer = aws.ec2.run_instances(**parameters)
    instance_id = answer["Instances"][0]["InstanceId"]
    aws.ec2.get_waiter("instance_exists").wait(InstanceIds=[instance_id], WaiterConfig=QUICK)
    aws.ec2.get_waiter("instance_running").wait(InstanceIds=[instance_id], WaiterConfig=QUICK)
    yield {"parameters": parameters, "answer": answer}
    terminate(aws, instance_id)


@pytest.fixture(scope="module")
def instance(started):
    return started["answer"]["Instances"][0]["InstanceId"]


@pytest.fixture(scope="module")
def interface(started):
    return started["answer"]["Instances"][0]["NetworkInterfaces"][0]["NetworkInterfaceId"]


def describe(aws, instance_id):
    return aws.ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]


# Identity and signatures


def test_the_caller_has_an_account_an_arn_and_an_id(aws):
    identity = aws.sts.get_caller_identity()
    assert len(identity["Account"]) == 12 and identity["Account"].isdigit()
    assert identity["Arn"].startswith(f"arn:aws:iam::{identity['Account']}:")
    assert identity["UserId"]


@pytest.mark.parametrize("service", ["ec2", "sts"])
def test_a_wrong_secret_is_refused(lab, service):
    client = lab.boto3(service, aws_secret_access_key="0" * 40)
    with aws_refuses("AuthFailure", "SignatureDoesNotMatch") as caught:
        client.describe_vpcs() if service == "ec2" else client.get_caller_identity()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (401, 403)


def test_an_unknown_key_is_refused(lab):
    with aws_refuses("AuthFailure", status=401):
        lab.boto3("ec2", aws_access_key_id="AKIA0000000000000000").describe_vpcs()


def test_a_foreign_session_token_is_refused(lab):
    with aws_refuses("AuthFailure", status=401):
        lab.boto3("ec2", aws_session_token="foreign").describe_vpcs()


def test_text_beyond_ascii_is_signed_alike(aws, vpc):
    name = "新加坡 + 100% / *~"
    aws.ec2.create_tags(Resources=[vpc], Tags=[{"Key": "label", "Value": name}])
    (found,) = aws.ec2.describe_vpcs(Filters=[{"Name": "tag:label", "Values": [name]}])["Vpcs"]
    assert tags_of(found)["label"] == name


def test_a_call_that_is_not_there_is_refused(aws):
    with aws_refuses("InvalidAction"):
        aws.ec2.describe_vpn_gateways()


# Dry runs


def test_a_dry_run_makes_nothing(aws, lab):
    before = len(lab.ledger()["resources"])
    with aws_refuses("DryRunOperation", status=412):
        aws.ec2.create_vpc(CidrBlock="10.99.0.0/16", DryRun=True)
    assert len(lab.ledger()["resources"]) == before


def test_a_dry_run_of_a_launch_checks_its_parameters(aws, launch):
    with aws_refuses("DryRunOperation", status=412):
        aws.ec2.run_instances(**launch(DryRun=True))
    with aws_refuses("InvalidKeyPair.NotFound"):
        aws.ec2.run_instances(**launch(DryRun=True, KeyName="nobody"))


def test_a_dry_run_does_not_use_up_the_token(aws, launch):
    parameters = launch()
    with aws_refuses("DryRunOperation"):
        aws.ec2.run_instances(**parameters, DryRun=True)
    answer = aws.ec2.run_instances(**parameters)
    terminate(aws, answer["Instances"][0]["InstanceId"])


# Regions, images, types


def test_regions_and_zones_are_listed(aws):
    (region,) = aws.ec2.describe_regions(RegionNames=["ap-southeast-1"])["Regions"]
    assert region["RegionName"] == "ap-southeast-1" and region["OptInStatus"] == "opt-in-not-required"
    zones = aws.ec2.describe_availability_zones()["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in zones] == ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"]


def test_an_image_is_described(aws, image):
    aws.ec2.get_waiter("image_available").wait(ImageIds=[image], WaiterConfig=QUICK)
    (found,) = aws.ec2.describe_images(ImageIds=[image])["Images"]
    assert found["State"] == "available" and found["OwnerId"] == UBUNTU and found["Architecture"] == "x86_64"
    assert found["RootDeviceName"] == found["BlockDeviceMappings"][0]["DeviceName"]


def test_images_that_are_not_there_are_refused(aws):
    with aws_refuses("InvalidAMIID.NotFound"):
        aws.ec2.describe_images(ImageIds=["ami-0ffffffffffffffff"])


def test_images_of_nobody_are_none(aws):
    assert aws.ec2.describe_images(Owners=["000000000000"])["Images"] == []


def test_an_instance_type_has_cores_memory_and_architectures(aws):
    (found,) = aws.ec2.describe_instance_types(InstanceTypes=["t2.medium"])["InstanceTypes"]
    assert found["VCpuInfo"]["DefaultVCpus"] == 2 and found["MemoryInfo"]["SizeInMiB"] == 4096
    assert "x86_64" in found["ProcessorInfo"]["SupportedArchitectures"] and found["Hypervisor"] == "xen"


def test_an_instance_type_that_is_not_there_is_refused(aws):
    with aws_refuses("InvalidInstanceType"):
        aws.ec2.describe_instance_types(InstanceTypes=["t2.enormous"])


def test_a_zone_sells_an_instance_type(aws):
    offers = aws.ec2.describe_instance_type_offerings(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["t2.medium"]}]
    )["InstanceTypeOfferings"]
    assert {offer["Location"] for offer in offers} >= {"ap-southeast-1a"}
    assert {offer["InstanceType"] for offer in offers} == {"t2.medium"}


def test_a_public_parameter_names_an_image(aws):
    name = "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"
    value = aws.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    assert aws.ec2.describe_images(ImageIds=[value])["Images"][0]["State"] == "available"
    with aws_refuses("ParameterNotFound"):
        aws.ssm.get_parameter(Name="/none")


# Networks


def test_a_vpc_is_described_with_its_tags(aws, vpc):
    (found,) = aws.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert found["State"] == "available" and found["CidrBlock"] == "10.10.0.0/16" and found["IsDefault"] is False
    assert found["CidrBlockAssociationSet"][0]["CidrBlockState"]["State"] == "associated"
    assert tags_of(found)["owner"] == "contract"


def test_a_vpc_is_found_by_tag(aws, vpc):
    found = aws.ec2.describe_vpcs(Filters=[{"Name": "tag:owner", "Values": ["contract"]}])["Vpcs"]
    assert [row["VpcId"] for row in found] == [vpc]


def test_a_vpc_that_is_not_there_is_refused(aws):
    with aws_refuses("InvalidVpcID.NotFound", status=400):
        aws.ec2.describe_vpcs(VpcIds=["vpc-0ffffffffffffffff"])


def test_a_vpc_larger_than_16_bits_is_refused(aws):
    with aws_refuses("InvalidVpc.Range"):
        aws.ec2.create_vpc(CidrBlock="10.0.0.0/8")


def test_attributes_of_a_vpc_are_set_and_read(aws, vpc):
    aws.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    found = aws.ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")
    assert found["EnableDnsHostnames"]["Value"] is True


def test_a_vpc_with_a_subnet_stays(aws, vpc, subnet):
    with aws_refuses("DependencyViolation", status=400):
        aws.ec2.delete_vpc(VpcId=vpc)


def test_a_subnet_is_described(aws, vpc, subnet):
    (found,) = aws.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert found["SubnetId"] == subnet and found["CidrBlock"] == "10.10.1.0/24" and found["State"] == "available"
    assert found["AvailabilityZone"] == "ap-southeast-1a" and found["MapPublicIpOnLaunch"] is False
    assert found["AvailableIpAddressCount"] <= 251


def test_subnets_must_not_overlap(aws, vpc, subnet):
    with aws_refuses("InvalidSubnet.Conflict"):
        aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.10.1.128/25")


def test_a_subnet_must_be_inside_its_vpc(aws, vpc):
    with aws_refuses("InvalidSubnet.Range"):
        aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.11.0.0/24")


def test_an_internet_gateway_is_attached_once(aws, vpc, gateway):
    (found,) = aws.ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    assert found["Attachments"] == [{"VpcId": vpc, "State": "available"}]
    with aws_refuses("Resource.AlreadyAssociated"):
        aws.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    with aws_refuses("DependencyViolation"):
        aws.ec2.delete_internet_gateway(InternetGatewayId=gateway)


# Routes


def routes_of(aws, table_id):
    (table,) = aws.ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    return {route["DestinationCidrBlock"]: route for route in table["Routes"]}


@pytest.fixture
def table(aws, vpc):
    made = aws.ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", "contract"))["RouteTable"]
    yield made["RouteTableId"]
    aws.ec2.delete_route_table(RouteTableId=made["RouteTableId"])


def test_a_new_table_has_the_local_route_only(aws, table):
    routes = routes_of(aws, table)
    assert list(routes) == ["10.10.0.0/16"]
    local = routes["10.10.0.0/16"]
    assert (local["GatewayId"], local["State"], local["Origin"]) == ("local", "active", "CreateRouteTable")


def test_a_subnet_without_a_table_of_its_own_is_listed_nowhere(aws, vpc, subnet, main_table):
    found = aws.ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    assert found["RouteTables"] == []
    (main,) = aws.ec2.describe_route_tables(RouteTableIds=[main_table])["RouteTables"]
    assert [(row["Main"], row.get("SubnetId")) for row in main["Associations"]] == [(True, None)]


def test_a_table_is_associated_with_a_subnet(aws, table, subnet):
    association = aws.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (found,) = aws.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    assert found["RouteTableId"] == table
    with aws_refuses("DependencyViolation"):
        aws.ec2.delete_route_table(RouteTableId=table)
    aws.ec2.disassociate_route_table(AssociationId=association)
    assert aws.ec2.describe_route_tables(Filters=filters)["RouteTables"] == []


def test_a_destination_is_stored_in_canonical_form(aws, table, gateway):
    assert aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="100.68.0.18/18", GatewayId=gateway)["Return"]
    assert routes_of(aws, table)["100.68.0.0/18"]["GatewayId"] == gateway
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="100.68.0.0/18")


def test_a_second_route_to_a_destination_is_refused(aws, table, gateway):
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/24", GatewayId=gateway)
    with aws_refuses("RouteAlreadyExists", status=400):
        aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/24", GatewayId=gateway)
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/24")


def test_a_route_that_is_not_there_cannot_be_deleted_or_replaced(aws, table, gateway):
    with aws_refuses("InvalidRoute.NotFound", status=400):
        aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="192.168.7.0/24")
    with aws_refuses("InvalidParameterValue", "InvalidRoute.NotFound"):
        aws.ec2.replace_route(RouteTableId=table, DestinationCidrBlock="192.168.7.0/24", GatewayId=gateway)


def test_a_table_or_target_that_is_not_there_is_refused(aws, table, gateway):
    with aws_refuses("InvalidRouteTableID.NotFound"):
        aws.ec2.create_route(
            RouteTableId="rtb-0ffffffffffffffff", DestinationCidrBlock="192.168.0.0/24", GatewayId=gateway
        )
    with aws_refuses("InvalidNetworkInterfaceID.NotFound"):
        aws.ec2.create_route(
            RouteTableId=table, DestinationCidrBlock="192.168.0.0/24", NetworkInterfaceId="eni-0ffffffffffffffff"
        )


def test_a_route_to_an_interface_shows_its_instance(aws, main_table, gateway, instance, interface):
    destination = "192.168.10.0/24"
    aws.ec2.create_route(RouteTableId=main_table, DestinationCidrBlock=destination, GatewayId=gateway)
    aws.ec2.replace_route(RouteTableId=main_table, DestinationCidrBlock=destination, NetworkInterfaceId=interface)
    route = routes_of(aws, main_table)[destination]
    assert route["NetworkInterfaceId"] == interface and route["InstanceId"] == instance
    assert route["State"] == "active" and route["Origin"] == "CreateRoute" and "GatewayId" not in route
    aws.ec2.delete_route(RouteTableId=main_table, DestinationCidrBlock=destination)


# Security groups


def tcp(port, *blocks):
    ranges = [{"CidrIp": block} for block in blocks]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}


def open_ports(aws, group_id):
    (found,) = aws.ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    return {(row["IpProtocol"], row.get("FromPort"), row.get("ToPort")) for row in found["IpPermissions"]}


def test_a_new_group_lets_everything_out_and_nothing_in(aws, vpc, group):
    aws.ec2.get_waiter("security_group_exists").wait(GroupIds=[group], WaiterConfig=QUICK)
    (found,) = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert found["VpcId"] == vpc and found["IpPermissions"] == []
    (egress,) = found["IpPermissionsEgress"]
    assert egress["IpProtocol"] == "-1" and egress["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]
    assert "FromPort" not in egress and "ToPort" not in egress


def test_a_group_is_found_by_name_in_its_vpc(aws, vpc, group):
    (by_id,) = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [by_id["GroupName"]]}]
    (by_name,) = aws.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    assert by_name["GroupId"] == group


def test_a_name_is_taken_whatever_its_case(aws, vpc, group):
    (found,) = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    with aws_refuses("InvalidGroup.Duplicate", status=400):
        aws.ec2.create_security_group(GroupName=found["GroupName"].upper(), Description="again", VpcId=vpc)


@pytest.mark.parametrize("name", ["sg-like", "安全组"])
def test_names_that_are_not_allowed_are_refused(aws, vpc, name):
    with aws_refuses("InvalidParameterValue"):
        aws.ec2.create_security_group(GroupName=name, Description="no", VpcId=vpc)


def test_rules_are_added_listed_and_taken_away(aws, group):
    answer = aws.ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[tcp(22, "198.51.100.7/32"), {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "172.16.0.0/12"}]}],
        TagSpecifications=named("security-group-rule", "contract"),
    )
    assert answer["Return"] is True
    rules = {rule["IpProtocol"]: rule for rule in answer["SecurityGroupRules"]}
    assert rules["tcp"]["CidrIpv4"] == "198.51.100.7/32" and rules["tcp"]["FromPort"] == 22
    assert rules["-1"]["CidrIpv4"] == "172.16.0.0/12" and not any(rule["IsEgress"] for rule in rules.values())

    listed = aws.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    ids = {rule["SecurityGroupRuleId"] for rule in listed["SecurityGroupRules"] if not rule["IsEgress"]}
    assert ids == {rule["SecurityGroupRuleId"] for rule in rules.values()}
    assert open_ports(aws, group) == {("tcp", 22, 22), ("-1", None, None)}

    aws.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "198.51.100.7/32")])
    aws.ec2.revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[rules["-1"]["SecurityGroupRuleId"]]
    )
    assert open_ports(aws, group) == set()


def test_peers_of_the_same_ports_are_one_permission(aws, group):
    blocks = ["10.0.0.0/24", "10.0.1.0/24"]
    aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(443, *blocks)])
    (found,) = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    (permission,) = found["IpPermissions"]
    assert [row["CidrIp"] for row in permission["IpRanges"]] == blocks


def test_a_rule_that_is_there_is_refused(aws, group):
    aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(80, "0.0.0.0/0")])
    with aws_refuses("InvalidPermission.Duplicate", status=400) as caught:
        aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(80, "0.0.0.0/0")])
    assert "0.0.0.0/0" in str(caught.value) and "80" in str(caught.value)


def test_the_open_way_out_is_a_duplicate(aws, group):
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    with aws_refuses("InvalidPermission.Duplicate"):
        aws.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything)


def test_a_rule_that_is_not_there_cannot_be_taken_away(aws, group):
    with aws_refuses("InvalidPermission.NotFound"):
        aws.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(81, "0.0.0.0/0")])
    with aws_refuses("InvalidSecurityGroupRuleId.NotFound"):
        aws.ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=["sgr-0ffffffffffffffff"])


def test_a_group_that_another_names_stays(aws, vpc, group):
    other = aws.ec2.create_security_group(GroupName=unique("other"), Description="names it", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "UserIdGroupPairs": [{"GroupId": group}]}
    aws.ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[permission])
    with aws_refuses("DependencyViolation", status=400):
        aws.ec2.delete_security_group(GroupId=group)
    aws.ec2.delete_security_group(GroupId=other)


def test_a_group_that_is_gone_is_not_found(aws, vpc):
    gone = aws.ec2.create_security_group(GroupName=unique("gone"), Description="soon", VpcId=vpc)["GroupId"]
    aws.ec2.delete_security_group(GroupId=gone)
    with aws_refuses("InvalidGroup.NotFound"):
        aws.ec2.describe_security_groups(GroupIds=[gone])


def test_pages_follow_each_other(aws, vpc):
    made = [
        aws.ec2.create_security_group(GroupName=unique("page"), Description="one of seven", VpcId=vpc)["GroupId"]
        for _ in range(7)
    ]
    filters = [{"Name": "description", "Values": ["one of seven"]}]
    paginator = aws.ec2.get_paginator("describe_security_groups")
    pages = list(paginator.paginate(Filters=filters, PaginationConfig={"PageSize": 5}))
    assert [len(page["SecurityGroups"]) for page in pages] == [5, 2]
    assert [row["GroupId"] for page in pages for row in page["SecurityGroups"]] == made
    assert "NextToken" in pages[0] and "NextToken" not in pages[1]
    for group_id in made:
        aws.ec2.delete_security_group(GroupId=group_id)


def test_a_page_size_out_of_range_and_a_foreign_token_are_refused(aws):
    with aws_refuses("InvalidParameterValue"):
        aws.ec2.describe_security_groups(MaxResults=1001)
    with aws_refuses("InvalidNextToken", "InvalidPaginationToken"):
        aws.ec2.describe_security_groups(MaxResults=5, NextToken="foreign")


# Key pairs


def test_an_imported_key_is_listed_with_its_fingerprint(aws):
    line, name = public_key_line(), unique("key")
    aws.ec2.import_key_pair(KeyName=name, PublicKeyMaterial=line.encode())
    aws.ec2.get_waiter("key_pair_exists").wait(KeyNames=[name], WaiterConfig=QUICK)
    (found,) = aws.ec2.describe_key_pairs(KeyNames=[name])["KeyPairs"]
    digest = hashlib.sha256(base64.b64decode(line.split()[1])).digest()
    assert found["KeyFingerprint"].rstrip("=") == base64.b64encode(digest).decode().rstrip("=")
    assert found["KeyPairId"].startswith("key-")
    with aws_refuses("InvalidKeyPair.Duplicate", status=400):
        aws.ec2.import_key_pair(KeyName=name, PublicKeyMaterial=line.encode())
    aws.ec2.delete_key_pair(KeyName=name)
    with aws_refuses("InvalidKeyPair.NotFound"):
        aws.ec2.describe_key_pairs(KeyNames=[name])
    aws.ec2.delete_key_pair(KeyName=name)


def test_what_is_no_key_is_refused(aws):
    with aws_refuses("InvalidKey.Format", "InvalidKeyPair.Format"):
        aws.ec2.import_key_pair(KeyName=unique("bad"), PublicKeyMaterial=b"not a key")


def test_a_key_that_is_made_comes_with_its_private_half(aws):
    name = unique("made")
    made = aws.ec2.create_key_pair(KeyName=name, KeyType="ed25519", KeyFormat="pem")
    assert made["KeyMaterial"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert made["KeyName"] == name and made["KeyFingerprint"]
    aws.ec2.delete_key_pair(KeyName=name)


# Instances


def test_a_launch_answers_a_pending_instance(started):
    row = started["answer"]["Instances"][0]
    assert row["State"] == {"Code": 0, "Name": "pending"}
    assert row["ClientToken"] == started["parameters"]["ClientToken"]
    assert row["NetworkInterfaces"][0]["Attachment"]["DeviceIndex"] == 0
    assert "PublicIpAddress" not in row


def test_the_same_token_gives_the_same_instance(aws, lab, started, instance):
    token = started["parameters"]["ClientToken"]
    again = aws.ec2.run_instances(**started["parameters"])
    assert [row["InstanceId"] for row in again["Instances"]] == [instance]
    assert again["ReservationId"] == started["answer"]["ReservationId"]
    assert len([row for row in lab.made(token) if row["kind"] == "instance"]) == 1
    found = aws.ec2.describe_instances(Filters=[{"Name": "client-token", "Values": [token]}])["Reservations"]
    assert [row["InstanceId"] for reservation in found for row in reservation["Instances"]] == [instance]


def test_the_same_token_for_something_else_is_refused(aws, started):
    with aws_refuses("IdempotentParameterMismatch", status=400):
        aws.ec2.run_instances(**(started["parameters"] | {"InstanceType": "t2.small"}))


def test_a_running_instance_has_addresses(aws, instance, subnet, vpc):
    row = describe(aws, instance)
    assert row["State"] == {"Code": 16, "Name": "running"}
    assert (row["SubnetId"], row["VpcId"]) == (subnet, vpc)
    assert ipaddress.ip_address(row["PrivateIpAddress"]) in ipaddress.ip_network("10.10.1.0/24")
    assert ipaddress.ip_address(row["PublicIpAddress"])
    assert row["NetworkInterfaces"][0]["Association"]["PublicIp"] == row["PublicIpAddress"]
    assert tags_of(row)["Name"] == "contract"


def test_status_checks_pass(aws, instance):
    aws.ec2.get_waiter("instance_status_ok").wait(InstanceIds=[instance], WaiterConfig=QUICK)
    (row,) = aws.ec2.describe_instance_status(InstanceIds=[instance], IncludeAllInstances=True)["InstanceStatuses"]
    assert row["InstanceState"]["Name"] == "running"
    assert row["InstanceStatus"]["Status"] == row["SystemStatus"]["Status"] == "ok"


def test_ids_and_pages_exclude_each_other(aws, instance):
    with aws_refuses("InvalidParameterCombination"):
        aws.ec2.describe_instances(InstanceIds=[instance], MaxResults=5)


def test_the_console_shows_the_host_key(aws, instance):
    text = eventually(lambda: aws.ec2.get_console_output(InstanceId=instance, Latest=True).get("Output", ""))
    assert "SSH HOST KEY FINGERPRINTS" in text


@pytest.mark.parametrize(
    "change, code",
    [
        ({"ImageId": "ami-0ffffffffffffffff"}, "InvalidAMIID.NotFound"),
        ({"ImageId": "not-an-image"}, "InvalidAMIID.Malformed"),
        ({"KeyName": "nobody"}, "InvalidKeyPair.NotFound"),
        ({"InstanceType": "t2.enormous"}, "InvalidParameterValue"),
        ({"SubnetId": "subnet-0ffffffffffffffff"}, "InvalidParameterCombination"),
        ({"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": "subnet-none"}]}, "InvalidSubnetID.NotFound"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_launch_with_a_wrong_parameter_is_refused(aws, launch, change, code):
    with aws_refuses(code):
        aws.ec2.run_instances(**launch(**change))


def test_a_launch_with_a_foreign_group_is_refused(aws, launch, subnet):
    interface = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": ["sg-0ffffffffffffffff"]}
    with aws_refuses("InvalidGroup.NotFound"):
        aws.ec2.run_instances(**launch(NetworkInterfaces=[interface]))


# Source/destination check


def check_of(aws, interface):
    found = aws.ec2.describe_network_interface_attribute(NetworkInterfaceId=interface, Attribute="sourceDestCheck")
    return found["SourceDestCheck"]["Value"]


def test_an_interface_is_found_by_its_instance(aws, instance, interface, host_group):
    filters = [{"Name": "attachment.instance-id", "Values": [instance]}]
    (row,) = aws.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    assert row["NetworkInterfaceId"] == interface and row["Status"] == "in-use"
    assert row["Attachment"]["DeviceIndex"] == 0 and row["Attachment"]["InstanceId"] == instance
    assert [group["GroupId"] for group in row["Groups"]] == [host_group]


def test_the_check_is_switched_on_the_interface(aws, instance, interface):
    assert check_of(aws, interface) is True
    for _ in range(2):
        aws.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": False})
        assert check_of(aws, interface) is False
    assert describe(aws, instance)["NetworkInterfaces"][0]["SourceDestCheck"] is False
    aws.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": True})
    assert check_of(aws, interface) is True


def test_the_check_is_switched_on_the_instance(aws, instance, interface):
    aws.ec2.modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": False})
    found = aws.ec2.describe_instance_attribute(InstanceId=instance, Attribute="sourceDestCheck")
    assert found["SourceDestCheck"]["Value"] is False and check_of(aws, interface) is False
    aws.ec2.modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": True})


# Elastic addresses


def test_an_elastic_address_is_lent_and_given_back(aws, interface):
    made = aws.ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "contract"))
    try:
        association = aws.ec2.associate_address(
            AllocationId=made["AllocationId"], NetworkInterfaceId=interface, AllowReassociation=True
        )["AssociationId"]
        (row,) = aws.ec2.describe_addresses(AllocationIds=[made["AllocationId"]])["Addresses"]
        assert row["NetworkInterfaceId"] == interface and row["PublicIp"] == made["PublicIp"]
        with aws_refuses("InvalidIPAddress.InUse"):
            aws.ec2.release_address(AllocationId=made["AllocationId"])
        aws.ec2.disassociate_address(AssociationId=association)
    finally:
        aws.ec2.release_address(AllocationId=made["AllocationId"])
    with aws_refuses("InvalidAllocationID.NotFound"):
        aws.ec2.describe_addresses(AllocationIds=[made["AllocationId"]])


# Tags


def test_tags_are_set_overwritten_listed_and_taken_away(aws, instance):
    for value in ("one", "two"):
        aws.ec2.create_tags(Resources=[instance], Tags=[{"Key": "step", "Value": value}, {"Key": "empty", "Value": ""}])
    assert tags_of(describe(aws, instance)) == {"Name": "contract", "step": "two", "empty": ""}
    filters = [{"Name": "resource-id", "Values": [instance]}, {"Name": "key", "Values": ["step"]}]
    (row,) = aws.ec2.describe_tags(Filters=filters)["Tags"]
    assert (row["ResourceType"], row["Value"]) == ("instance", "two")
    aws.ec2.delete_tags(Resources=[instance], Tags=[{"Key": "step"}, {"Key": "empty"}])
    assert tags_of(describe(aws, instance)) == {"Name": "contract"}


def test_tags_of_nothing_are_refused(aws):
    with aws_refuses("InvalidInstanceID.NotFound"):
        aws.ec2.create_tags(Resources=["i-0ffffffffffffffff"], Tags=[{"Key": "a", "Value": "b"}])


# The end


def test_a_protected_instance_is_not_terminated(aws, instance):
    aws.ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": True})
    with aws_refuses("OperationNotPermitted"):
        aws.ec2.terminate_instances(InstanceIds=[instance])
    aws.ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": False})


def test_one_wrong_id_terminates_nothing(aws, instance):
    with aws_refuses("InvalidInstanceID.NotFound", status=400):
        aws.ec2.terminate_instances(InstanceIds=[instance, "i-0ffffffffffffffff"])
    assert describe(aws, instance)["State"]["Name"] == "running"


def test_an_instance_holds_its_group_until_it_is_terminated(aws, launch, group, subnet, main_table):
    interface = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}
    row = aws.ec2.run_instances(**launch(NetworkInterfaces=[interface]))["Instances"][0]
    aws.ec2.get_waiter("instance_running").wait(InstanceIds=[row["InstanceId"]], WaiterConfig=QUICK)
    interface_id = row["NetworkInterfaces"][0]["NetworkInterfaceId"]
    aws.ec2.create_route(
        RouteTableId=main_table, DestinationCidrBlock="192.168.20.0/24", NetworkInterfaceId=interface_id
    )
    with aws_refuses("DependencyViolation"):
        aws.ec2.delete_security_group(GroupId=group)

    (change,) = aws.ec2.terminate_instances(InstanceIds=[row["InstanceId"]])["TerminatingInstances"]
    assert change["PreviousState"]["Name"] == "running"
    assert change["CurrentState"] == {"Code": 32, "Name": "shutting-down"}
    aws.ec2.get_waiter("instance_terminated").wait(InstanceIds=[row["InstanceId"]], WaiterConfig=QUICK)
    found = describe(aws, row["InstanceId"])
    assert found["State"] == {"Code": 48, "Name": "terminated"} and found["NetworkInterfaces"] == []
    assert routes_of(aws, main_table)["192.168.20.0/24"]["State"] == "blackhole"
    aws.ec2.delete_route(RouteTableId=main_table, DestinationCidrBlock="192.168.20.0/24")

    (again,) = aws.ec2.terminate_instances(InstanceIds=[row["InstanceId"]])["TerminatingInstances"]
    assert again["CurrentState"]["Name"] == "terminated"


def test_the_waiter_for_running_sees_that_it_never_will(aws, launch):
    instance_id = aws.ec2.run_instances(**launch())["Instances"][0]["InstanceId"]
    terminate(aws, instance_id)
    with pytest.raises(WaiterError, match="terminal failure"):
        aws.ec2.get_waiter("instance_running").wait(InstanceIds=[instance_id], WaiterConfig=QUICK)


def test_instances_come_in_pages(aws, launch, subnet):
    inside = [{"DeviceIndex": 0, "SubnetId": subnet}]
    row = aws.ec2.run_instances(**launch(MinCount=6, MaxCount=6, NetworkInterfaces=inside))
    ids = [found["InstanceId"] for found in row["Instances"]]
    assert len(set(ids)) == 6
    pages = aws.ec2.get_paginator("describe_instances").paginate(
        Filters=[{"Name": "reservation-id", "Values": [row["ReservationId"]]}], PaginationConfig={"PageSize": 5}
    )
    sizes = [sum(len(reservation["Instances"]) for reservation in page["Reservations"]) for page in pages]
    assert sizes == [5, 1]
    terminate(aws, *ids)
