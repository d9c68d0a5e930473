"""Azure in the lab, called by azure-identity and azure-mgmt-* as they come from the vendor: tutorial 4.3 and its edges."""

import base64
import ipaddress

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from support import azure_refuses, checked, done, eventually, public_key_line, unique

LOCATION = "westeurope"
IMAGE = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}
ALIYUN = "172.16.1.0/24"
BEHIND = "172.16.1.1"


def rule(name, priority, port="22", protocol="Tcp", **more):
    """One that lets in from everywhere, unless it is told otherwise."""
    properties = {
        "access": "Allow",
        "direction": "Inbound",
        "priority": priority,
        "protocol": protocol,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }
    return {"name": name, "properties": properties | more}


def machine(name, nic, **change):
    """The body of a virtual machine, as the tutorial makes one."""
    properties = {
        "hardwareProfile": {"vmSize": "Standard_B2s"},
        "storageProfile": {
            "imageReference": IMAGE,
            "osDisk": {
                "name": f"{name}-os",
                "createOption": "FromImage",
                "deleteOption": "Delete",
                "managedDisk": {"storageAccountType": "StandardSSD_LRS"},
            },
        },
        "osProfile": {
            "computerName": name,
            "adminUsername": "azureuser",
            "customData": base64.b64encode(b"#!/bin/sh\necho ready > /var/lib/ready\n").decode(),
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "ssh": {
                    "publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": public_key_line()}]
                },
            },
        },
        "networkProfile": {"networkInterfaces": [{"id": nic, "properties": {"primary": True, "deleteOption": "Delete"}}]},
    }
    return {"location": LOCATION, "tags": {"owner": "contract"}, "properties": properties | change}


# The world that the tests share


@pytest.fixture(scope="module")
def group(azure):
    name = unique("rg")
    made = checked(azure.resources.resource_groups.create_or_update(name, {"location": LOCATION, "tags": {"a": "b"}}))
    assert made.properties.provisioning_state == "Succeeded"
    yield name
    azure.resources.resource_groups.begin_delete(name).result()
    assert not azure.resources.resource_groups.check_existence(name)


@pytest.fixture(scope="module")
def vnet(azure, group):
    """`zxtest` with a subnet for the vCPE and one for the workload."""
    subnets = [
        {"name": "test", "properties": {"addressPrefix": "10.255.0.0/24"}},
        {"name": "biz", "properties": {"addressPrefix": "10.255.1.0/24"}},
    ]
    space = {"addressPrefixes": ["10.255.0.0/16"]}
    body = {"location": LOCATION, "properties": {"addressSpace": space, "subnets": subnets}}
    return done(azure.network.virtual_networks.begin_create_or_update(group, "zxtest", body))


@pytest.fixture(scope="module")
def nsg(azure, group):
    body = {"location": LOCATION, "properties": {"securityRules": [rule("ssh", 100, sourceAddressPrefix="127.0.0.0/8")]}}
    return done(azure.network.network_security_groups.begin_create_or_update(group, "vcpe", body))


@pytest.fixture(scope="module")
def public_ip(azure, group):
    body = {
        "location": LOCATION,
        "sku": {"name": "Standard", "tier": "Regional"},
        "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
    }
    return done(azure.network.public_ip_addresses.begin_create_or_update(group, "vcpe", body))


def put_nic(azure, group, name, subnet, nsg=None, **configuration):
    body = {
        "location": LOCATION,
        "properties": {"ipConfigurations": [{"name": "ipconfig1", "properties": {"subnet": {"id": subnet}} | configuration}]},
    }
    if nsg:
        body["properties"]["networkSecurityGroup"] = {"id": nsg}
    return done(azure.network.network_interfaces.begin_create_or_update(group, name, body))


@pytest.fixture(scope="module")
def vcpe(azure, group, vnet, nsg, public_ip):
    nic = put_nic(
        azure,
        group,
        "vcpe",
        vnet.subnets[0].id,
        nsg.id,
        privateIPAllocationMethod="Static",
        privateIPAddress="10.255.0.4",
        publicIPAddress={"id": public_ip.id},
    )
    return done(azure.compute.virtual_machines.begin_create_or_update(group, "vcpe", machine("vcpe", nic.id)))


