"""Every product of Alibaba Cloud that the lab has, called by the vendor's SDKs as they come from the vendor."""

import base64
import ipaddress
import json
from types import SimpleNamespace

import alibabacloud_sts20150401.client
import pytest

from support import alibaba_refuses, eventually, public_key_line, unique

REGION = "cn-hangzhou"
ZONE = "cn-hangzhou-h"
EDGE = "ap-southeast-1"
IMAGE_FAMILY = "acs:ubuntu_22_04_x64"

ADDRESS = {
    "receiver_country": "China",
    "receiver_state": "Zhejiang",
    "receiver_city": "Hangzhou",
    "receiver_district": "Xihu",
    "receiver_town": "Wenyi",
    "receiver_zip": "310000",
    "receiver_mobile": "13800000000",
    "receiver_name": "Lab",
    "receiver_email": "lab@example.com",
    "receiver_address": "1 Example Road",
    "buyer_message": "none",
}


# The world that the tests share


@pytest.fixture(scope="module")
def vpc(alibaba):
    made = alibaba.vpc.create_vpc(
        region_id=REGION,
        cidr_block="192.168.0.0/16",
        vpc_name=unique("vpc"),
        client_token=unique("token"),
        tag=[alibaba.vpc.models.CreateVpcRequestTag(key="owner", value="contract")],
    )
    assert made.vrouter_id and made.route_table_id
    eventually(lambda: vpc_of(alibaba, made.vpc_id).status, lambda status: status == "Available")
    yield made
    alibaba.vpc.delete_vpc(region_id=REGION, vpc_id=made.vpc_id)


def vpc_of(alibaba, vpc_id):
    (row,) = alibaba.vpc.describe_vpcs(region_id=REGION, vpc_id=vpc_id).vpcs.vpc
    return row


@pytest.fixture(scope="module")
def v_switch(alibaba, vpc):
    made = alibaba.vpc.create_vswitch(
        region_id=REGION,
        vpc_id=vpc.vpc_id,
        zone_id=ZONE,
        cidr_block="192.168.1.0/24",
        v_switch_name=unique("switch"),
        client_token=unique("token"),
    )
    look = lambda: alibaba.vpc.describe_vswitch_attributes(region_id=REGION, v_switch_id=made.v_switch_id)
    eventually(look, lambda row: row.status == "Available")
    yield made.v_switch_id
    alibaba.vpc.delete_vswitch(region_id=REGION, v_switch_id=made.v_switch_id)


@pytest.fixture(scope="module")
def group(alibaba, vpc):
    made = alibaba.ecs.create_security_group(
        region_id=REGION,
        vpc_id=vpc.vpc_id,
        security_group_name=unique("group"),
        description="for hosts",
        client_token=unique("token"),
        tag=[alibaba.ecs.models.CreateSecurityGroupRequestTag(key="owner", value="contract")],
    )
    yield made.security_group_id
    alibaba.ecs.delete_security_group(region_id=REGION, security_group_id=made.security_group_id)


@pytest.fixture(scope="module")
def key(alibaba):
    name = unique("key")
    alibaba.ecs.import_key_pair(region_id=REGION, key_pair_name=name, public_key_body=public_key_line())
    yield name
    alibaba.ecs.delete_key_pairs(region_id=REGION, key_pair_names=json.dumps([name]))


@pytest.fixture(scope="module")
def started(alibaba, v_switch, group, key):
    """The launch and the instance that it made, which runs by now."""
    models = alibaba.ecs.models
    parameters = {
        "region_id": REGION,
        "image_family": IMAGE_FAMILY,
        "instance_type": "ecs.t6-c1m1.large",
        "security_group_id": group,
        "v_switch_id": v_switch,
        "instance_name": unique("host"),
        "host_name": "contract",
        "key_pair_name": key,
        "internet_charge_type": "PayByTraffic",
        "internet_max_bandwidth_out": 5,
        "system_disk": models.RunInstancesRequestSystemDisk(category="cloud_efficiency", size="40"),
        "instance_charge_type": "PostPaid",
        "amount": 1,
        "client_token": unique("token"),
        "tag": [models.RunInstancesRequestTag(key="owner", value="contract")],
    }
    answer = alibaba.ecs.run_instances(**parameters)
    (instance_id,) = answer.instance_id_sets.instance_id_set
    eventually(lambda: instance_of(alibaba, instance_id).status, lambda status: status == "Running")
    yield SimpleNamespace(parameters=parameters, instance_id=instance_id)
    alibaba.ecs.delete_instance(instance_id=instance_id, force=True)


def instance_of(alibaba, instance_id):
    answer = alibaba.ecs.describe_instances(region_id=REGION, instance_ids=json.dumps([instance_id]))
    (row,) = answer.instances.instance
    return row


@pytest.fixture(scope="module")
def cen(alibaba):
    """A CEN in an account for which the transit router service is open."""
    if alibaba.cbn.check_transit_router_service().enabled != "true":
        alibaba.cbn.open_transit_router_service(client_token=unique("token"))
    made = alibaba.cbn.create_cen(name=unique("cen"), client_token=unique("token"))
    eventually(lambda: cen_of(alibaba, made.cen_id).status, lambda status: status == "Active")
    yield made.cen_id
    alibaba.cbn.delete_cen(cen_id=made.cen_id)
    eventually(lambda: not cens(alibaba, made.cen_id))


def cens(alibaba, cen_id):
    by_id = alibaba.cbn.models.DescribeCensRequestFilter(key="CenId", value=[cen_id])
    return alibaba.cbn.describe_cens(filter=[by_id]).cens.cen


def cen_of(alibaba, cen_id):
    (row,) = cens(alibaba, cen_id)
    return row


@pytest.fixture(scope="module")
def router(alibaba, cen):
    """The Enterprise transit router of the VPC's region."""
    made = alibaba.cbn.create_transit_router(
        cen_id=cen, region_id=REGION, transit_router_name=unique("router"), client_token=unique("token")
    )
    eventually(lambda: router_in(alibaba, cen, REGION).status, lambda status: status == "Active")
    yield made.transit_router_id
    alibaba.cbn.delete_transit_router(transit_router_id=made.transit_router_id)
    eventually(lambda: not routers(alibaba, cen, REGION))


def routers(alibaba, cen_id, region):
    return alibaba.cbn.list_transit_routers(cen_id=cen_id, region_id=region).transit_routers


