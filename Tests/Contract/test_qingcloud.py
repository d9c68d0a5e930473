"""QingCloud's IaaS of the lab, called by qingcloud-sdk as it comes from the vendor."""

import pytest
from qingcloud.iaas.router_static import RouterStaticFactory
from qingcloud.iaas.sg_rule import SecurityGroupRuleFactory

from support import eventually, public_key_line, unique


def good(answer):
    """The answer of a call that has to succeed."""
    assert answer["ret_code"] == 0, answer
    return answer


def refused(answer, code):
    """A refusal says why, in words that begin with its kind."""
    assert answer["ret_code"] == code, answer
    assert answer["action"].endswith("Response")
    assert "," in answer["message"]


def finish(qingcloud, answer):
    """Waits for the job of an answer, as the SDK's own users do: it may not be listed at first."""
    job = good(answer)["job_id"]
    rows = eventually(
        lambda: good(qingcloud.describe_jobs(jobs=[job]))["job_set"],
        lambda rows: rows and rows[0]["status"] not in ("pending", "working"),
    )
    assert rows[0]["status"] == "successful", rows
    assert rows[0]["job_id"] == job
    return rows[0]


def only(answer, name):
    (row,) = good(answer)[f"{name}_set"]
    assert answer["total_count"] == 1
    return row


# The world that the tests share


@pytest.fixture(scope="module")
def image(qingcloud):
    rows = good(qingcloud.describe_images(os_family="ubuntu", provider="system", status=["available"]))["image_set"]
    return next(row["image_id"] for row in rows if "22.04" in row["image_name"])


@pytest.fixture(scope="module")
def key(qingcloud):
    made = qingcloud.create_keypair(unique("key"), mode="user", public_key=public_key_line())
    key_id = good(made)["keypair_id"]
    assert "private_key" not in made
    yield key_id
    good(qingcloud.delete_keypairs([key_id]))


@pytest.fixture(scope="module")
def router(qingcloud):
    made = qingcloud.create_routers(count=1, router_name=unique("vpc"), vpc_network="192.168.0.0/16", router_type="1")
    (router_id,) = good(made)["routers"]
    finish(qingcloud, made)
    row = only(qingcloud.describe_routers([router_id]), "router")
    assert (row["status"], row["transition_status"], row["is_applied"]) == ("active", "", 1)
    yield router_id
    finish(qingcloud, qingcloud.delete_routers([router_id]))
    refused(qingcloud.describe_routers([router_id]), 2100)


@pytest.fixture(scope="module")
def vxnet(qingcloud, router):
    (vxnet_id,) = good(qingcloud.create_vxnets(unique("vxnet"), vxnet_type=1, count=1))["vxnets"]
    finish(qingcloud, qingcloud.join_router(vxnet_id, router, "192.168.129.0/24", features=1))
    yield vxnet_id
    finish(qingcloud, qingcloud.leave_router(router, [vxnet_id]))
    good(qingcloud.delete_vxnets([vxnet_id]))


@pytest.fixture(scope="module")
def instance(qingcloud, image, key, vxnet):
    made = qingcloud.run_instances(
        image, cpu=1, memory=1024, instance_name=unique("vm"), vxnets=[f"{vxnet}|192.168.129.10"],
        login_mode="keypair", login_keypair=key,
    )
    (instance_id,) = good(made)["instances"]
    row = only(qingcloud.describe_instances([instance_id]), "instance")
    assert (row["status"], row["transition_status"]) == ("pending", "creating")
    finish(qingcloud, made)
    eventually(
        lambda: only(qingcloud.describe_instances([instance_id], verbose=1), "instance")["vxnets"][0]["private_ip"],
        lambda address: address == "192.168.129.10",
    )
    yield instance_id
    finish(qingcloud, qingcloud.terminate_instances([instance_id], direct_cease=1))
    assert only(qingcloud.describe_instances([instance_id]), "instance")["status"] == "ceased"


# Account and lists


def test_zones_and_images_are_listed(qingcloud, image):
    assert "pek3" in [row["zone_id"] for row in good(qingcloud.describe_zones())["zone_set"]]
    assert only(qingcloud.describe_images([image]), "image")["platform"] == "linux"
    refused(qingcloud.describe_images(["img-none"]), 2100)