@pytest.fixture(scope="module")
def workload(azure, group, vnet):
    """With a security group that has no rules of its own: what comes in is what the default rules let in."""
    closed = done(azure.network.network_security_groups.begin_create_or_update(group, "biz", {"location": LOCATION}))
    nic = put_nic(azure, group, "biz", vnet.subnets[1].id, closed.id)
    assert nic.ip_configurations[0].private_ip_address == "10.255.1.4"
    return done(azure.compute.virtual_machines.begin_create_or_update(group, "biz", machine("biz", nic.id)))


@pytest.fixture(scope="module")
def table(azure, group, vnet):
    body = {"location": LOCATION, "properties": {"disableBgpRoutePropagation": False}}
    return done(azure.network.route_tables.begin_create_or_update(group, "test", body))


def run(azure, group, name, *lines):
    """What a command on a machine said, by the agent's words."""
    body = {"commandId": "RunShellScript", "script": list(lines)}
    result = azure.compute.virtual_machines.begin_run_command(group, name, body).result()
    return checked(result).value[0].message


# Sign-in


def test_a_token_lives_for_an_hour(lab):
    token = lab.azure_credential().get_token("https://management.azure.com/.default")
    assert token.token and token.expires_on


@pytest.mark.parametrize(
    "change, words",
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "AADSTS700016"),
    ],
    ids=["secret", "client"],
)
def test_a_wrong_credential_is_refused_with_the_vendors_number(lab, change, words):
    with pytest.raises(ClientAuthenticationError, match=words):
        lab.azure_credential(**change).get_token("https://management.azure.com/.default")


def test_a_scope_of_another_api_is_refused(lab):
    with pytest.raises(ClientAuthenticationError, match="AADSTS500011"):
        lab.azure_credential().get_token("https://graph.microsoft.com/.default")


def test_a_token_that_has_ended_is_refused_and_a_new_one_is_good(lab):
    client = lab.azure(ResourceManagementClient)
    lab.fault("azure:ResourceGroups_List:expired-token:1")
    for _ in range(2):
        with pytest.raises(ClientAuthenticationError) as caught:
            list(client.resource_groups.list())
        assert caught.value.error.code == "ExpiredAuthenticationToken"
    list(lab.azure(ResourceManagementClient).resource_groups.list())


# Subscription, providers, what there is to buy


def test_the_subscription_is_enabled_and_has_locations(azure, lab):
    subscription = lab.credentials["azure"]["subscription_id"]
    (found,) = checked(list(azure.subscriptions.subscriptions.list()))
    assert (found.subscription_id, found.state) == (subscription, "Enabled")
    assert checked(azure.subscriptions.subscriptions.get(subscription)).tenant_id == lab.credentials["azure"]["tenant_id"]
    names = {row.name for row in checked(list(azure.subscriptions.subscriptions.list_locations(subscription)))}
    assert LOCATION in names


def test_another_subscription_is_not_there(lab):
    credential = lab.azure_credential()
    client = NetworkManagementClient(
        credential,
        "00000000-0000-0000-0000-000000000000",
        base_url=lab.endpoints["azure"].replace("http", "https", 1),
        transport=lab.azure(ResourceManagementClient, credential)._client._pipeline._transport,
        retry_total=0,
    )
    with azure_refuses("SubscriptionNotFound", status=404):
        list(client.route_tables.list_all())


@pytest.mark.parametrize("namespace", ["Microsoft.Network", "Microsoft.Compute"])
def test_the_providers_are_registered(azure, namespace):
    provider = checked(azure.resources.providers.get(namespace))
    assert provider.registration_state == "Registered"
    assert checked(azure.resources.providers.register(namespace)).registration_state == "Registered"
    assert {row.namespace for row in azure.resources.providers.list()} >= {namespace}


def test_sizes_have_capabilities_and_restrictions(azure):
    rows = checked(list(azure.compute.resource_skus.list(filter=f"location eq '{LOCATION}'")))
    sizes = {row.name: row for row in rows if row.resource_type == "virtualMachines"}
    capabilities = {row.name: row.value for row in sizes["Standard_B2s"].capabilities}
    assert (capabilities["vCPUs"], capabilities["MemoryGB"]) == ("2", "4")
    assert not sizes["Standard_B2s"].restrictions
    assert sizes["Standard_NC6s_v3"].restrictions[0].reason_code == "NotAvailableForSubscription"