def router_in(alibaba, cen_id, region):
    (row,) = routers(alibaba, cen_id, region)
    return row


@pytest.fixture(scope="module")
def system_table(alibaba, router):
    found = alibaba.cbn.list_transit_router_route_tables(
        transit_router_id=router, transit_router_route_table_type="System"
    )
    (table,) = found.transit_router_route_tables
    assert table.transit_router_route_table_status == "Active"
    return table.transit_router_route_table_id


@pytest.fixture(scope="module")
def vpc_attachment(alibaba, router, vpc, v_switch):
    mapping = alibaba.cbn.models.CreateTransitRouterVpcAttachmentRequestZoneMappings(zone_id=ZONE, v_switch_id=v_switch)
    made = alibaba.cbn.create_transit_router_vpc_attachment(
        transit_router_id=router,
        vpc_id=vpc.vpc_id,
        zone_mappings=[mapping],
        auto_publish_route_enabled=True,
        transit_router_attachment_name=unique("attachment"),
        client_token=unique("token"),
    )
    attachment_id = made.transit_router_attachment_id
    eventually(lambda: vpc_attachments(alibaba, router)[0].status, lambda status: status == "Attached")
    yield attachment_id
    alibaba.cbn.delete_transit_router_vpc_attachment(transit_router_attachment_id=attachment_id)
    eventually(lambda: not vpc_attachments(alibaba, router))


def vpc_attachments(alibaba, router):
    return alibaba.cbn.list_transit_router_vpc_attachments(transit_router_id=router).transit_router_attachments


@pytest.fixture(scope="module")
def gateway(alibaba, lab):
    """A bought Smart Access Gateway; its term ends with the tests."""
    made = buy_gateway(alibaba)
    eventually(lambda: devices(alibaba, made.smart_agid))
    yield made
    lab.end_term(made.smart_agid)
    alibaba.sag.delete_smart_access_gateway(region_id=EDGE, instance_id=made.smart_agid)


def buy_gateway(alibaba, **changes):
    parameters = {
        "region_id": EDGE,
        "hard_ware_spec": "sag-vcpe",
        "cpeversion": "basic",
        "ha_type": "warm_backup",
        "charge_type": "PREPAY",
        "period": 1,
        "max_band_width": 10,
        "auto_pay": True,
        "already_have_sag": False,
        "name": unique("sag"),
    }
    return alibaba.sag.create_smart_access_gateway(**(parameters | ADDRESS | changes))


def devices(alibaba, gateway_id):
    answer = alibaba.sag.describe_smart_access_gateway_attribute(region_id=EDGE, smart_agid=gateway_id)
    return answer.devices.device


def gateways(alibaba, **filters):
    answer = alibaba.sag.describe_smart_access_gateways(region_id=EDGE, **filters)
    return answer.smart_access_gateways.smart_access_gateway


@pytest.fixture(scope="module")
def ccn(alibaba):
    made = alibaba.sag.create_cloud_connect_network(region_id=EDGE, name=unique("ccn"))
    yield made.ccn_id
    alibaba.sag.delete_cloud_connect_network(region_id=EDGE, ccn_id=made.ccn_id)
    assert not ccns(alibaba, ccn_id=made.ccn_id)


def ccns(alibaba, **filters):
    found = alibaba.sag.describe_cloud_connect_networks(region_id=EDGE, **filters)
    return found.cloud_connect_networks.cloud_connect_network


@pytest.fixture(scope="module")
def ccn_attachment(alibaba, cen, ccn):
    """The CCN hangs on the CEN, by the classic call; that makes the Basic router of its region."""
    place = {"cen_id": cen, "child_instance_id": ccn, "child_instance_type": "CCN", "child_instance_region_id": EDGE}
    alibaba.cbn.attach_cen_child_instance(**place)
    look = lambda: alibaba.cbn.describe_cen_attached_child_instance_attribute(**place).status
    eventually(look, lambda status: status == "Attached")
    yield place
    alibaba.cbn.detach_cen_child_instance(**place)
    listed = lambda: alibaba.cbn.describe_cen_attached_child_instances(cen_id=cen, child_instance_type="CCN")
    eventually(listed, lambda found: found.total_count == 0)


@pytest.fixture(scope="module")
def plan(alibaba, lab, cen):
    """A bandwidth plan between the areas, bound to the CEN; its term ends with the tests."""
    token = unique("token")
    made = buy_plan(alibaba, token)
    again = buy_plan(alibaba, token)
    alibaba.cbn.associate_cen_bandwidth_package(cen_id=cen, cen_bandwidth_package_id=made.cen_bandwidth_package_id)
    yield SimpleNamespace(id=made.cen_bandwidth_package_id, token=token, made=made, again=again)
    alibaba.cbn.unassociate_cen_bandwidth_package(cen_id=cen, cen_bandwidth_package_id=made.cen_bandwidth_package_id)
    lab.end_term(made.cen_bandwidth_package_id)
    alibaba.cbn.delete_cen_bandwidth_package(cen_bandwidth_package_id=made.cen_bandwidth_package_id)


def buy_plan(alibaba, token, **changes):
    parameters = {
        "geographic_region_aid": "China",
        "geographic_region_bid": "Asia-Pacific",
        "bandwidth": 2,
        "period": 1,
        "pricing_cycle": "Month",
        "bandwidth_package_charge_type": "PREPAY",
        "auto_pay": True,
        "name": "contract-plan",
        "client_token": token,
    }
    return alibaba.cbn.create_cen_bandwidth_package(**(parameters | changes))


def plans(alibaba, plan_id):
    by_id = alibaba.cbn.models.DescribeCenBandwidthPackagesRequestFilter(key="CenBandwidthPackageId", value=[plan_id])
    return alibaba.cbn.describe_cen_bandwidth_packages(filter=[by_id]).cen_bandwidth_packages.cen_bandwidth_package


