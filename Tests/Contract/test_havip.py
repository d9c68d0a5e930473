"""HaVip, called with the vendor's own SDK: an address that moves between the instances of one vSwitch."""

import json

import pytest

from support import alibaba_refuses, eventually, public_key_line, unique

REGION, ZONE = "cn-hangzhou", "cn-hangzhou-h"
IMAGE_FAMILY = "acs:ubuntu_22_04_x64"


@pytest.fixture(scope="module")
def vpc(alibaba):
    made = alibaba.vpc.create_vpc(region_id=REGION, cidr_block="10.60.0.0/16", vpc_name=unique("vpc"))
    eventually(
        lambda: alibaba.vpc.describe_vpc_attribute(region_id=REGION, vpc_id=made.vpc_id).status,
        lambda status: status == "Available",
    )
    yield made
    alibaba.vpc.delete_vpc(region_id=REGION, vpc_id=made.vpc_id)


def make_switch(alibaba, vpc, block):
    made = alibaba.vpc.create_vswitch(
        region_id=REGION, vpc_id=vpc.vpc_id, zone_id=ZONE, cidr_block=block, v_switch_name=unique("switch")
    )
    look = lambda: alibaba.vpc.describe_vswitch_attributes(region_id=REGION, v_switch_id=made.v_switch_id)
    eventually(look, lambda row: row.status == "Available")
    return made.v_switch_id


@pytest.fixture(scope="module")
def v_switch(alibaba, vpc):
    switch = make_switch(alibaba, vpc, "10.60.1.0/24")
    yield switch
    alibaba.vpc.delete_vswitch(region_id=REGION, v_switch_id=switch)


@pytest.fixture(scope="module")
def other_switch(alibaba, vpc):
    switch = make_switch(alibaba, vpc, "10.60.2.0/24")
    yield switch
    alibaba.vpc.delete_vswitch(region_id=REGION, v_switch_id=switch)


@pytest.fixture(scope="module")
def group(alibaba, vpc):
    made = alibaba.ecs.create_security_group(region_id=REGION, vpc_id=vpc.vpc_id, security_group_name=unique("group"))
    yield made.security_group_id
    alibaba.ecs.delete_security_group(region_id=REGION, security_group_id=made.security_group_id)


@pytest.fixture(scope="module")
def launch(alibaba, group, v_switch, other_switch):
    """Starts instances, and deletes them all before their vSwitches go."""
    key = unique("key")
    alibaba.ecs.import_key_pair(region_id=REGION, key_pair_name=key, public_key_body=public_key_line())
    made = []

    def launch(switch):
        answer = alibaba.ecs.run_instances(
            region_id=REGION, image_family=IMAGE_FAMILY, instance_type="ecs.t6-c1m1.large", security_group_id=group,
            v_switch_id=switch, instance_name=unique("host"), key_pair_name=key,
        )  # fmt: skip
        (instance,) = answer.instance_id_sets.instance_id_set
        made.append(instance)
        eventually(lambda: instance_of(alibaba, instance).status, lambda status: status == "Running")
        return instance

    yield launch
    for instance in made:
        alibaba.ecs.delete_instance(instance_id=instance, force=True)
    alibaba.ecs.delete_key_pairs(region_id=REGION, key_pair_names=json.dumps([key]))


def instance_of(alibaba, instance):
    (row,) = alibaba.ecs.describe_instances(
        region_id=REGION, instance_ids=json.dumps([instance])
    ).instances.instance
    return row


@pytest.fixture(scope="module")
def pair(launch, v_switch):
    return [launch(v_switch), launch(v_switch)]


def havips(alibaba, **filters):
    model = alibaba.vpc.models.DescribeHaVipsRequestFilter
    names = {"havip": "HaVipId", "address": "HaVipAddress", "switch": "VSwitchId", "vpc": "VpcId", "status": "Status"}
    return alibaba.vpc.describe_ha_vips(
        region_id=REGION, filter=[model(key=names[name], value=[value]) for name, value in filters.items()]
    ).ha_vips.ha_vip