def test_the_list_of_all_sizes_comes_in_many_pages(azure):
    pages = list(azure.compute.resource_skus.list().by_page())
    assert len(pages) > 5


def test_images_are_listed_down_to_their_versions(azure):
    images = azure.compute.virtual_machine_images
    assert "Canonical" in {row.name for row in checked(images.list_publishers(LOCATION))}
    assert IMAGE["offer"] in {row.name for row in checked(images.list_offers(LOCATION, "Canonical"))}
    assert IMAGE["sku"] in {row.name for row in checked(images.list_skus(LOCATION, "Canonical", IMAGE["offer"]))}
    versions = checked(images.list(LOCATION, "Canonical", IMAGE["offer"], IMAGE["sku"]))
    assert len(versions) > 1
    assert checked(images.get(LOCATION, "Canonical", IMAGE["offer"], IMAGE["sku"], versions[-1].name)).os_disk_image
    assert images.list(LOCATION, "OpenLogic", "CentOS", "7_9-gen2") == []
    with azure_refuses("NotFound", status=404):
        images.list(LOCATION, "Canonical", "none", "none")


# Groups, lists, errors


def test_a_group_is_looked_for_made_labelled_and_taken_away(azure):
    name = unique("group")
    groups = azure.resources.resource_groups
    assert not groups.check_existence(name)
    with pytest.raises(ResourceNotFoundError) as caught:
        groups.get(name)
    assert caught.value.error.code == "ResourceGroupNotFound"
    groups.create_or_update(name, {"location": LOCATION})
    assert groups.check_existence(name.upper())
    groups.create_or_update(name, {"location": "West Europe", "tags": {"step": "one"}})
    assert [row.name for row in groups.list(filter="tagName eq 'step' and tagValue eq 'one'")] == [name]
    with pytest.raises(ResourceExistsError) as caught:
        groups.create_or_update(name, {"location": "northeurope"})
    assert caught.value.error.code == "InvalidResourceGroupLocation"
    groups.begin_delete(name).result()
    assert not groups.check_existence(name)


def test_what_was_made_is_found_by_its_tag(azure, group, table):
    body = {"location": LOCATION, "tags": {"run": "run-1"}, "properties": {}}
    made = done(azure.network.route_tables.begin_create_or_update(group, "tagged", body))
    found = checked(list(azure.resources.resources.list(filter="tagName eq 'run' and tagValue eq 'run-1'")))
    assert [row.id for row in found] == [made.id]
    changed = checked(azure.network.route_tables.update_tags(group, "tagged", {"tags": {"run": "run-2"}}))
    assert changed.tags == {"run": "run-2"}
    azure.network.route_tables.begin_delete(group, "tagged").result()
    assert list(azure.resources.resources.list(filter="tagName eq 'run'")) == []


def test_lists_go_on_where_a_page_ends(azure, group, table):
    for number in range(25):
        body = {"properties": {"addressPrefix": f"172.20.{number}.0/24", "nextHopType": "None"}}
        done(azure.network.routes.begin_create_or_update(group, "test", f"page-{number}", body))
    pages = [[row.name for row in page] for page in azure.network.routes.list(group, "test").by_page()]
    assert [len(page) for page in pages] == [20, 5]
    assert [name for page in pages for name in page] == [f"page-{number}" for number in range(25)]
    for name in (name for page in pages for name in page):
        azure.network.routes.begin_delete(group, "test", name).result()
    assert list(azure.network.routes.list(group, "test")) == []


def test_top_makes_pages_smaller(azure, group, vnet, table):
    listed = azure.resources.resources.list_by_resource_group(group, top=1)
    pages = [list(page) for page in listed.by_page()]
    assert len(pages) > 1 and all(len(page) == 1 for page in pages)


def test_a_throttled_call_is_repeated_by_the_sdk(lab, group):
    client = lab.azure(ResourceManagementClient, retry_total=3)
    lab.fault("azure:ResourceGroups_Get:throttle:1s:2")
    assert client.resource_groups.get(group).name == group
    calls = [row for row in lab.ledger()["calls"] if row["action"] == "ResourceGroups_Get"][-3:]
    assert [row["status"] for row in calls] == [429, 429, 200]