@pytest.fixture(scope="module")
def peer(alibaba, cen, router, ccn_attachment, plan):
    """The connection between the two regions, on the plan."""
    made = alibaba.cbn.create_transit_router_peer_attachment(
        cen_id=cen,
        region_id=REGION,
        transit_router_id=router,
        peer_transit_router_id=router_in(alibaba, cen, EDGE).transit_router_id,
        peer_transit_router_region_id=EDGE,
        bandwidth_type="BandwidthPackage",
        cen_bandwidth_package_id=plan.id,
        bandwidth=2,
        auto_publish_route_enabled=True,
        transit_router_attachment_name=unique("peer"),
        client_token=unique("token"),
    )
    eventually(lambda: peers(alibaba, cen)[0].status, lambda status: status == "Attached")
    yield made.transit_router_attachment_id
    alibaba.cbn.delete_transit_router_peer_attachment(transit_router_attachment_id=made.transit_router_attachment_id)
    eventually(lambda: not peers(alibaba, cen))


def peers(alibaba, cen_id):
    found = alibaba.cbn.list_transit_router_peer_attachments(cen_id=cen_id, region_id=REGION)
    return found.transit_router_attachments


# Identity and signatures


def test_the_caller_has_an_account_and_an_arn(alibaba):
    identity = alibaba.sts.get_caller_identity()
    assert identity.account_id.isdigit() and len(identity.account_id) == 16
    assert identity.arn.startswith(f"acs:ram::{identity.account_id}:")
    assert identity.identity_type and identity.principal_id


# ACS3-HMAC-SHA256 is the SDK's own choice; "v2" makes it sign the way of RPC 1.0, HMAC-SHA1.
SIGNATURES = pytest.mark.parametrize("algorithm", [None, "v2"], ids=["ACS3", "RPC 1.0"])


def sts(lab, algorithm, **changes):
    client = alibabacloud_sts20150401.client.Client
    return lab.alibaba(client, REGION, signature_algorithm=algorithm, **changes)


@SIGNATURES
def test_both_signatures_are_good(lab, algorithm):
    assert sts(lab, algorithm).get_caller_identity().body.account_id


@SIGNATURES
def test_a_wrong_secret_is_refused_with_the_string_to_sign(lab, algorithm):
    client = sts(lab, algorithm, access_key_secret="wrong")
    with alibaba_refuses("SignatureDoesNotMatch", status=400) as caught:
        client.get_caller_identity()
    text = caught.value.message.split("server string to sign is:")[1]
    if algorithm:
        assert text.startswith("POST&%2F&AccessKeyId%3D") and "Action%3DGetCallerIdentity" in text
    else:
        assert "x-acs-action:GetCallerIdentity" in text or text.startswith("ACS3-HMAC-SHA256")


@SIGNATURES
def test_an_unknown_key_is_refused(lab, algorithm):
    with alibaba_refuses("InvalidAccessKeyId.NotFound", status=404):
        sts(lab, algorithm, access_key_id="LTAI0000000000000000").get_caller_identity()


def test_a_foreign_session_token_is_refused(lab):
    with alibaba_refuses("InvalidSecurityToken.MismatchWithAccessKey"):
        sts(lab, None, security_token="foreign").get_caller_identity()


def test_text_beyond_ascii_is_signed_alike(alibaba, lab):
    name = "云连接网-新加坡"
    made = alibaba.sag.create_cloud_connect_network(region_id=EDGE, name=name)
    (row,) = ccns(alibaba, name=name)
    assert (row.ccn_id, row.name) == (made.ccn_id, name)
    alibaba.sag.delete_cloud_connect_network(region_id=EDGE, ccn_id=made.ccn_id)


def test_a_missing_parameter_is_named(alibaba):
    with alibaba_refuses("MissingCenId", status=400):
        alibaba.cbn.delete_cen()


def test_an_action_that_is_not_there_is_refused(alibaba):
    with alibaba_refuses("InvalidAction.NotFound", status=404):
        alibaba.cbn.describe_cen_private_zone_routes(cen_id="cen-none")


# VPC


def test_a_vpc_is_described(alibaba, vpc, v_switch):
    row = vpc_of(alibaba, vpc.vpc_id)
    assert (row.cidr_block, row.region_id, row.is_default) == ("192.168.0.0/16", REGION, False)
    assert row.vrouter_id == vpc.vrouter_id
    assert row.v_switch_ids.v_switch_id == [v_switch]
    assert row.router_table_ids.router_table_ids == [vpc.route_table_id]
    assert [(tag.key, tag.value) for tag in row.tags.tag] == [("owner", "contract")]


def test_a_vpc_is_found_by_tag(alibaba, vpc):
    wanted = alibaba.vpc.models.DescribeVpcsRequestTag(key="owner", value="contract")
    found = alibaba.vpc.describe_vpcs(region_id=REGION, tag=[wanted])
    assert [row.vpc_id for row in found.vpcs.vpc] == [vpc.vpc_id] and found.total_count == 1


def test_a_dry_run_of_a_vpc_makes_nothing(alibaba, lab):
    before = len(lab.ledger()["resources"])
    with alibaba_refuses("DryRunOperation", status=400):
        alibaba.vpc.create_vpc(region_id=REGION, cidr_block="172.16.0.0/12", dry_run=True)
    assert len(lab.ledger()["resources"]) == before


def test_a_vpc_of_the_same_token_is_made_once(alibaba, lab):
    parameters = {"region_id": REGION, "cidr_block": "172.16.0.0/16", "client_token": unique("token")}
    first = alibaba.vpc.create_vpc(**parameters)
    assert alibaba.vpc.create_vpc(**parameters).vpc_id == first.vpc_id
    assert len(lab.made(parameters["client_token"])) == 1
    with alibaba_refuses("IdempotentParameterMismatch"):
        alibaba.vpc.create_vpc(**(parameters | {"cidr_block": "172.17.0.0/16"}))
    eventually(lambda: vpc_of(alibaba, first.vpc_id).status, lambda status: status == "Available")
    alibaba.vpc.delete_vpc(region_id=REGION, vpc_id=first.vpc_id)


def test_a_vpc_that_is_not_there_is_refused(alibaba):
    with alibaba_refuses("InvalidVpcId.NotFound", status=404):
        alibaba.vpc.describe_vpc_attribute(region_id=REGION, vpc_id="vpc-none")


def test_a_vpc_with_a_switch_stays(alibaba, vpc, v_switch):
    with alibaba_refuses("DependencyViolation.VSwitch"):
        alibaba.vpc.delete_vpc(region_id=REGION, vpc_id=vpc.vpc_id)