def test_a_foreign_key_a_wrong_secret_and_an_unknown_zone_are_refused(lab):
    refused(lab.qingcloud(key="NOBODY").describe_zones(), 1200)
    refused(lab.qingcloud(secret="wrong").describe_zones(), 1200)
    refused(lab.qingcloud(zone="nowhere").describe_zones(), 1101)


def test_what_is_no_action_or_no_parameter_is_refused(qingcloud):
    refused(qingcloud.send_request("DescribeNothing", {}), 1101)
    refused(qingcloud.send_request("DescribeVxnets", {"colour": "red"}), 1100)
    refused(qingcloud.send_request("CreateNics", {}), 1100)


def test_forms_are_signed_like_queries(qingcloud):
    answer = qingcloud.send_request("DescribeVxnets", {"search_word": "a b+c"}, verb="POST")
    assert good(answer)["vxnet_set"] == []


def test_lists_come_in_pages_of_at_most_a_hundred(qingcloud, vxnet):
    nics = good(qingcloud.create_nics(vxnet, nic_name=unique("many"), count=101))["nics"]
    ids = [nic["nic_id"] for nic in nics]
    assert len(set(nic["private_ip"] for nic in nics)) == 101
    first = good(qingcloud.describe_nics(vxnets=[vxnet], status="available", limit=200))
    assert (len(first["nic_set"]), first["total_count"]) == (100, 101)
    rest = good(qingcloud.describe_nics(vxnets=[vxnet], status="available", offset=100, limit=100))
    assert {row["nic_id"] for row in first["nic_set"] + rest["nic_set"]} == set(ids)
    assert len(good(qingcloud.describe_nics(vxnets=[vxnet], status="available"))["nic_set"]) == 20
    good(qingcloud.delete_nics(ids))


# NICs


def test_a_nic_is_attached_and_detached(qingcloud, vxnet, instance):
    name = unique("nic")
    (made,) = good(qingcloud.create_nics(vxnet, nic_name=name, private_ips=["192.168.129.5"]))["nics"]
    nic = made["nic_id"]
    assert made["private_ip"] == "192.168.129.5"
    assert only(qingcloud.describe_nics(nic_name=name, vxnets=[vxnet]), "nic")["status"] == "available"
    refused(qingcloud.create_nics(vxnet, private_ips=["192.168.129.5"]), 1400)
    refused(qingcloud.create_nics(vxnet, private_ips=["192.168.200.5"]), 1100)
    job = finish(qingcloud, qingcloud.attach_nics([nic], instance))
    assert job["job_action"] == "AttachNics"
    assert set(job["resource_ids"].split()) == {nic, instance}
    row = only(qingcloud.describe_nics([nic]), "nic")
    assert (row["status"], row["instance_id"], row["role"], row["sequence"]) == ("in-use", instance, 0, 1)
    refused(qingcloud.attach_nics([nic], instance), 1400)
    refused(qingcloud.delete_nics([nic]), 5400)
    finish(qingcloud, qingcloud.detach_nics([nic]))
    assert only(qingcloud.describe_nics([nic]), "nic")["instance_id"] == ""
    good(qingcloud.delete_nics([nic]))
    refused(qingcloud.describe_nics([nic]), 2100)


def test_the_instances_own_nic_cannot_be_detached(qingcloud, vxnet, instance):
    row = only(qingcloud.describe_nics(vxnets=[vxnet], status="in-use"), "nic")
    assert row["role"] == 1
    refused(qingcloud.detach_nics([row["nic_id"]]), 1400)


def test_two_creations_with_one_name_are_two_nics(qingcloud, vxnet):
    name = unique("twice")
    ids = [good(qingcloud.create_nics(vxnet, nic_name=name))["nics"][0]["nic_id"] for _ in range(2)]
    assert good(qingcloud.describe_nics(nic_name=name))["total_count"] == 2
    good(qingcloud.delete_nics(ids))


# Vxnets and routers