def test_a_lost_answer_leaves_the_resource_made(azure, lab, group):
    lab.fault("azure:RouteTables_CreateOrUpdate:drop-response:1")
    with pytest.raises((ServiceRequestError, ServiceResponseError)):
        azure.network.route_tables.begin_create_or_update(group, "lost", {"location": LOCATION})
    eventually(lambda: azure.network.route_tables.get(group, "lost").provisioning_state == "Succeeded")
    azure.network.route_tables.begin_delete(group, "lost").result()


def test_an_operation_that_fails_is_an_error_after_success(azure, lab, group):
    lab.fault("azure:RouteTables_CreateOrUpdate:fail-later:InternalServerError:1")
    poller = azure.network.route_tables.begin_create_or_update(group, "failed", {"location": LOCATION})
    with azure_refuses("InternalServerError", status=200):
        poller.result()
    assert azure.network.route_tables.get(group, "failed").provisioning_state == "Failed"
    assert done(azure.network.route_tables.begin_create_or_update(group, "failed", {"location": LOCATION}))
    azure.network.route_tables.begin_delete(group, "failed").result()


def test_an_operation_is_followed_from_where_another_left_it(azure, group):
    poller = azure.network.route_tables.begin_create_or_update(group, "resumed", {"location": LOCATION})
    token = poller.continuation_token()
    again = azure.network.route_tables.begin_create_or_update(group, "resumed", {}, continuation_token=token)
    assert done(again).name == "resumed"
    assert again.status() == "Succeeded"
    azure.network.route_tables.begin_delete(group, "resumed").result()


# Networks


def test_a_network_shows_its_subnets(vnet):
    assert [row.name for row in vnet.subnets] == ["test", "biz"]
    assert vnet.address_space.address_prefixes == ["10.255.0.0/16"]


@pytest.mark.parametrize(
    "prefix, code",
    [("10.254.0.0/24", "NetcfgInvalidSubnet"), ("10.255.0.0/25", "NetcfgSubnetRangesOverlap")],
    ids=["outside", "overlapping"],
)
def test_a_subnet_that_does_not_fit_is_refused(azure, group, vnet, prefix, code):
    body = {"properties": {"addressPrefix": prefix}}
    with azure_refuses(code, status=400):
        azure.network.subnets.begin_create_or_update(group, "zxtest", "new", body)


def test_a_subnet_is_read_changed_and_written_back_whole(azure, group, vnet, table):
    subnets = azure.network.subnets
    services = [{"service": "Microsoft.Storage", "locations": [LOCATION]}]
    body = {"properties": {"addressPrefix": "10.255.9.0/24", "serviceEndpoints": services}}
    done(subnets.begin_create_or_update(group, "zxtest", "whole", body))

    subnet = checked(subnets.get(group, "zxtest", "whole"))
    subnet.route_table = {"id": table.id}
    written = done(subnets.begin_create_or_update(group, "zxtest", "whole", subnet))
    assert written.route_table.id == table.id and written.service_endpoints[0].service == "Microsoft.Storage"
    assert [row.id for row in azure.network.route_tables.get(group, "test").subnets] == [written.id]
    with azure_refuses("InUseRouteTableCannotBeDeleted", status=400):
        azure.network.route_tables.begin_delete(group, "test")

    with azure_refuses("PreconditionFailed", status=412):
        subnets.begin_create_or_update(group, "zxtest", "whole", body, headers={"If-Match": 'W/"another"'})
    bare = done(subnets.begin_create_or_update(group, "zxtest", "whole", {"properties": {"addressPrefix": "10.255.9.0/24"}}))
    assert bare.route_table is None and not bare.service_endpoints
    subnets.begin_delete(group, "zxtest", "whole").result()
    with pytest.raises(ResourceNotFoundError):
        subnets.get(group, "zxtest", "whole")


def test_a_subnet_in_use_is_not_deleted_nor_left_out_of_its_network(azure, group, vcpe):
    with azure_refuses("InUseSubnetCannotBeDeleted", status=400):
        azure.network.subnets.begin_delete(group, "zxtest", "test")
    network = azure.network.virtual_networks.get(group, "zxtest")
    network.subnets = [row for row in network.subnets if row.name != "test"]
    with azure_refuses("InUseSubnetCannotBeDeleted", status=400):
        azure.network.virtual_networks.begin_create_or_update(group, "zxtest", network)