def test_a_switch_is_described(alibaba, vpc, v_switch):
    (row,) = alibaba.vpc.describe_vswitches(region_id=REGION, vpc_id=vpc.vpc_id).v_switches.v_switch
    assert (row.v_switch_id, row.zone_id, row.cidr_block) == (v_switch, ZONE, "192.168.1.0/24")
    assert row.status == "Available" and 0 < row.available_ip_address_count <= 252


@pytest.mark.parametrize("block", ["192.168.1.128/25", "10.0.0.0/24"], ids=["overlaps", "outside"])
def test_a_switch_in_the_wrong_place_is_refused(alibaba, vpc, v_switch, block):
    with alibaba_refuses("InvalidCidrBlock.Overlapped", "InvalidCidrBlock.Malformed", "InvalidCidrBlock"):
        alibaba.vpc.create_vswitch(region_id=REGION, vpc_id=vpc.vpc_id, zone_id=ZONE, cidr_block=block)


def test_a_switch_in_a_zone_that_is_not_there_is_refused(alibaba, vpc):
    with alibaba_refuses("InvalidZoneId.NotFound"):
        alibaba.vpc.create_vswitch(
            region_id=REGION, vpc_id=vpc.vpc_id, zone_id="cn-hangzhou-z", cidr_block="192.168.9.0/24"
        )


def test_a_router_has_the_table_of_the_vpc(alibaba, vpc):
    found = alibaba.vpc.describe_route_table_list(region_id=REGION, vpc_id=vpc.vpc_id)
    (row,) = found.router_table_list.router_table_list_type
    assert (row.route_table_id, row.router_id, row.route_table_type) == (vpc.route_table_id, vpc.vrouter_id, "System")


def test_a_route_to_an_instance_is_made_and_taken_away(alibaba, vpc, started):
    route = {"route_table_id": vpc.route_table_id, "destination_cidr_block": "10.77.0.0/24"}
    hop = {"next_hop_type": "Instance", "next_hop_id": started.instance_id}
    made = alibaba.vpc.create_route_entry(region_id=REGION, client_token=unique("token"), **hop, **route)
    (row,) = alibaba.vpc.describe_route_entry_list(region_id=REGION, **route).route_entrys.route_entry
    assert (row.route_entry_id, row.status, row.type) == (made.route_entry_id, "Available", "Custom")
    (found,) = row.next_hops.next_hop
    assert (found.next_hop_type, found.next_hop_id) == ("Instance", started.instance_id)
    with alibaba_refuses("InvalidCIDRBlock.Duplicate"):
        alibaba.vpc.create_route_entry(region_id=REGION, **hop, **route)
    alibaba.vpc.delete_route_entry(region_id=REGION, route_entry_id=made.route_entry_id)
    with alibaba_refuses("InvalidRouteEntry.NotFound"):
        alibaba.vpc.delete_route_entry(region_id=REGION, route_entry_id=made.route_entry_id)


def test_routes_come_in_pages(alibaba, vpc, v_switch, started):
    made = [
        alibaba.vpc.create_route_entry(
            region_id=REGION,
            route_table_id=vpc.route_table_id,
            destination_cidr_block=f"10.88.{number}.0/24",
            next_hop_type="Instance",
            next_hop_id=started.instance_id,
        ).route_entry_id
        for number in range(5)
    ]
    found, token = [], ""
    while True:
        page = alibaba.vpc.describe_route_entry_list(
            region_id=REGION,
            route_table_id=vpc.route_table_id,
            route_entry_type="Custom",
            max_result=2,
            next_token=token or None,
        )
        assert len(page.route_entrys.route_entry) <= 2
        found += [row.route_entry_id for row in page.route_entrys.route_entry]
        token = page.next_token
        if not token:
            break
    assert set(made) <= set(found) and len(found) == len(set(found))
    for entry in made:
        alibaba.vpc.delete_route_entry(region_id=REGION, route_entry_id=entry)


# ECS: groups, keys, images


def permission(alibaba, ports, block, protocol="tcp"):
    return alibaba.ecs.models.AuthorizeSecurityGroupRequestPermissions(
        ip_protocol=protocol, port_range=ports, source_cidr_ip=block, policy="accept", priority="1"
    )


def rules_of(alibaba, group_id):
    answer = alibaba.ecs.describe_security_group_attribute(
        region_id=REGION, security_group_id=group_id, direction="ingress"
    )
    return answer.permissions.permission


def test_a_group_is_found_by_name_and_tag(alibaba, vpc, group):
    tag = alibaba.ecs.models.DescribeSecurityGroupsRequestTag(key="owner", value="contract")
    found = alibaba.ecs.describe_security_groups(region_id=REGION, vpc_id=vpc.vpc_id, tag=[tag])
    (row,) = found.security_groups.security_group
    assert row.security_group_id == group and row.security_group_type == "normal"
    by_name = alibaba.ecs.describe_security_groups(region_id=REGION, security_group_name=row.security_group_name)
    assert [item.security_group_id for item in by_name.security_groups.security_group] == [group]


def test_the_same_rule_again_is_no_second_rule(alibaba, group):
    wanted = [permission(alibaba, "22/22", "198.51.100.0/24"), permission(alibaba, "-1/-1", "10.10.0.0/16", "icmp")]
    for _ in range(2):
        alibaba.ecs.authorize_security_group(region_id=REGION, security_group_id=group, permissions=wanted)
    rules = rules_of(alibaba, group)
    found = {(rule.ip_protocol.lower(), rule.port_range, rule.source_cidr_ip, rule.policy) for rule in rules}
    assert found == {("tcp", "22/22", "198.51.100.0/24", "Accept"), ("icmp", "-1/-1", "10.10.0.0/16", "Accept")}
    ids = [rule.security_group_rule_id for rule in rules]
    alibaba.ecs.revoke_security_group(region_id=REGION, security_group_id=group, security_group_rule_id=ids)
    assert not rules_of(alibaba, group)


def test_a_group_that_is_not_there_is_refused(alibaba):
    with alibaba_refuses("InvalidSecurityGroupId.NotFound", status=404):
        alibaba.ecs.describe_security_group_attribute(region_id=REGION, security_group_id="sg-none")


def test_a_group_with_an_instance_stays(alibaba, group, started):
    with alibaba_refuses("DependencyViolation", status=403):
        alibaba.ecs.delete_security_group(region_id=REGION, security_group_id=group)