def test_a_vxnet_shows_its_place_and_its_members(qingcloud, router, vxnet, instance):
    row = only(qingcloud.describe_vxnets([vxnet], verbose=1), "vxnet")
    assert (row["vpc_router_id"], row["router"]["ip_network"]) == (router, "192.168.129.0/24")
    assert row["router"]["manager_ip"] == "192.168.129.1"
    assert row["instance_ids"] == [instance]
    member = only(qingcloud.describe_router_vxnets(router), "router_vxnet")
    assert (member["vxnet_id"], member["dyn_ip_end"]) == (vxnet, "192.168.129.254")


def test_what_is_in_use_is_not_deleted(qingcloud, router, vxnet, key, instance):
    refused(qingcloud.delete_vxnets([vxnet]), 5400)
    refused(qingcloud.delete_routers([router]), 5400)
    refused(qingcloud.leave_router(router, [vxnet]), 5400)
    refused(qingcloud.delete_keypairs([key]), 5400)


def test_a_static_waits_for_the_routers_update(qingcloud, router, vxnet, instance):
    static = RouterStaticFactory.create(
        RouterStaticFactory.TYPE_PORT_FORWARDING, src_port=8080, dst_ip="192.168.129.10", dst_port=80
    )
    (first,) = good(qingcloud.add_router_statics(router, [static.to_json()]))["router_statics"]
    option = {"static_type": 3, "val1": instance, "val2": "domain-name-servers=8.8.8.8"}
    (second,) = good(qingcloud.add_router_statics(router, [option]))["router_statics"]
    assert only(qingcloud.describe_routers([router]), "router")["is_applied"] == 0
    answer = qingcloud.update_routers([router])
    assert only(qingcloud.describe_routers([router]), "router")["transition_status"] == "updating"
    refused(qingcloud.update_routers([router]), 1400)
    finish(qingcloud, answer)
    assert only(qingcloud.describe_routers([router]), "router")["is_applied"] == 1
    assert only(qingcloud.describe_router_statics(router=router, static_type=3), "router_static")["val1"] == instance
    refused(qingcloud.add_router_statics(router, [{"static_type": 3, "val1": "i-none", "val2": ""}]), 2100)
    good(qingcloud.delete_router_statics([first, second]))
    refused(qingcloud.delete_router_statics([first]), 2100)
    finish(qingcloud, qingcloud.update_routers([router]))


# Routing tables, which the SDK does not wrap


def test_a_routing_table_serves_a_vxnet(qingcloud, router, vxnet):
    def call(action, **parameters):
        return qingcloud.send_request(action, parameters)

    table = good(call("CreateRouteTable", routing_table_name="t", routing_table_type=0, rtable_rtype=2))["routing_table"]
    finish(qingcloud, call("AssociateRouteTable", routing_table=table, resource=vxnet))
    rule = {"routing_table_rule_name": "far", "network": "172.17.0.0/24", "nexthop": "192.168.129.5", "nexthop_type": 3}
    (rule_id,) = good(call("AddRoutes", routing_table=table, rules=[rule]))["routing_table_rules"]
    refused(call("AddRoutes", routing_table=table, rules=[rule]), 2110)
    assert only(call("DescribeRouteTables", routing_tables=[table], verbose=1), "routing_table")["is_applied"] == 0
    finish(qingcloud, call("UpdateRouteTable", routing_table=table))
    row = only(call("DescribeRouteTables", routing_tables=[table], verbose=1), "routing_table")
    assert row["is_applied"] == 1
    own, added = row["routing_table_rule_set"]
    assert (own["network"], own["nexthop"], own["nexthop_type"]) == ("192.168.129.0/24", router, 2)
    assert (added["rtable_rule_id"], added["nexthop"]) == (rule_id, "192.168.129.5")
    assert only(call("DescribeRoutingTableResources", resources=[vxnet]), "resource_user_group")["rtable_id"] == table
    refused(call("RemoveRoutes", routing_table_rules=[own["rtable_rule_id"]]), 1400)
    refused(call("DeleteRouteTables", routing_tables=[table]), 5400)
    good(call("RemoveRoutes", routing_table_rules=[rule_id]))
    finish(qingcloud, call("UpdateRouteTable", routing_table=table))
    finish(qingcloud, call("DissociateRouteTable", routing_table=table, resource=vxnet))
    good(call("DeleteRouteTables", routing_tables=[table]))