def havip_of(alibaba, havip):
    (row,) = havips(alibaba, havip=havip)
    return row


def settled(alibaba, havip, status):
    return eventually(lambda: havip_of(alibaba, havip), lambda row: row.status == status)


@pytest.fixture
def havip(alibaba, v_switch):
    made = alibaba.vpc.create_ha_vip(
        region_id=REGION, v_switch_id=v_switch, ip_address="10.60.1.100", name="vip", description="shared",
        client_token=unique("token"), tag=[alibaba.vpc.models.CreateHaVipRequestTag(key="owner", value="contract")],
    )  # fmt: skip
    assert made.ip_address == "10.60.1.100"
    settled(alibaba, made.ha_vip_id, "Available")
    yield made.ha_vip_id
    for instance in havip_of(alibaba, made.ha_vip_id).associated_instances.associated_instance:
        take_off(alibaba, made.ha_vip_id, instance)
    alibaba.vpc.delete_ha_vip(region_id=REGION, ha_vip_id=made.ha_vip_id)
    eventually(lambda: not havips(alibaba, havip=made.ha_vip_id))


def put_on(alibaba, havip, instance):
    alibaba.vpc.associate_ha_vip(
        region_id=REGION, ha_vip_id=havip, instance_id=instance, instance_type="EcsInstance",
        client_token=unique("token"),
    )  # fmt: skip
    settled(alibaba, havip, "InUse")


def take_off(alibaba, havip, instance):
    alibaba.vpc.unassociate_ha_vip(region_id=REGION, ha_vip_id=havip, instance_id=instance, force="True")
    taken = lambda row: instance not in row.associated_instances.associated_instance and row.status != "Unassociating"
    eventually(lambda: havip_of(alibaba, havip), taken)


def test_an_address_is_found_by_each_filter_and_by_its_tag(alibaba, vpc, v_switch, havip):
    for filters in (
        {"havip": havip}, {"address": "10.60.1.100", "vpc": vpc.vpc_id}, {"switch": v_switch}, {"status": "Available"},
    ):  # fmt: skip
        (row,) = havips(alibaba, **filters)
        assert (row.ha_vip_id, row.ip_address, row.vpc_id) == (havip, "10.60.1.100", vpc.vpc_id)
    tags = alibaba.vpc.models.DescribeHaVipsRequestTags
    by_tag = lambda value: alibaba.vpc.describe_ha_vips(region_id=REGION, tags=[tags(key="owner", value=value)])
    assert [row.ha_vip_id for row in by_tag("contract").ha_vips.ha_vip] == [havip]
    assert by_tag("nobody").ha_vips.ha_vip == []
    assert havips(alibaba, address="10.60.1.101") == []
    with alibaba_refuses("InvalidFilterKey.ValueNotSupported"):
        alibaba.vpc.describe_ha_vips(
            region_id=REGION, filter=[alibaba.vpc.models.DescribeHaVipsRequestFilter(key="Colour", value=["red"])]
        )


def test_the_same_token_makes_one_address(alibaba, lab, v_switch):
    token = unique("token")
    first = alibaba.vpc.create_ha_vip(region_id=REGION, v_switch_id=v_switch, client_token=token)
    again = alibaba.vpc.create_ha_vip(region_id=REGION, v_switch_id=v_switch, client_token=token)
    assert (again.ha_vip_id, again.ip_address) == (first.ha_vip_id, first.ip_address)
    assert len(lab.made(token)) == 1
    settled(alibaba, first.ha_vip_id, "Available")
    alibaba.vpc.delete_ha_vip(region_id=REGION, ha_vip_id=first.ha_vip_id)
    eventually(lambda: not havips(alibaba, havip=first.ha_vip_id))