def test_a_key_is_imported_once(alibaba, key):
    (row,) = alibaba.ecs.describe_key_pairs(region_id=REGION, key_pair_name=key).key_pairs.key_pair
    assert row.key_pair_name == key and len(row.key_pair_finger_print) == 32
    with alibaba_refuses("KeyPair.AlreadyExist"):
        alibaba.ecs.import_key_pair(region_id=REGION, key_pair_name=key, public_key_body=public_key_line())


def test_the_newest_image_of_a_family_is_found(alibaba):
    found = alibaba.ecs.describe_images(
        region_id=REGION, image_family=IMAGE_FAMILY, image_owner_alias="system", status="Available", page_size=100
    )
    (image,) = found.images.image
    assert image.image_family == IMAGE_FAMILY and image.architecture == "x86_64" and image.status == "Available"


def test_zones_are_listed(alibaba):
    zones = alibaba.ecs.describe_zones(region_id=REGION).zones.zone
    assert ZONE in [zone.zone_id for zone in zones]


# ECS: instances and commands


def test_an_instance_is_described(alibaba, started, vpc, v_switch, group, key):
    row = instance_of(alibaba, started.instance_id)
    assert (row.zone_id, row.key_pair_name, row.host_name) == (ZONE, key, "contract")
    assert (row.vpc_attributes.vpc_id, row.vpc_attributes.v_switch_id) == (vpc.vpc_id, v_switch)
    (address,) = row.vpc_attributes.private_ip_address.ip_address
    assert ipaddress.ip_address(address) in ipaddress.ip_network("192.168.1.0/24")
    assert ipaddress.ip_address(row.public_ip_address.ip_address[0])
    assert row.security_group_ids.security_group_id == [group]
    assert (row.cpu, row.memory, row.instance_charge_type) == (2, 2048, "PostPaid")
    assert [(tag.tag_key, tag.tag_value) for tag in row.tags.tag] == [("owner", "contract")]


def test_the_same_token_gives_the_same_instance(alibaba, lab, started):
    again = alibaba.ecs.run_instances(**started.parameters)
    assert again.instance_id_sets.instance_id_set == [started.instance_id]
    made = lab.made(started.parameters["client_token"])
    assert [row["id"] for row in made if row["kind"] == "instance"] == [started.instance_id]


def test_the_same_token_for_something_else_is_refused(alibaba, started):
    with alibaba_refuses("IdempotentParameterMismatch"):
        alibaba.ecs.run_instances(**(started.parameters | {"host_name": "other"}))


def test_a_dry_run_of_a_launch_makes_nothing(alibaba, lab, started):
    before = len(lab.ledger()["resources"])
    with alibaba_refuses("DryRunOperation"):
        alibaba.ecs.run_instances(**(started.parameters | {"client_token": unique("token"), "dry_run": True}))
    assert len(lab.ledger()["resources"]) == before


