"""Edge Node Service, called by the vendor's SDK as it comes from the vendor."""

import ipaddress
import json
from types import SimpleNamespace

import pytest

from support import alibaba_refuses, eventually, public_key_line, unique

NODE = "cn-shanghai-4"
IMAGE = "centos_7_06_64_20G_alibase_20191119"
PASSWORD = "Contract-Pass-1"


@pytest.fixture(scope="module")
def ens(alibaba):
    return alibaba.ens


@pytest.fixture(scope="module")
def network(ens):
    made = ens.create_network(ens_region_id=NODE, cidr_block="10.0.0.0/16", network_name=unique("net"))
    look = lambda: ens.describe_networks(network_id=made.network_id).networks.network
    eventually(look, lambda rows: [row.status for row in rows] == ["Available"])
    yield made.network_id
    ens.delete_network(network_id=made.network_id)
    assert not look()


@pytest.fixture(scope="module")
def v_switch(ens, network):
    made = ens.create_vswitch(
        ens_region_id=NODE, network_id=network, cidr_block="10.0.2.0/24", v_switch_name=unique("switch")
    )
    look = lambda: ens.describe_vswitches(ens_region_id=NODE, network_id=network).v_switches.v_switch
    eventually(look, lambda rows: [row.status for row in rows] == ["Available"])
    yield made.v_switch_id
    ens.delete_vswitch(v_switch_id=made.v_switch_id)
    assert not look()


@pytest.fixture(scope="module")
def group(ens):
    rule = ens.models.CreateSecurityGroupRequestPermissions(
        direction="ingress",
        ip_protocol="TCP",
        port_range="22/22",
        source_cidr_ip="127.0.0.0/8",
        policy="Accept",
        priority=1,
    )
    made = ens.create_security_group(security_group_name=unique("group"), permissions=[rule])
    yield made.security_group_id
    ens.delete_security_group(security_group_id=made.security_group_id)


@pytest.fixture(scope="module")
def key(ens):
    name = unique("key")
    ens.import_key_pair(key_pair_name=name, public_key_body=public_key_line())
    (row,) = ens.describe_key_pairs(key_pair_name=name).key_pairs.key_pair
    assert row.key_pair_finger_print
    yield name
    ens.delete_key_pairs(key_pair_name=name)


def on_node(ens, name, **more):
    order = {
        "instance_name": name,
        "amount": 1,
        "instance_type": "ens.sn1.small",
        "instance_charge_type": "PostPaid",
        "image_id": IMAGE,
        "internet_max_bandwidth_out": 40,
        "internet_charge_type": "BandwidthByDay",
        "schedule_area_level": "Region",
        "ens_region_id": NODE,
        "carrier": "cmcc",
        "scheduling_strategy": "Concentrate",
        "system_disk": ens.models.RunInstancesRequestSystemDisk(size=20),
    }
    return order | more


def in_area(ens, name, **more):
    order = on_node(ens, name, schedule_area_level="Big", net_district_code="100104", scheduling_strategy="Disperse")
    del order["ens_region_id"]
    return order | {"password": PASSWORD, "scheduling_price_strategy": "PriceHighPriority"} | more


def named(ens, name):
    return ens.describe_instances(instance_name=name).instances.instance


def running(ens, name):
    return eventually(lambda: named(ens, name), lambda rows: rows and all(row.status == "Running" for row in rows))


@pytest.fixture(scope="module")
def started(ens, v_switch, network, group, key):
    """An instance in a network of its own, which runs by now."""
    name = unique("host")
    order = on_node(
        ens,
        name,
        host_name="contract",
        key_pair_name=key,
        net_work_id=network,
        v_switch_id=v_switch,
        private_ip_address="10.0.2.10",
        security_id=group,
        tag=[ens.models.RunInstancesRequestTag(key="owner", value="contract")],
    )
    answer = ens.run_instances(**order)
    assert answer.order_id
    (instance_id,) = answer.instance_ids
    (row,) = running(ens, name)
    yield SimpleNamespace(instance_id=instance_id, name=name, row=row)
    ens.release_post_paid_instance(instance_id=instance_id)
    assert not named(ens, name)