def test_rules_clash_in_priority_and_come_and_go_one_by_one(azure, group, nsg):
    rules = azure.network.security_rules
    assert [row.name for row in nsg.default_security_rules][:1] == ["AllowVnetInBound"]
    with azure_refuses("SecurityRuleConflict", status=400):
        rules.begin_create_or_update(group, "vcpe", "clash", rule("clash", 100))
    with azure_refuses("SecurityRuleInvalidPriority", status=400):
        rules.begin_create_or_update(group, "vcpe", "clash", rule("clash", 5000))
    ports = {"destinationPortRange": None, "destinationPortRanges": ["53", "500", "10000-10100"]}
    made = done(rules.begin_create_or_update(group, "vcpe", "udp", rule("udp", 110, protocol="Udp", **ports)))
    assert made.destination_port_ranges == ["53", "500", "10000-10100"]
    assert {row.name for row in checked(list(rules.list(group, "vcpe")))} == {"ssh", "udp"}
    rules.begin_delete(group, "vcpe", "udp").result()
    rules.begin_delete(group, "vcpe", "udp").result()


def test_two_routes_do_not_share_a_prefix(azure, group, table):
    routes = azure.network.routes
    body = {"properties": {"addressPrefix": "172.30.0.0/16", "nextHopType": "None"}}
    done(routes.begin_create_or_update(group, "test", "one", body))
    with azure_refuses("RouteConflict", status=400):
        routes.begin_create_or_update(group, "test", "two", body)
    routes.begin_delete(group, "test", "one").result()


def test_what_is_referred_to_has_to_be_there(azure, group, vnet, nsg):
    for wrong, code in (("nsg", "LinkedInvalidPropertyId"), (nsg.id + "-none", "InvalidResourceReference")):
        body = {"properties": {"addressPrefix": "10.255.8.0/24", "networkSecurityGroup": {"id": wrong}}}
        with azure_refuses(code, status=400):
            azure.network.subnets.begin_create_or_update(group, "zxtest", "new", body)


def test_things_in_use_are_not_deleted(azure, group, vcpe):
    for client, code in (
        (azure.network.network_security_groups, "InUseNetworkSecurityGroupCannotBeDeleted"),
        (azure.network.public_ip_addresses, "PublicIPAddressCannotBeDeleted"),
        (azure.network.network_interfaces, "NicInUse"),
    ):
        with azure_refuses(code, status=400):
            client.begin_delete(group, "vcpe")


# Virtual machines


def test_a_machine_runs_with_its_addresses(azure, group, vcpe, public_ip):
    assert vcpe.provisioning_state == "Succeeded" and vcpe.storage_profile.image_reference.exact_version
    assert vcpe.os_profile.admin_username == "azureuser" and vcpe.os_profile.custom_data is None
    view = checked(azure.compute.virtual_machines.instance_view(group, "vcpe"))
    assert [row.code for row in view.statuses] == ["ProvisioningState/succeeded", "PowerState/running"]
    assert view.os_name == "ubuntu" and view.vm_agent.statuses[0].display_status == "Ready"
    expanded = checked(azure.compute.virtual_machines.get(group, "vcpe", expand="instanceView"))
    assert expanded.instance_view.computer_name == "vcpe"
    assert ipaddress.ip_address(public_ip.ip_address)
    nic = checked(azure.network.network_interfaces.get(group, "vcpe"))
    assert nic.virtual_machine.id == vcpe.id and nic.ip_configurations[0].private_ip_address == "10.255.0.4"
    assert checked(azure.compute.disks.get(group, "vcpe-os")).disk_state == "Attached"


def test_the_machine_is_a_host_that_ran_its_user_data(azure, lab, group, vcpe, public_ip):
    words = run(azure, group, "vcpe", "cat /var/lib/ready; hostname; id -u", "echo oops >&2")
    assert words.startswith("Enable succeeded: \n[stdout]\nready\nvcpe\n0\n")
    assert "[stderr]\noops" in words
    (host,) = [row for row in lab.hosts() if row["id"] == vcpe.vm_id]
    assert (host["address"], host["hostname"]) == (public_ip.ip_address, "vcpe")