@pytest.mark.parametrize(
    "change, code",
    [
        ({"v_switch_id": "vsw-none"}, "InvalidVswitchID.NotFound"),
        ({"security_group_id": "sg-none"}, "InvalidSecurityGroupId.NotFound"),
        ({"instance_type": "ecs.enormous"}, "InvalidInstanceType.ValueNotSupported"),
        ({"key_pair_name": "nobody"}, "InvalidKeyPairName.NotFound"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_launch_with_a_wrong_parameter_is_refused(alibaba, started, change, code):
    with alibaba_refuses(code):
        alibaba.ecs.run_instances(**(started.parameters | {"client_token": unique("token")} | change))


def test_a_running_instance_is_deleted_by_force_only(alibaba, started):
    with alibaba_refuses("IncorrectInstanceStatus", status=403):
        alibaba.ecs.delete_instance(instance_id=started.instance_id)


def test_a_protected_instance_stays(alibaba, started):
    alibaba.ecs.modify_instance_attribute(instance_id=started.instance_id, deletion_protection=True)
    with alibaba_refuses("InvalidOperation.DeletionProtection"):
        alibaba.ecs.delete_instance(instance_id=started.instance_id, force=True)
    alibaba.ecs.modify_instance_attribute(instance_id=started.instance_id, deletion_protection=False)


def test_an_interface_is_found_by_its_instance(alibaba, started):
    found = alibaba.ecs.describe_network_interfaces(region_id=REGION, instance_id=started.instance_id)
    (row,) = found.network_interface_sets.network_interface_set
    assert row.instance_id == started.instance_id and row.type == "Primary" and row.status == "InUse"


@pytest.fixture(scope="module")
def assistant(alibaba, started):
    """The instance, once its agent answers."""

    def answers():
        found = alibaba.ecs.describe_cloud_assistant_status(region_id=REGION, instance_id=[started.instance_id])
        return found.instance_cloud_assistant_status_set.instance_cloud_assistant_status[0].cloud_assistant_status

    eventually(answers, lambda status: status == "true")
    return started.instance_id


def run(alibaba, instance_id, command, **more):
    content = base64.b64encode(command.encode()).decode()
    made = alibaba.ecs.run_command(
        region_id=REGION,
        type="RunShellScript",
        command_content=content,
        content_encoding="Base64",
        instance_id=[instance_id],
        name=unique("command"),
        **more,
    )
    ended = lambda rows: [row.invoke_record_status for row in rows] == ["Finished"]
    (row,) = eventually(lambda: results(alibaba, made.invoke_id), ended)
    return row


def results(alibaba, invoke_id):
    found = alibaba.ecs.describe_invocation_results(region_id=REGION, invoke_id=invoke_id)
    return found.invocation.invocation_results.invocation_result


def text(row):
    return base64.b64decode(row.output).decode()


def test_a_command_really_runs_on_the_host(alibaba, assistant):
    row = run(alibaba, assistant, "hostname; id -un; ip -o -4 address show; echo $((6 * 7))")
    assert (row.invocation_status, row.exit_code, row.error_code) == ("Success", 0, "")
    (address,) = instance_of(alibaba, assistant).vpc_attributes.private_ip_address.ip_address
    lines = text(row).splitlines()
    assert lines[0] == "contract" and lines[1] == "root" and lines[-1] == "42"
    assert address in text(row)


def test_a_command_that_fails_says_so(alibaba, assistant):
    row = run(alibaba, assistant, "echo before; echo problem >&2; exit 3")
    assert (row.invocation_status, row.exit_code, row.error_code) == ("Failed", 3, "ExitCodeNonzero")
    assert "before" in text(row) and "problem" in text(row)


def test_a_command_takes_parameters(alibaba, assistant):
    row = run(alibaba, assistant, "echo {{word}}", enable_parameter=True, parameters={"word": "海"})
    assert text(row).strip() == "海"


def test_a_command_that_takes_too_long_is_ended(alibaba, assistant):
    row = run(alibaba, assistant, "sleep 60", timeout=1)
    assert row.invocation_status == "Timeout"


def test_an_invocation_is_listed(alibaba, assistant):
    row = run(alibaba, assistant, "true")
    found = alibaba.ecs.describe_invocations(region_id=REGION, invoke_id=row.invoke_id, include_output=True)
    (invocation,) = found.invocations.invocation
    assert invocation.invocation_status == "Success" and invocation.command_type == "RunShellScript"
    (host,) = invocation.invoke_instances.invoke_instance
    assert (host.instance_id, host.exit_code) == (assistant, 0)


def test_a_command_on_nothing_is_refused(alibaba):
    with alibaba_refuses("InvalidInstance.NotFound"):
        alibaba.ecs.run_command(
            region_id=REGION, type="RunShellScript", command_content="true", instance_id=["i-none"]
        )


# CEN and transit routers


def test_a_cen_is_found_by_id_and_name(alibaba, cen):
    row = cen_of(alibaba, cen)
    by_name = alibaba.cbn.models.DescribeCensRequestFilter(key="Name", value=[row.name])
    assert [item.cen_id for item in alibaba.cbn.describe_cens(filter=[by_name]).cens.cen] == [cen]
    assert row.protection_level == "REDUCED"


def test_a_cen_of_the_same_token_is_made_once(alibaba, lab):
    token = unique("token")
    first = alibaba.cbn.create_cen(name="once", client_token=token)
    assert alibaba.cbn.create_cen(name="once", client_token=token).cen_id == first.cen_id
    assert len(lab.made(token)) == 1
    with alibaba_refuses("IdempotenceParam.NotMatch"):
        alibaba.cbn.create_cen(name="other", client_token=token)
    alibaba.cbn.delete_cen(cen_id=first.cen_id)
    eventually(lambda: not cens(alibaba, first.cen_id))


def test_a_cen_that_is_not_there_is_refused(alibaba):
    with alibaba_refuses("ParameterCenInstanceId", status=404):
        alibaba.cbn.delete_cen(cen_id="cen-none")


def test_a_region_has_one_router_in_a_cen(alibaba, cen, router):
    row = router_in(alibaba, cen, REGION)
    assert (row.transit_router_id, row.type, row.status) == (router, "Enterprise", "Active")
    with alibaba_refuses("InstanceExist.TransitRouterInstance"):
        alibaba.cbn.create_transit_router(cen_id=cen, region_id=REGION)


def test_a_cen_with_a_router_stays(alibaba, cen, router):
    with alibaba_refuses("InvalidOperation.AttachedChildInstanceExist", status=409):
        alibaba.cbn.delete_cen(cen_id=cen)


def test_zones_for_an_attachment_are_listed(alibaba):
    found = alibaba.cbn.list_transit_router_available_resource(region_id=REGION)
    assert ZONE in found.master_zones and ZONE in found.slave_zones


def test_a_vpc_is_attached(alibaba, cen, router, vpc, v_switch, vpc_attachment):
    (row,) = vpc_attachments(alibaba, router)
    assert (row.transit_router_attachment_id, row.vpc_id, row.cen_id) == (vpc_attachment, vpc.vpc_id, cen)
    (mapping,) = row.zone_mappings
    assert (mapping.zone_id, mapping.v_switch_id) == (ZONE, v_switch) and mapping.network_interface_id
    assert row.auto_publish_route_enabled is True
    found = alibaba.vpc.describe_vpc_attribute(region_id=REGION, vpc_id=vpc.vpc_id)
    assert [item.cen_id for item in found.associated_cens.associated_cen] == [cen]


def test_a_vpc_is_attached_once(alibaba, router, vpc, v_switch, vpc_attachment):
    mapping = alibaba.cbn.models.CreateTransitRouterVpcAttachmentRequestZoneMappings(zone_id=ZONE, v_switch_id=v_switch)
    with alibaba_refuses("QuotaFull.ChildInstanceRelatedCen"):
        alibaba.cbn.create_transit_router_vpc_attachment(
            transit_router_id=router, vpc_id=vpc.vpc_id, zone_mappings=[mapping]
        )


def test_a_switch_and_a_router_with_an_attachment_stay(alibaba, router, v_switch, vpc_attachment):
    with alibaba_refuses("OperationFailed.DeleteTransitRouter"):
        alibaba.cbn.delete_transit_router(transit_router_id=router)
    with pytest.raises(Exception, match="DependencyViolation"):
        alibaba.vpc.delete_vswitch(region_id=REGION, v_switch_id=v_switch)


def ties(alibaba, kind, table):
    if kind == "association":
        found = alibaba.cbn.list_transit_router_route_table_associations(transit_router_route_table_id=table)
        return found.transit_router_associations
    found = alibaba.cbn.list_transit_router_route_table_propagations(transit_router_route_table_id=table)
    return found.transit_router_propagations


@pytest.fixture(scope="module")
def tied(alibaba, system_table, vpc_attachment):
    """The VPC's attachment, associated with the system table and propagating to it."""
    pair = {"transit_router_attachment_id": vpc_attachment, "transit_router_route_table_id": system_table}
    alibaba.cbn.associate_transit_router_attachment_with_route_table(client_token=unique("token"), **pair)
    alibaba.cbn.enable_transit_router_route_table_propagation(client_token=unique("token"), **pair)
    for kind in ("association", "propagation"):
        eventually(lambda: [row.status for row in ties(alibaba, kind, system_table)], lambda found: found == ["Active"])
    yield pair
    alibaba.cbn.disable_transit_router_route_table_propagation(**pair)
    alibaba.cbn.dissociate_transit_router_attachment_from_route_table(**pair)
    for kind in ("association", "propagation"):
        eventually(lambda: not ties(alibaba, kind, system_table))


def test_an_attachment_is_associated_and_propagates(alibaba, vpc, vpc_attachment, system_table, tied):
    for kind in ("association", "propagation"):
        (row,) = ties(alibaba, kind, system_table)
        assert row.transit_router_attachment_id == vpc_attachment
        assert (row.resource_id, row.resource_type) == (vpc.vpc_id, "VPC")


def test_an_attachment_is_associated_once(alibaba, tied):
    with alibaba_refuses("AssociationExist.TransitRouterTable"):
        alibaba.cbn.associate_transit_router_attachment_with_route_table(**tied)


def test_an_attachment_with_ties_stays(alibaba, vpc_attachment, tied):
    with alibaba_refuses("OperationFailed.RouteTableAssociationExist", "OperationFailed.RouteTablePropagationExist"):
        alibaba.cbn.delete_transit_router_vpc_attachment(transit_router_attachment_id=vpc_attachment)


def test_the_router_learns_the_switches_of_the_vpc(alibaba, system_table, tied):
    def destinations():
        found = alibaba.cbn.list_transit_router_route_entries(transit_router_route_table_id=system_table)
        return [row.transit_router_route_entry_destination_cidr_block for row in found.transit_router_route_entries]

    assert "192.168.1.0/24" in eventually(destinations)


# Smart Access Gateway and CCN


def test_a_bought_gateway_has_two_devices_with_serials_and_keys(alibaba, gateway):
    pair = devices(alibaba, gateway.smart_agid)
    assert [device.ha_state for device in pair] == ["Active", "Standby"]
    assert len({device.serial_number for device in pair}) == 2 and all(device.serial_number for device in pair)
    assert len({device.secret_key for device in pair}) == 2 and all(device.secret_key for device in pair)
    assert {(device.hc_state, device.distribute_sk_status) for device in pair} == {("offline", 0)}
    (row,) = gateways(alibaba, name=gateway.name)
    assert row.smart_agid == gateway.smart_agid and row.max_bandwidth == "10M"
    assert row.serial_number == ",".join(device.serial_number for device in pair)


def test_a_gateway_is_bought_with_an_order(alibaba, gateway):
    (order,) = alibaba.bss.get_order_detail(order_id=gateway.order_id).data.order_list.order
    assert (order.order_id, order.payment_status) == (gateway.order_id, "Paid")


def test_an_unpaid_gateway_is_not_there(alibaba):
    made = buy_gateway(alibaba, auto_pay=False)
    assert not gateways(alibaba, smart_agid=made.smart_agid)
    (order,) = alibaba.bss.get_order_detail(order_id=made.order_id).data.order_list.order
    assert order.payment_status == "Unpaid"
    assert alibaba.bss.cancel_order(order_id=made.order_id).success is True


def test_a_gateway_of_an_unknown_make_is_not_sold(alibaba):
    for change in ({"ha_type": "none"}, {"charge_type": "POSTPAY"}, {"period": 10}, {"max_band_width": 5}):
        with pytest.raises(Exception, match="Invalid"):
            buy_gateway(alibaba, **change)


def test_a_gateway_that_is_not_there_is_refused(alibaba):
    with alibaba_refuses("SAG.InstanceNoFound"):
        devices(alibaba, "sag-none")


def test_a_gateway_stays_until_its_term_ends(alibaba, gateway):
    with alibaba_refuses("SAG.BusinessStateNotSupport"):
        alibaba.sag.delete_smart_access_gateway(region_id=EDGE, instance_id=gateway.smart_agid)


def test_a_device_that_never_called_is_offline(alibaba, gateway):
    serial = devices(alibaba, gateway.smart_agid)[0].serial_number
    with alibaba_refuses("SmartAccessGatewayOffline", "SmartAccessGatewayNotOnline", "SmartAccessGatewayNotActivated"):
        alibaba.sag.describe_sagdevice_info(region_id=EDGE, smart_agid=gateway.smart_agid, smart_agsn=serial)


def test_the_networks_behind_a_gateway_are_written_whole(alibaba, gateway):
    target = {"region_id": EDGE, "smart_agid": gateway.smart_agid}
    alibaba.sag.modify_smart_access_gateway(routing_strategy="static", cidr_block="10.10.0.0/24,10.10.1.0/24", **target)
    found = alibaba.sag.describe_smart_access_gateway_attribute(**target)
    assert (found.routing_strategy, found.cidr_block) == ("static", "10.10.0.0/24,10.10.1.0/24")
    with alibaba_refuses("SAG.CidrOverlap"):
        alibaba.sag.modify_smart_access_gateway(cidr_block="10.10.0.0/24,10.10.0.128/25", **target)
    with alibaba_refuses("SAG.InvalidCidrFormat"):
        alibaba.sag.modify_smart_access_gateway(cidr_block="ten", **target)
    with alibaba_refuses("SAG.NotAllowConfigCidr"):
        alibaba.sag.modify_smart_access_gateway(routing_strategy="dynamic", cidr_block="10.10.0.0/24", **target)


def test_a_ccn_is_listed(alibaba, ccn):
    (row,) = ccns(alibaba, ccn_id=ccn)
    assert (row.ccn_id, row.associated_cen_id, row.associated_cloud_box_count) == (ccn, "", "0")
    assert not ccns(alibaba, name="nobody")


def test_a_ccn_is_made_in_some_regions_only(alibaba):
    with alibaba_refuses("InvalidRegionId"):
        alibaba.sag.create_cloud_connect_network(region_id="cn-beijing", name="nowhere")


def test_a_gateway_is_bound_and_unbound(alibaba, gateway, ccn):
    pair = {"region_id": EDGE, "ccn_id": ccn, "smart_agid": gateway.smart_agid}
    alibaba.sag.bind_smart_access_gateway(**pair)
    (row,) = gateways(alibaba, smart_agid=gateway.smart_agid)
    assert row.associated_ccn_id == ccn
    with alibaba_refuses("SmartAccessGatewayAlreadyBound", status=403):
        alibaba.sag.bind_smart_access_gateway(**pair)
    with alibaba_refuses("AlreadyBound.SMARTAG"):
        alibaba.sag.delete_cloud_connect_network(region_id=EDGE, ccn_id=ccn)
    alibaba.sag.unbind_smart_access_gateway(**pair)
    (row,) = gateways(alibaba, smart_agid=gateway.smart_agid)
    assert not row.associated_ccn_id
    with alibaba_refuses("SmartAccessGatewayNotBind", "NotBoundCCN"):
        alibaba.sag.unbind_smart_access_gateway(**pair)


def test_a_ccn_hangs_on_the_cen(alibaba, cen, ccn, ccn_attachment):
    (row,) = ccns(alibaba, ccn_id=ccn)
    assert (row.associated_cen_id, row.associated_cen_status) == (cen, "Attached")
    assert router_in(alibaba, cen, EDGE).type == "Basic"
    with alibaba_refuses("InvalidOperation.ChildInstanceAlreadyAttached", status=409):
        alibaba.cbn.attach_cen_child_instance(**ccn_attachment)
    with alibaba_refuses("AlreadyBound.CEN"):
        alibaba.sag.delete_cloud_connect_network(region_id=EDGE, ccn_id=ccn)


def test_a_new_key_replaces_the_old_one(alibaba, gateway):
    before = devices(alibaba, gateway.smart_agid)[1]
    alibaba.sag.clear_sag_cipher(region_id=EDGE, sag_id=gateway.smart_agid, sn_number=before.serial_number)
    after = devices(alibaba, gateway.smart_agid)[1]
    assert after.serial_number == before.serial_number and after.secret_key != before.secret_key


# Bandwidth plans and the connection between regions


def test_two_purchases_with_one_token_are_one_plan(alibaba, lab, plan):
    assert plan.again.cen_bandwidth_package_id == plan.made.cen_bandwidth_package_id
    assert plan.again.cen_bandwidth_package_order_id == plan.made.cen_bandwidth_package_order_id
    paid = [row for row in lab.made(plan.token) if row["paid"]]
    assert [row["id"] for row in paid] == [plan.id]


def test_a_purchase_with_a_used_token_for_something_else_is_refused(alibaba, plan):
    with alibaba_refuses("IdempotenceParam.NotMatch"):
        buy_plan(alibaba, plan.token, bandwidth=3)


def test_a_bound_plan_is_in_use(alibaba, cen, plan):
    (row,) = plans(alibaba, plan.id)
    assert (row.status, row.business_status, row.bandwidth) == ("InUse", "Normal", 2)
    assert {row.geographic_region_aid, row.geographic_region_bid} == {"china", "asia-pacific"}
    assert row.is_cross_border is True and row.cen_ids.cen_id == [cen]


def test_a_plan_stays_until_its_term_ends(alibaba, plan):
    with alibaba_refuses("Forbidden.Release", status=403):
        alibaba.cbn.delete_cen_bandwidth_package(cen_bandwidth_package_id=plan.id)


def test_a_plan_between_areas_that_are_not_there_is_not_sold(alibaba):
    with alibaba_refuses("GeographicSpan.NotFound"):
        buy_plan(alibaba, unique("token"), geographic_region_bid="Moon")


def test_an_unpaid_plan_is_not_there(alibaba):
    made = buy_plan(alibaba, unique("token"), auto_pay=False)
    assert not plans(alibaba, made.cen_bandwidth_package_id)
    assert alibaba.bss.cancel_order(order_id=made.cen_bandwidth_package_order_id).success is True


def test_two_regions_are_connected(alibaba, cen, router, plan, peer):
    (row,) = peers(alibaba, cen)
    assert (row.transit_router_attachment_id, row.transit_router_id) == (peer, router)
    assert row.peer_transit_router_id == router_in(alibaba, cen, EDGE).transit_router_id
    assert (row.peer_transit_router_region_id, row.bandwidth_type) == (EDGE, "BandwidthPackage")
    assert (row.cen_bandwidth_package_id, row.bandwidth) == (plan.id, 2)


def test_a_plan_in_use_cannot_be_taken_off(alibaba, cen, plan, peer):
    with alibaba_refuses("InvalidOperation.CenBandwidthLimitsNotZero"):
        alibaba.cbn.unassociate_cen_bandwidth_package(cen_id=cen, cen_bandwidth_package_id=plan.id)


def test_a_connection_wider_than_its_plan_is_refused(alibaba, peer, plan):
    with alibaba_refuses("InvalidOperation.BwpBandwidthExceeded"):
        alibaba.cbn.update_transit_router_peer_attachment_attribute(
            transit_router_attachment_id=peer, cen_bandwidth_package_id=plan.id, bandwidth=3
        )


def test_a_connection_cannot_begin_at_a_basic_router(alibaba, cen, router, ccn_attachment):
    basic = router_in(alibaba, cen, EDGE).transit_router_id
    with alibaba_refuses("OperationUnsupported.TransitRouterType"):
        alibaba.cbn.create_transit_router_peer_attachment(
            cen_id=cen,
            region_id=EDGE,
            transit_router_id=basic,
            peer_transit_router_id=router,
            peer_transit_router_region_id=REGION,
        )


# Renewal


def available(alibaba, instance_id):
    found = alibaba.bss.query_available_instances(instance_ids=instance_id)
    assert found.success is True and found.code == "Success"
    return found.data.instance_list


def test_a_gateway_is_renewed_by_hand_until_told_otherwise(alibaba, gateway):
    (row,) = available(alibaba, gateway.smart_agid)
    assert (row.instance_id, row.renew_status, row.region) == (gateway.smart_agid, "ManualRenewal", EDGE)
    how = {"instance_ids": gateway.smart_agid, "product_code": row.product_code, "subscription_type": "Subscription"}
    answer = alibaba.bss.set_renewal(renewal_status="AutoRenewal", renewal_period=1, renewal_period_unit="M", **how)
    assert answer.success is True
    (row,) = available(alibaba, gateway.smart_agid)
    assert (row.renew_status, row.renewal_duration, row.renewal_duration_unit) == ("AutoRenewal", 1, "M")
    assert alibaba.bss.set_renewal(renewal_status="ManualRenewal", **how).success is True
    assert available(alibaba, gateway.smart_agid)[0].renew_status == "ManualRenewal"


def test_the_renewal_of_nothing_fails_without_an_http_error(alibaba):
    answer = alibaba.bss.set_renewal(
        instance_ids="sag-none",
        product_code="smartag",
        renewal_status="ManualRenewal",
        subscription_type="Subscription",
    )
    assert answer.success is False and answer.code != "Success"


def test_what_one_has_not_is_not_listed(alibaba):
    assert available(alibaba, "sag-none") == []