# Places


def test_nodes_areas_and_carriers_are_told(ens):
    nodes = ens.describe_ens_regions().ens_regions.ens_regions
    assert NODE in [node.ens_region_id for node in nodes]
    (node,) = ens.describe_ens_regions(ens_region_id=NODE).ens_regions.ens_regions
    assert node.area == "EastChina"
    areas = ens.describe_ens_net_district(net_level_code="Big").ens_net_districts.ens_net_district
    east = next(area for area in areas if area.net_district_name == "华东")
    assert east.net_district_code == "100104" and int(east.ens_region_id_count) > 1
    on_sale = ens.describe_ens_net_sale_district(net_level_code="Big").ens_net_districts.ens_net_district
    assert {area.net_district_code for area in on_sale} == {area.net_district_code for area in areas}
    assert {isp.code for isp in ens.describe_region_isps(ens_region_id=NODE).isps} == {"cmcc", "telecom", "unicom"}
    with alibaba_refuses("InvalidNetLevelCode"):
        ens.describe_ens_net_district(net_level_code="Huge")


def test_images_and_types_are_found(ens):
    images = ens.describe_images(image_name="centos*", page_number="1", page_size="50").images.image
    assert [image.image_id for image in images] == [IMAGE]
    public = ens.describe_image_infos(os_type="Linux").images.image
    assert IMAGE in [image.image_id for image in public]
    types = ens.describe_instance_types().instance_types.instance_type
    assert next(row for row in types if row.instance_type == "ens.sn1.small").cpu_core_count == 2


# Instances


def test_an_instance_tells_both_of_its_addresses(ens, started, network, v_switch, group):
    row = started.row
    assert row.instance_id == started.instance_id
    assert row.ens_region_id == NODE and row.image_id == IMAGE and row.spec_name == "ens.sn1.small"
    assert [entry.ip for entry in row.private_ip_addresses.private_ip_address] == ["10.0.2.10"]
    (public,) = row.public_ip_addresses.public_ip_address
    assert ipaddress.ip_address(public.ip).is_loopback and public.isp == "cmcc"
    assert row.public_ip_address.ip_address == [public.ip]
    assert row.network_attributes.network_id == network and row.network_attributes.v_switch_id == v_switch
    assert row.security_group_ids.security_group_id == [group]
    assert [(tag.tag_key, tag.tag_value) for tag in row.tags.tags] == [("owner", "contract")]


def test_instances_are_found_by_id_key_place_and_tag(ens, started, v_switch):
    models = ens.models
    for search in (
        {"instance_ids": json.dumps([started.instance_id])},
        {"search_key": "10.0.2.10"},
        {"v_switch_id": v_switch},
        {"ens_region_ids": json.dumps([NODE]), "instance_name": started.name},
        {"tags": [models.DescribeInstancesRequestTags(key="owner", value="contract")]},
    ):
        rows = ens.describe_instances(**search).instances.instance
        assert [row.instance_id for row in rows] == [started.instance_id], search
    assert not ens.describe_instances(instance_ids="[]").instances.instance


def test_power_and_password(ens, started):
    ens.stop_instance(instance_id=started.instance_id)
    stopped = lambda: ens.describe_instances(instance_id=started.instance_id, status="Stopped").instances.instance
    eventually(stopped)
    with alibaba_refuses("IncorrectInstanceStatus"):
        ens.reboot_instance(instance_id=started.instance_id)
    with alibaba_refuses("InvalidPassword"):
        ens.modify_instance_attribute(instance_id=started.instance_id, password="weak")
    ens.modify_instance_attribute(instance_id=started.instance_id, password=PASSWORD)
    ens.start_instance(instance_id=started.instance_id)
    running(ens, started.name)