def test_a_machine_that_is_there_is_not_made_again(azure, lab, group, vcpe):
    body = machine("vcpe", vcpe.network_profile.network_interfaces[0].id)
    with pytest.raises(ResourceExistsError) as caught:
        azure.compute.virtual_machines.begin_create_or_update(
            group, "vcpe", body, match_condition=MatchConditions.IfMissing
        )
    assert caught.value.status_code == 412 and caught.value.error.code == "PreconditionFailed"
    made = [row for row in lab.ledger()["resources"] if row["id"] == vcpe.id]
    assert len(made) == 1


@pytest.mark.parametrize(
    "change, codes",
    [
        ({"hardwareProfile": {"vmSize": "Standard_X"}}, "InvalidParameter"),
        ({"hardwareProfile": {"vmSize": "Standard_NC6s_v3"}}, "SkuNotAvailable"),
        ({"osProfile": {"computerName": "x", "adminUsername": "root"}}, "InvalidParameter"),
        ({"networkProfile": {"networkInterfaces": []}}, "InvalidParameter"),
        (
            {"storageProfile": {"imageReference": IMAGE | {"sku": "none"}, "osDisk": {"createOption": "FromImage"}}},
            "PlatformImageNotFound",
        ),
    ],
    ids=["size", "restricted", "root", "no-nic", "image"],
)
def test_a_machine_with_a_wrong_parameter_is_refused(azure, group, vnet, change, codes):
    nic = put_nic(azure, group, "spare", vnet.subnets[1].id)
    with azure_refuses(codes):
        azure.compute.virtual_machines.begin_create_or_update(group, "spare", machine("spare", nic.id, **change))
    azure.network.network_interfaces.begin_delete(group, "spare").result()


def test_power_is_taken_and_given(azure, group, workload):
    machines = azure.compute.virtual_machines

    def power():
        codes = [row.code for row in machines.instance_view(group, "biz").statuses]
        return [code for code in codes if code.startswith("PowerState/")]

    run(azure, group, "biz", "echo kept > /root/kept")
    machines.begin_power_off(group, "biz").result()
    assert power() == ["PowerState/stopped"]
    with azure_refuses("OperationNotAllowed", status=409):
        run(azure, group, "biz", "true")
    machines.begin_start(group, "biz").result()
    machines.begin_deallocate(group, "biz").result()
    assert power() == ["PowerState/deallocated"]
    machines.begin_start(group, "biz").result()
    assert power() == ["PowerState/running"]
    machines.begin_restart(group, "biz").result()
    assert "kept" in run(azure, group, "biz", "cat /root/kept")


def test_a_machine_takes_along_what_is_to_go_with_it(azure, lab, group, vnet):
    nic = put_nic(azure, group, "short", vnet.subnets[1].id)
    body = machine("short", nic.id)
    del body["properties"]["storageProfile"]["osDisk"]["deleteOption"]
    done(azure.compute.virtual_machines.begin_create_or_update(group, "short", body))
    with pytest.raises(ResourceExistsError):
        azure.compute.disks.begin_delete(group, "short-os").result()
    azure.compute.virtual_machines.begin_delete(group, "short", force_deletion=True).result()
    with pytest.raises(ResourceNotFoundError):
        azure.network.network_interfaces.get(group, "short")
    assert checked(azure.compute.disks.get(group, "short-os")).disk_state == "Unattached"
    azure.compute.disks.begin_delete(group, "short-os").result()


# Tutorial 4.3, with real packets: the vCPE stands for Alibaba Cloud by an address that it has behind it


def ping(azure, group, name, target, *options):
    words = run(azure, group, name, f"ping -c 1 -W 1 {' '.join(options)} {target} >/dev/null && echo heard || echo lost")
    return "heard" in words


@pytest.fixture(scope="module")
def appliance(azure, group, vcpe):
    words = run(azure, group, "vcpe", "sysctl -w net.ipv4.ip_forward=1", f"ip addr add {BEHIND}/32 dev lo")
    assert words.startswith("Enable succeeded")


def associate(azure, group, table):
    subnet = azure.network.subnets.get(group, "zxtest", "biz")
    subnet.route_table = table and {"id": table.id}
    return done(azure.network.subnets.begin_create_or_update(group, "zxtest", "biz", subnet))


def forward(azure, group, enabled):
    nic = azure.network.network_interfaces.get(group, "vcpe")
    nic.enable_ip_forwarding = enabled
    return done(azure.network.network_interfaces.begin_create_or_update(group, "vcpe", nic))