@pytest.mark.parametrize(
    "address, code",
    [
        ("10.60.2.100", "InvalidIPAddress.OutOfRange"),
        ("10.60.1.253", "InvalidIPAddress.NotAvailable"),
        ("10.60.1.100", "InvalidIPAddress.AlreadyUsed"),
        ("10.60.1", "InvalidIPAddress.Malformed"),
    ],
)
def test_an_address_must_be_free_in_the_vswitch(alibaba, v_switch, havip, address, code):
    with alibaba_refuses(code):
        alibaba.vpc.create_ha_vip(region_id=REGION, v_switch_id=v_switch, ip_address=address)


def test_an_instance_does_not_get_the_address(alibaba, v_switch, havip, pair):
    taken = {instance_of(alibaba, instance).vpc_attributes.private_ip_address.ip_address[0] for instance in pair}
    with alibaba_refuses("InvalidIPAddress.AlreadyUsed"):
        alibaba.vpc.create_ha_vip(region_id=REGION, v_switch_id=v_switch, ip_address=taken.pop())


def test_two_instances_share_the_address_and_nobody_holds_it_unannounced(alibaba, havip, pair):
    for instance in pair:
        put_on(alibaba, havip, instance)
    row = havip_of(alibaba, havip)
    assert row.associated_instance_type == "EcsInstance"
    assert set(row.associated_instances.associated_instance) == set(pair)
    assert row.master_instance_id == ""
    with alibaba_refuses("InvalidVip.Status"):
        alibaba.vpc.associate_ha_vip(region_id=REGION, ha_vip_id=havip, instance_id=pair[0])
    with alibaba_refuses("IncorrectHaVipStatus"):
        alibaba.vpc.delete_ha_vip(region_id=REGION, ha_vip_id=havip)
    take_off(alibaba, havip, pair[0])
    assert havip_of(alibaba, havip).status == "InUse"
    take_off(alibaba, havip, pair[1])
    assert havip_of(alibaba, havip).status == "Available"
    with alibaba_refuses("ResourceNotAssociated"):
        alibaba.vpc.unassociate_ha_vip(region_id=REGION, ha_vip_id=havip, instance_id=pair[0])


def test_only_an_instance_of_the_same_vswitch_can_hold_it(alibaba, havip, launch, other_switch):
    with alibaba_refuses("InvalidParameter"):
        alibaba.vpc.associate_ha_vip(region_id=REGION, ha_vip_id=havip, instance_id=launch(other_switch))
    with alibaba_refuses("InvalidInstanceId.NotFound", status=404):
        alibaba.vpc.associate_ha_vip(region_id=REGION, ha_vip_id=havip, instance_id="i-nobody")
    with alibaba_refuses("InvalidHaVipId.NotFound", status=404):
        alibaba.vpc.associate_ha_vip(region_id=REGION, ha_vip_id="havip-nobody", instance_id="i-nobody")


def test_a_route_leads_to_the_address_and_holds_it(alibaba, vpc, havip):
    route = alibaba.vpc.create_route_entry(
        region_id=REGION, route_table_id=vpc.route_table_id, destination_cidr_block="172.20.0.0/16",
        next_hop_type="HaVip", next_hop_id=havip,
    )  # fmt: skip
    entries = alibaba.vpc.describe_route_entry_list(
        region_id=REGION, route_table_id=vpc.route_table_id, destination_cidr_block="172.20.0.0/16"
    ).route_entrys.route_entry
    hops = [(hop.next_hop_type, hop.next_hop_id) for hop in entries[0].next_hops.next_hop]
    assert hops == [("HaVip", havip)]
    with alibaba_refuses("DependencyViolation.HaVipReferedByRouteEntry"):
        alibaba.vpc.delete_ha_vip(region_id=REGION, ha_vip_id=havip)
    alibaba.vpc.delete_route_entry(region_id=REGION, route_entry_id=route.route_entry_id)
    with alibaba_refuses("InvalidNextHop.NotFound", status=404):
        alibaba.vpc.create_route_entry(
            region_id=REGION, route_table_id=vpc.route_table_id, destination_cidr_block="172.20.0.0/16",
            next_hop_type="HaVip", next_hop_id="havip-nobody",
        )  # fmt: skip