# Addresses, groups, tags


def test_an_address_is_bound_to_an_instance(qingcloud, instance):
    (eip,) = good(qingcloud.allocate_eips(4, billing_mode="traffic", eip_name=unique("eip")))["eips"]
    finish(qingcloud, qingcloud.associate_eip(eip, instance))
    row = only(qingcloud.describe_eips([eip]), "eip")
    assert (row["status"], row["resource"]["resource_id"]) == ("associated", instance)
    assert only(qingcloud.describe_instances([instance]), "instance")["eip"]["eip_addr"] == row["eip_addr"]
    refused(qingcloud.release_eips([eip]), 5400)
    finish(qingcloud, qingcloud.dissociate_eips([eip]))
    assert only(qingcloud.describe_eips([eip]), "eip")["status"] == "available"
    finish(qingcloud, qingcloud.release_eips([eip]))


def test_rules_wait_for_the_groups_application(qingcloud, instance):
    group = good(qingcloud.create_security_group(unique("group")))["security_group_id"]
    rules = [
        SecurityGroupRuleFactory.create("tcp", 1, start_port=22, end_port=22, security_group_rule_name="ssh").to_json(),
        SecurityGroupRuleFactory.create("icmp", 2, val1="8", val2="0").to_json(),
    ]
    ids = good(qingcloud.add_security_group_rules(group, rules))["security_group_rules"]
    assert only(qingcloud.describe_security_groups([group]), "security_group")["is_applied"] == 0
    finish(qingcloud, qingcloud.apply_security_group(group, [instance]))
    row = only(qingcloud.describe_security_groups([group], verbose=1), "security_group")
    assert (row["is_applied"], row["resources"][0]["resource_id"]) == (1, instance)
    listed = good(qingcloud.describe_security_group_rules(group))["security_group_rule_set"]
    assert [(row["protocol"], row["val1"], row["priority"]) for row in listed] == [("tcp", "22", 1), ("icmp", "8", 2)]
    refused(qingcloud.delete_security_groups([group]), 5400)
    finish(qingcloud, qingcloud.remove_security_group([instance]))
    good(qingcloud.delete_security_group_rules(ids))
    good(qingcloud.delete_security_groups([group]))


def test_a_tag_finds_what_it_is_on(qingcloud, vxnet, instance):
    name = unique("tag")
    tag = good(qingcloud.create_tag(name))["tag_id"]
    refused(qingcloud.create_tag(name), 2110)
    pairs = [
        {"tag_id": tag, "resource_type": "vxnet", "resource_id": vxnet},
        {"tag_id": tag, "resource_type": "instance", "resource_id": instance},
    ]
    good(qingcloud.attach_tags(pairs))
    assert only(qingcloud.describe_vxnets(tags=[tag]), "vxnet")["vxnet_id"] == vxnet
    assert only(qingcloud.describe_instances(tags=[tag]), "instance")["tags"][0]["tag_name"] == name
    good(qingcloud.detach_tags(pairs[:1]))
    assert good(qingcloud.describe_vxnets(tags=[tag]))["vxnet_set"] == []
    good(qingcloud.delete_tags([tag]))


# Instances


def test_an_instance_stops_and_starts(qingcloud, instance):
    answer = qingcloud.stop_instances([instance])
    assert only(qingcloud.describe_instances([instance]), "instance")["transition_status"] == "stopping"
    refused(qingcloud.restart_instances([instance]), 1400)
    finish(qingcloud, answer)
    assert only(qingcloud.describe_instances([instance], status=["stopped"]), "instance")["status"] == "stopped"
    finish(qingcloud, qingcloud.start_instances([instance]))
    finish(qingcloud, qingcloud.restart_instances([instance]))
    assert only(qingcloud.describe_instances([instance]), "instance")["status"] == "running"


def test_access_points_are_listed(qingcloud):
    assert good(qingcloud.describe_wan_accesss(access_type=["cpe"]))["wan_access_set"] == []
    refused(qingcloud.describe_wan_accesss(wan_accesss=["wacc-none"]), 2100)