def test_the_same_order_twice_is_two_orders(ens, lab):
    name = unique("twice")
    made = [ens.run_instances(**in_area(ens, name)).instance_ids[0] for _ in range(2)]
    assert len(set(made)) == 2
    rows = running(ens, name)
    assert {row.instance_id for row in rows} == set(made)
    # Kept apart, as ordered: on different nodes.
    assert len({row.ens_region_id for row in rows}) == 2
    for instance_id in made:
        ens.release_post_paid_instance(instance_id=instance_id)
    with alibaba_refuses("InstanceIdNotFound", status=404):
        ens.release_post_paid_instance(instance_id=made[0])


def test_a_prepared_range_gives_the_private_addresses(ens, lab):
    inputs = {"range": "10.128.0.0/9", "hosts": "10.200.1.0/24", "node": "cn-hangzhou-44"}
    assert lab.act("ens-range", **inputs) == {"nodes": ["cn-hangzhou-44"]}
    name = unique("range")
    (instance_id,) = ens.run_instances(**on_node(ens, name, ens_region_id="cn-hangzhou-44", password=PASSWORD)).instance_ids
    (row,) = running(ens, name)
    address = row.private_ip_addresses.private_ip_address[0].ip
    assert ipaddress.ip_address(address) in ipaddress.ip_network("10.200.1.0/24")
    ens.release_post_paid_instance(instance_id=instance_id)
    lab.act("ens-range", **inputs, undo=True)


def test_orders_that_cannot_be_are_refused(ens, v_switch):
    with alibaba_refuses("SaleControlVerificationFailedInstanceDistrict", status=403):
        ens.run_instances(**in_area(ens, unique("no"), net_district_code="100105"))
    with alibaba_refuses("InvalidVSwitchId"):
        ens.run_instances(**in_area(ens, unique("no"), v_switch_id=v_switch))
    with alibaba_refuses("MissingPassword"):
        ens.run_instances(**on_node(ens, unique("no")))
    with alibaba_refuses("InvalidImageId.NotFound", status=404):
        ens.run_instances(**on_node(ens, unique("no"), image_id="m-none", password=PASSWORD))
    with alibaba_refuses("MissingPeriod"):
        ens.run_instances(**on_node(ens, unique("no"), instance_charge_type="PrePaid", password=PASSWORD))


def test_what_is_used_cannot_be_deleted(ens, started, network, v_switch, group):
    with alibaba_refuses("DependencyViolation.Instance"):
        ens.delete_vswitch(v_switch_id=v_switch)
    with alibaba_refuses("DependencyViolation.VSwitch"):
        ens.delete_network(network_id=network)
    with alibaba_refuses("DependencyViolation", status=403):
        ens.delete_security_group(security_group_id=group)


# Security groups


def test_rules_are_added_and_taken_away(ens, group):
    rule = {"security_group_id": group, "ip_protocol": "udp", "port_range": "10000/10100", "source_cidr_ip": "0.0.0.0/0"}
    ens.authorize_security_group(**rule, policy="Accept", priority=2)
    rules = ens.describe_security_group_attribute(security_group_id=group).permissions.permission
    assert [(row.ip_protocol, row.port_range, row.priority) for row in rules] == [
        ("TCP", "22/22", 1),
        ("UDP", "10000/10100", 2),
    ]
    ens.revoke_security_group(**rule, policy="Accept", priority=2)
    with alibaba_refuses("InvalidSecurityGroupRule.RuleNotExist"):
        ens.revoke_security_group(**rule, policy="Accept", priority=2)


def test_an_instance_joins_and_leaves_a_group(ens, started, group):
    other = ens.create_security_group(security_group_name=unique("other")).security_group_id
    running(ens, started.name)
    ens.join_security_group(security_group_id=other, instance_id=started.instance_id)
    (row,) = named(ens, started.name)
    assert row.security_group_ids.security_group_id == [group, other]
    (found,) = ens.describe_security_groups(security_group_id=other).security_groups.security_group
    assert found.instance_count == 1 and found.instance_ids.instance_id == [started.instance_id]
    with alibaba_refuses("InvalidInstanceId.AlreadyExists"):
        ens.join_security_group(security_group_id=other, instance_id=started.instance_id)
    ens.leave_security_group(security_group_id=other, instance_id=started.instance_id)
    ens.delete_security_group(security_group_id=other)
