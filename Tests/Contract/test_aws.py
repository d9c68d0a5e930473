"""boto3, unmodified but for its endpoint, against the emulated EC2 and STS."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea contract"


def client(lab, service, **overrides):
    keys = lab["credentials"]["aws"]
    options = {
        "region_name": keys["region"],
        "endpoint_url": lab["endpoints"]["aws"],
        "aws_access_key_id": keys["access_key_id"],
        "aws_secret_access_key": keys["secret_access_key"],
        "config": Config(retries={"total_max_attempts": 1}, proxies={}),
    }
    return boto3.client(service, **{**options, **overrides})


@pytest.fixture(scope="module")
def ec2(lab):
    return client(lab, "ec2")


@pytest.fixture(scope="module")
def network(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.30.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    tables = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    table = tables[0]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    yield {"vpc": vpc, "subnet": subnet, "gateway": gateway, "table": table}
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)
    assert code(ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"


def code(call, **parameters):
    """The error code that a call is refused with."""
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    assert refusal.value.response["ResponseMetadata"]["RequestId"]
    return refusal.value.response["Error"]["Code"]


def test_caller_identity(lab):
    assert client(lab, "sts").get_caller_identity()["Account"] == "000000000000"


def test_wrong_secret_is_refused(lab):
    assert code(client(lab, "ec2", aws_secret_access_key="wrong").describe_vpcs) == "SignatureDoesNotMatch"
    assert code(client(lab, "ec2", aws_access_key_id="AKIAOTHER").describe_vpcs) == "AuthFailure"
    assert code(client(lab, "sts", aws_secret_access_key="wrong").get_caller_identity) == "SignatureDoesNotMatch"


def test_catalogue(ec2, lab):
    region = lab["credentials"]["aws"]["region"]
    assert [r["RegionName"] for r in ec2.describe_regions(RegionNames=[region])["Regions"]] == [region]
    images = ec2.describe_images(
        Owners=["099720109477"], Filters=[{"Name": "name", "Values": ["ubuntu/images/hvm-ssd/ubuntu-*-20.04-amd64-*"]}])
    assert len(images["Images"]) == 2 and images["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 8
    kind = ec2.describe_instance_types(InstanceTypes=["t2.medium"])["InstanceTypes"][0]
    assert (kind["VCpuInfo"]["DefaultVCpus"], kind["MemoryInfo"]["SizeInMiB"]) == (2, 4096)
    offers = ec2.describe_instance_type_offerings(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["t2.medium"]}])
    assert len(offers["InstanceTypeOfferings"]) == 3
    newest = ec2.describe_images(ImageIds=["ami-01111111111111111"])["Images"][0]
    assert newest["CreationDate"] == "2026-01-01T02:03:04.000Z"


def test_parameter_store(lab):
    ssm = client(lab, "ssm")
    name = "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "ami-01111111111111111"
    assert code(ssm.get_parameter, Name="/other") == "ParameterNotFound"


def test_instance_from_launch_to_termination(ec2, network, unique):
    ec2.import_key_pair(KeyName=unique, PublicKeyMaterial=KEY.encode())
    assert code(ec2.import_key_pair, KeyName=unique, PublicKeyMaterial=KEY.encode()) == "InvalidKeyPair.Duplicate"
    group = ec2.create_security_group(GroupName=unique, Description="contract", VpcId=network["vpc"])["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    launch = {
        "ImageId": "ami-01111111111111111", "InstanceType": "t2.medium", "MinCount": 1, "MaxCount": 1, "KeyName": unique,
        "ClientToken": unique,
        "NetworkInterfaces": [
            {"DeviceIndex": 0, "SubnetId": network["subnet"], "Groups": [group], "AssociatePublicIpAddress": True}],
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": unique}]}],
    }
    assert code(ec2.run_instances, DryRun=True, **launch) == "DryRunOperation"
    started = ec2.run_instances(**launch)["Instances"][0]
    assert started["State"]["Name"] == "pending" and "PublicIpAddress" not in started
    identity = started["InstanceId"]
    assert ec2.run_instances(**launch)["Instances"][0]["InstanceId"] == identity
    assert code(ec2.run_instances, **{**launch, "InstanceType": "t2.small"}) == "IdempotentParameterMismatch"
    ec2.get_waiter("instance_running").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
    ec2.get_waiter("instance_status_ok").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
    found = ec2.describe_instances(Filters=[{"Name": "client-token", "Values": [unique]}])["Reservations"]
    instance = found[0]["Instances"][0]
    assert instance["PublicIpAddress"].startswith("127.") and instance["Tags"] == [{"Key": "Name", "Value": unique}]
    console = ec2.get_console_output(InstanceId=identity, Latest=True)["Output"]
    assert "BEGIN SSH HOST KEY FINGERPRINTS" in console and "SHA256:" in console
    interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": False})
    attribute = ec2.describe_network_interface_attribute(NetworkInterfaceId=interface, Attribute="sourceDestCheck")
    assert attribute["SourceDestCheck"] == {"Value": False}
    assert code(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    ec2.create_route(RouteTableId=network["table"], DestinationCidrBlock="172.16.3.9/16", NetworkInterfaceId=interface)
    route = [r for r in routes(ec2, network) if r["DestinationCidrBlock"] == "172.16.0.0/16"][0]
    assert (route["State"], route["NetworkInterfaceId"], route["InstanceId"]) == ("active", interface, identity)
    assert ec2.terminate_instances(InstanceIds=[identity])["TerminatingInstances"][0]["CurrentState"]["Code"] == 32
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
    route = [r for r in routes(ec2, network) if r["DestinationCidrBlock"] == "172.16.0.0/16"][0]
    assert route["State"] == "blackhole"
    ec2.delete_route(RouteTableId=network["table"], DestinationCidrBlock="172.16.0.0/16")
    ec2.delete_security_group(GroupId=group)
    ec2.delete_key_pair(KeyName=unique)
    ec2.delete_key_pair(KeyName=unique)


def routes(ec2, network):
    return ec2.describe_route_tables(RouteTableIds=[network["table"]])["RouteTables"][0]["Routes"]


def test_security_group_rules(ec2, network, unique):
    group = ec2.create_security_group(GroupName=unique, Description="contract", VpcId=network["vpc"])["GroupId"]
    permission = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "172.16.0.0/20", "Description": "far"}, {"CidrIp": "10.30.0.0/16"}]}
    rules = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[permission],
        TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": [{"Key": "Name", "Value": unique}]}])
    assert len(rules["SecurityGroupRules"]) == 2
    assert code(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission]) == "InvalidPermission.Duplicate"
    listed = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    assert sorted(r.get("CidrIpv4", "") for r in listed if not r["IsEgress"]) == ["10.30.0.0/16", "172.16.0.0/20"]
    described = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    assert len(described["IpPermissions"]) == 1 and len(described["IpPermissions"][0]["IpRanges"]) == 2
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rules["SecurityGroupRules"][0]["SecurityGroupRuleId"]])
    assert code(ec2.revoke_security_group_ingress, GroupId=group, IpPermissions=[permission]) == "InvalidPermission.NotFound"
    ec2.delete_security_group(GroupId=group)


def test_elastic_address(ec2, network, unique):
    address = ec2.allocate_address(
        Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": unique}]}])
    found = ec2.describe_addresses(Filters=[{"Name": "tag:Name", "Values": [unique]}])["Addresses"]
    assert [a["AllocationId"] for a in found] == [address["AllocationId"]]
    ec2.release_address(AllocationId=address["AllocationId"])
    assert code(ec2.release_address, AllocationId=address["AllocationId"]) == "InvalidAllocationID.NotFound"


def test_pages(ec2, network):
    groups = [
        ec2.create_security_group(GroupName=f"page-{n}", Description="contract", VpcId=network["vpc"])["GroupId"]
        for n in range(7)]
    pages = ec2.get_paginator("describe_security_groups").paginate(
        Filters=[{"Name": "vpc-id", "Values": [network["vpc"]]}], PaginationConfig={"PageSize": 5})
    sizes = [len(page["SecurityGroups"]) for page in pages]
    assert sizes == [5, 3]
    for group in groups:
        ec2.delete_security_group(GroupId=group)


def test_key_pair_made_by_the_cloud(ec2, unique):
    made = ec2.create_key_pair(KeyName=unique, KeyType="ed25519")
    assert made["KeyMaterial"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert ec2.describe_key_pairs(KeyNames=[unique])["KeyPairs"][0]["KeyFingerprint"] == made["KeyFingerprint"]
    ec2.delete_key_pair(KeyName=unique)
    assert code(ec2.describe_key_pairs, KeyNames=[unique]) == "InvalidKeyPair.NotFound"


def test_user_data_runs_and_power_changes(ec2, network, unique):
    instance = ec2.run_instances(
        ImageId="ami-01111111111111115", InstanceType="t2.micro", MinCount=1, MaxCount=1, SubnetId=network["subnet"],
        UserData="#!/bin/sh\ntrue\n", PrivateIpAddress="10.30.1.77")["Instances"][0]
    identity = instance["InstanceId"]
    assert instance["PrivateIpAddress"] == "10.30.1.77"
    ec2.get_waiter("instance_running").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
    ec2.reboot_instances(InstanceIds=[identity])
    ec2.stop_instances(InstanceIds=[identity])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
    ec2.start_instances(InstanceIds=[identity])
    ec2.get_waiter("instance_running").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
    ec2.terminate_instances(InstanceIds=[identity])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[identity], WaiterConfig={"Delay": 1})