def route(azure, group, hop="10.255.0.4"):
    properties = {"addressPrefix": ALIYUN, "nextHopType": "VirtualAppliance", "nextHopIpAddress": hop}
    return done(azure.network.routes.begin_create_or_update(group, "test", "ToAliyun", {"properties": properties}))


def let_far_networks_pass(azure, group):
    """The default rules know the network only: what is forwarded for others needs rules of its own, in both directions."""
    far = {"protocol": "*", "port": "*"}
    for body in (
        rule("far-in", 200, **far, destinationAddressPrefix=ALIYUN),
        rule("far-out", 200, **far, sourceAddressPrefix=ALIYUN, direction="Outbound"),
    ):
        done(azure.network.security_rules.begin_create_or_update(group, "vcpe", body["name"], body))


def test_the_tutorials_path_carries_a_ping_and_no_step_can_be_left_out(azure, group, appliance, workload, table):
    def heard():
        """From the workload, and from behind the vCPE to it."""
        return (
            ping(azure, group, "biz", BEHIND),
            ping(azure, group, "vcpe", "10.255.1.4", "-I", BEHIND),
        )

    assert ping(azure, group, "biz", "10.255.0.4"), "the network itself is open"
    assert heard() == (False, False)
    route(azure, group)
    assert heard() == (False, False)
    assert forward(azure, group, True).enable_ip_forwarding
    assert heard() == (False, False)
    assert associate(azure, group, table).route_table.id == table.id
    assert heard() == (False, False)
    let_far_networks_pass(azure, group)
    assert heard() == (True, True)

    effective = done(azure.network.network_interfaces.begin_get_effective_route_table(group, "biz")).value
    (user,) = [row for row in effective if row.source == "User"]
    assert (user.state, user.address_prefix, user.next_hop_ip_address) == ("Active", [ALIYUN], ["10.255.0.4"])

    forward(azure, group, False)
    assert heard() == (False, False)
    forward(azure, group, True)
    assert heard() == (True, True)
    route(azure, group, hop="10.255.0.99")
    assert heard() == (False, False)
    route(azure, group)
    assert heard() == (True, True)
    azure.network.security_rules.begin_delete(group, "vcpe", "far-out").result()
    assert heard() == (True, False), "answers pass, what begins behind the vCPE does not"
    azure.network.security_rules.begin_delete(group, "vcpe", "far-in").result()
    assert heard() == (False, False)
    let_far_networks_pass(azure, group)
    azure.network.routes.begin_delete(group, "test", "ToAliyun").result()
    assert heard() == (False, False)
    route(azure, group)
    associate(azure, group, None)
    assert heard() == (False, False)
    azure.network.routes.begin_delete(group, "test", "ToAliyun").result()
    forward(azure, group, False)
    for name in ("far-in", "far-out"):
        azure.network.security_rules.begin_delete(group, "vcpe", name).result()


def test_a_security_group_on_the_subnet_decides_too(azure, group, appliance, workload, table):
    deny = rule("deny", 100, port="*", protocol="Icmp", access="Deny", sourceAddressPrefix="10.255.0.0/24")
    closed = {"location": LOCATION, "properties": {"securityRules": [deny]}}
    shut = done(azure.network.network_security_groups.begin_create_or_update(group, "subnet", closed))
    subnet = azure.network.subnets.get(group, "zxtest", "biz")
    subnet.network_security_group = {"id": shut.id}
    done(azure.network.subnets.begin_create_or_update(group, "zxtest", "biz", subnet))
    assert not ping(azure, group, "vcpe", "10.255.1.4")
    assert ping(azure, group, "biz", "10.255.0.4"), "the other way its answers pass"
    subnet.network_security_group = None
    done(azure.network.subnets.begin_create_or_update(group, "zxtest", "biz", subnet))
    assert ping(azure, group, "vcpe", "10.255.1.4")


def test_effective_routes_need_a_running_machine(azure, group, vnet):
    put_nic(azure, group, "alone", vnet.subnets[1].id)
    with pytest.raises(HttpResponseError):
        azure.network.network_interfaces.begin_get_effective_route_table(group, "alone")
    azure.network.network_interfaces.begin_delete(group, "alone").result()
