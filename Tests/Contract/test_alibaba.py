"""Alibaba Cloud's SDKs, unmodified but for their endpoint, against the emulated products of the AWS tutorial."""

import time

import pytest
from alibabacloud_bssopenapi20171214 import models as bss_models
from alibabacloud_bssopenapi20171214.client import Client as Bss
from alibabacloud_cbn20170912 import models as cbn_models
from alibabacloud_cbn20170912.client import Client as Cbn
from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_smartag20180313 import models as smartag_models
from alibabacloud_smartag20180313.client import Client as Smartag
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi import models as open_api_models
from alibabacloud_vpc20160428 import models as vpc_models
from alibabacloud_vpc20160428.client import Client as Vpc

NEAR, FAR = "cn-hangzhou", "ap-southeast-1"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea contract"


def make(kind, lab, region, **overrides):
    keys = lab["credentials"]["alibaba"]
    options = {
        "access_key_id": keys["access_key_id"], "access_key_secret": keys["access_key_secret"], "region_id": region,
        "endpoint": lab["endpoints"]["alibaba"].removeprefix("http://"), "protocol": "http", "no_proxy": "127.0.0.1",
    }
    return kind(open_api_models.Config(**{**options, **overrides}))


def refusal(call, request=None):
    """The error code that a call is refused with."""
    with pytest.raises(Exception) as caught:
        call(request) if request is not None else call()
    return caught.value.code


def until(look, what, patience=20):
    """What `look` gives once it is true."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(what)


@pytest.fixture(scope="module")
def smartag(lab):
    return make(Smartag, lab, FAR)


@pytest.fixture(scope="module")
def cbn(lab):
    return make(Cbn, lab, NEAR)


@pytest.fixture(scope="module")
def ecs(lab):
    return make(Ecs, lab, NEAR)


@pytest.fixture(scope="module")
def vpc(lab):
    return make(Vpc, lab, NEAR)


@pytest.fixture(scope="module")
def bss(lab):
    return make(Bss, lab, NEAR)


@pytest.fixture(scope="module")
def network(vpc):
    made = vpc.create_vpc(vpc_models.CreateVpcRequest(
        region_id=NEAR, cidr_block="172.16.0.0/12", vpc_name="契约", client_token="contract-vpc")).body
    again = vpc.create_vpc(vpc_models.CreateVpcRequest(
        region_id=NEAR, cidr_block="172.16.0.0/12", vpc_name="契约", client_token="contract-vpc")).body
    assert again.vpc_id == made.vpc_id
    identity = made.vpc_id

    def available():
        return vpc.describe_vpc_attribute(
            vpc_models.DescribeVpcAttributeRequest(region_id=NEAR, vpc_id=identity)).body.status == "Available"

    until(available, "the VPC is available")
    switch = vpc.create_vswitch(vpc_models.CreateVSwitchRequest(
        region_id=NEAR, vpc_id=identity, zone_id="cn-hangzhou-i", cidr_block="172.16.1.0/24")).body.v_switch_id
    yield {"vpc": identity, "switch": switch, "table": made.route_table_id}
    assert refusal(vpc.delete_vpc, vpc_models.DeleteVpcRequest(region_id=NEAR, vpc_id=identity)) == "DependencyViolation.VSwitch"
    vpc.delete_vswitch(vpc_models.DeleteVSwitchRequest(region_id=NEAR, v_switch_id=switch))
    vpc.delete_vpc(vpc_models.DeleteVpcRequest(region_id=NEAR, vpc_id=identity))
    assert refusal(
        vpc.describe_vpc_attribute, vpc_models.DescribeVpcAttributeRequest(region_id=NEAR, vpc_id=identity)) == "InvalidVpcId.NotFound"


def test_caller_identity(lab):
    assert make(Sts, lab, NEAR).get_caller_identity().body.account_id == "1234567890123456"


def test_wrong_keys_are_refused(lab):
    assert refusal(make(Sts, lab, NEAR, access_key_secret="wrong").get_caller_identity) == "SignatureDoesNotMatch"
    assert refusal(make(Sts, lab, NEAR, access_key_id="other").get_caller_identity) == "InvalidAccessKeyId.NotFound"


def test_regions_and_limits(smartag, cbn, ecs):
    regions = smartag.describe_regions(smartag_models.DescribeRegionsRequest()).body.regions.region
    assert FAR in [region.region_id for region in regions]
    ccns = cbn.describe_child_instance_regions(
        cbn_models.DescribeChildInstanceRegionsRequest(product_type="CCN")).body.regions.region
    assert ("ccn-cn-shanghai", "中国内地") in [(r.region_id, r.local_name) for r in ccns]
    zones = ecs.describe_zones(ecs_models.DescribeZonesRequest(region_id=NEAR)).body.zones.zone
    assert "cn-hangzhou-i" in [zone.zone_id for zone in zones]
    limit = smartag.get_smart_access_gateway_use_limit(
        smartag_models.GetSmartAccessGatewayUseLimitRequest(region_id=FAR)).body
    assert limit.total_amount > limit.used_amount


def test_instance_and_command(ecs, network, unique):
    group = ecs.create_security_group(ecs_models.CreateSecurityGroupRequest(
        region_id=NEAR, vpc_id=network["vpc"], security_group_name=unique)).body.security_group_id
    rule = ecs_models.AuthorizeSecurityGroupRequestPermissions(
        ip_protocol="ICMP", port_range="-1/-1", source_cidr_ip="10.10.0.0/24", policy="accept", priority="1")
    for _ in range(2):
        ecs.authorize_security_group(ecs_models.AuthorizeSecurityGroupRequest(
            region_id=NEAR, security_group_id=group, permissions=[rule]))
    listed = ecs.describe_security_group_attribute(ecs_models.DescribeSecurityGroupAttributeRequest(
        region_id=NEAR, security_group_id=group, direction="ingress")).body.permissions.permission
    assert [(r.ip_protocol, r.source_cidr_ip, r.policy) for r in listed] == [("ICMP", "10.10.0.0/24", "Accept")]
    ecs.import_key_pair(ecs_models.ImportKeyPairRequest(region_id=NEAR, key_pair_name=unique, public_key_body=KEY))
    request = ecs_models.RunInstancesRequest(
        region_id=NEAR, image_id="ubuntu_22_04_x64_20G_alibase_20260101.vhd", instance_type="ecs.c6.large",
        security_group_id=group, v_switch_id=network["switch"], instance_name=unique, key_pair_name=unique,
        client_token=unique, amount=1, system_disk=ecs_models.RunInstancesRequestSystemDisk(category="cloud_essd", size="40"))
    request.dry_run = True
    assert refusal(ecs.run_instances, request) == "DryRunOperation"
    request.dry_run = None
    identity = ecs.run_instances(request).body.instance_id_sets.instance_id_set[0]
    assert ecs.run_instances(request).body.instance_id_sets.instance_id_set == [identity]

    def running():
        found = ecs.describe_instances(ecs_models.DescribeInstancesRequest(
            region_id=NEAR, instance_name=unique)).body.instances.instance
        return found and found[0].status == "Running"

    until(running, "the instance runs")

    def agent():
        return ecs.describe_cloud_assistant_status(ecs_models.DescribeCloudAssistantStatusRequest(
            region_id=NEAR, instance_id=[identity])).body.instance_cloud_assistant_status_set \
            .instance_cloud_assistant_status[0].cloud_assistant_status == "true"

    until(agent, "the agent answers")
    for script, status, exit_code in [("echo 你好; exit 0", "Success", 0), ("echo 再见; exit 3", "Failed", 3)]:
        invocation = ecs.run_command(ecs_models.RunCommandRequest(
            region_id=NEAR, type="RunShellScript", command_content=script, instance_id=[identity])).body.invoke_id

        def ended():
            result = ecs.describe_invocation_results(ecs_models.DescribeInvocationResultsRequest(
                region_id=NEAR, invoke_id=invocation, content_encoding="PlainText")).body.invocation \
                .invocation_results.invocation_result[0]
            return result if result.invoke_record_status == "Finished" else None

        result = until(ended, "the command has ended")
        assert (result.invocation_status, result.exit_code) == (status, exit_code)
        assert result.output.strip() in ("你好", "再见")
    assert refusal(ecs.delete_security_group, ecs_models.DeleteSecurityGroupRequest(
        region_id=NEAR, security_group_id=group)) == "DependencyViolation"
    assert refusal(ecs.delete_instance, ecs_models.DeleteInstanceRequest(instance_id=identity)) == "IncorrectInstanceStatus"
    ecs.delete_instance(ecs_models.DeleteInstanceRequest(instance_id=identity, force=True))
    ecs.delete_security_group(ecs_models.DeleteSecurityGroupRequest(region_id=NEAR, security_group_id=group))


def purchase(name):
    receiver = {
        f"receiver_{field}": "x" for field in
        ["country", "state", "city", "district", "town", "zip", "mobile", "name", "email", "address"]}
    return smartag_models.CreateSmartAccessGatewayRequest(
        region_id=FAR, name=name, hard_ware_spec="sag-vcpe", ha_type="warm_backup", cpeversion="basic",
        charge_type="PREPAY", period=1, max_band_width=10, auto_pay=True, buyer_message="-", **receiver)


def test_gateway_and_its_network(smartag, cbn, bss, unique):
    bought = smartag.create_smart_access_gateway(purchase(unique)).body
    order = bss.get_order_detail(bss_models.GetOrderDetailRequest(order_id=bought.order_id)).body
    assert order.success and order.data.order_list.order[0].payment_status == "Paid"

    def devices():
        body = smartag.describe_smart_access_gateway_attribute(
            smartag_models.DescribeSmartAccessGatewayAttributeRequest(region_id=FAR, smart_agid=bought.smart_agid)).body
        return body.devices.device if body.devices and body.devices.device else None

    pair = until(devices, "the devices have serials")
    assert [d.ha_state for d in pair] == ["Active", "Standby"] and all(d.secret_key for d in pair)
    assert refusal(smartag.describe_sagdevice_info, smartag_models.DescribeSAGDeviceInfoRequest(
        region_id=FAR, smart_agid=bought.smart_agid, smart_agsn=pair[0].serial_number)) == "SmartAccessGatewayOffline"
    assert refusal(smartag.delete_smart_access_gateway, smartag_models.DeleteSmartAccessGatewayRequest(
        region_id=FAR, instance_id=bought.smart_agid)) == "SAG.BusinessStateNotSupport"
    smartag.modify_smart_access_gateway(smartag_models.ModifySmartAccessGatewayRequest(
        region_id=FAR, smart_agid=bought.smart_agid, routing_strategy="static", cidr_block="10.40.0.0/24"))
    bss.set_renewal(bss_models.SetRenewalRequest(
        instance_ids=bought.smart_agid, product_code="smartag", renewal_status="AutoRenewal", renewal_period=1,
        renewal_period_unit="M"))
    available = bss.query_available_instances(bss_models.QueryAvailableInstancesRequest(
        instance_ids=bought.smart_agid)).body.data.instance_list[0]
    assert (available.renew_status, available.product_code) == ("AutoRenewal", "smartag")
    ccn = smartag.create_cloud_connect_network(smartag_models.CreateCloudConnectNetworkRequest(
        region_id=FAR, name=unique)).body.ccn_id
    bind = smartag_models.BindSmartAccessGatewayRequest(region_id=FAR, ccn_id=ccn, smart_agid=bought.smart_agid)
    smartag.bind_smart_access_gateway(bind)
    assert refusal(smartag.bind_smart_access_gateway, bind) == "SmartAccessGatewayAlreadyBound"
    cen = cbn.create_cen(cbn_models.CreateCenRequest(
        name=unique, client_token=unique, tag=[cbn_models.CreateCenRequestTag(key="causeway-id", value=unique)])).body.cen_id

    def active():
        found = cbn.describe_cens(cbn_models.DescribeCensRequest(
            tag=[cbn_models.DescribeCensRequestTag(key="causeway-id", value=unique)])).body.cens.cen
        return [c.cen_id for c in found if c.status == "Active"] == [cen]

    until(active, "the CEN is active")
    attach = cbn_models.AttachCenChildInstanceRequest(
        cen_id=cen, child_instance_id=ccn, child_instance_type="CCN", child_instance_region_id=FAR)
    cbn.attach_cen_child_instance(attach)

    def attached():
        return cbn.describe_cen_attached_child_instance_attribute(
            cbn_models.DescribeCenAttachedChildInstanceAttributeRequest(
                cen_id=cen, child_instance_id=ccn, child_instance_type="CCN",
                child_instance_region_id=FAR)).body.status == "Attached"

    until(attached, "the CCN is attached")
    routers = cbn.list_transit_routers(cbn_models.ListTransitRoutersRequest(cen_id=cen)).body.transit_routers
    assert [(r.type, r.region_id) for r in routers] == [("Basic", FAR)]
    assert refusal(smartag.unbind_smart_access_gateway, smartag_models.UnbindSmartAccessGatewayRequest(
        region_id=FAR, ccn_id=ccn, smart_agid=bought.smart_agid)) == "AlreadyBound.CEN"
    assert refusal(cbn.delete_cen, cbn_models.DeleteCenRequest(cen_id=cen)) == "InvalidOperation.AttachedChildInstanceExist"
    cbn.detach_cen_child_instance(cbn_models.DetachCenChildInstanceRequest(
        cen_id=cen, child_instance_id=ccn, child_instance_type="CCN", child_instance_region_id=FAR))

    def detached():
        return not cbn.list_transit_routers(cbn_models.ListTransitRoutersRequest(cen_id=cen)).body.transit_routers

    until(detached, "the CCN and its router are gone")
    smartag.unbind_smart_access_gateway(smartag_models.UnbindSmartAccessGatewayRequest(
        region_id=FAR, ccn_id=ccn, smart_agid=bought.smart_agid))
    smartag.delete_cloud_connect_network(smartag_models.DeleteCloudConnectNetworkRequest(region_id=FAR, ccn_id=ccn))
    cbn.delete_cen(cbn_models.DeleteCenRequest(cen_id=cen))


def test_transit_router_and_its_attachments(cbn, vpc, network, unique):
    cen = cbn.create_cen(cbn_models.CreateCenRequest(name=unique)).body.cen_id
    until(lambda: cbn.describe_cens(cbn_models.DescribeCensRequest(
        filter=[cbn_models.DescribeCensRequestFilter(key="CenId", value=[cen])])).body.cens.cen[0].status == "Active", "CEN")
    if cbn.check_transit_router_service(cbn_models.CheckTransitRouterServiceRequest()).body.enabled != "true":
        cbn.open_transit_router_service(cbn_models.OpenTransitRouterServiceRequest())
    assert refusal(cbn.open_transit_router_service, cbn_models.OpenTransitRouterServiceRequest()) == "Order.Opened"
    router = cbn.create_transit_router(cbn_models.CreateTransitRouterRequest(cen_id=cen, region_id=NEAR)).body.transit_router_id
    until(lambda: cbn.list_transit_routers(cbn_models.ListTransitRoutersRequest(
        transit_router_id=router)).body.transit_routers[0].status == "Active", "router")
    attachment = cbn.create_transit_router_vpc_attachment(cbn_models.CreateTransitRouterVpcAttachmentRequest(
        cen_id=cen, region_id=NEAR, transit_router_id=router, vpc_id=network["vpc"], auto_publish_route_enabled=True,
        zone_mappings=[cbn_models.CreateTransitRouterVpcAttachmentRequestZoneMappings(
            zone_id="cn-hangzhou-i", v_switch_id=network["switch"])])).body.transit_router_attachment_id

    def attachments():
        return cbn.list_transit_router_vpc_attachments(cbn_models.ListTransitRouterVpcAttachmentsRequest(
            transit_router_attachment_id=attachment)).body.transit_router_attachments or []

    until(lambda: attachments()[0].status == "Attached", "attachment")
    table = cbn.list_transit_router_route_tables(cbn_models.ListTransitRouterRouteTablesRequest(
        transit_router_id=router, transit_router_route_table_type="System")).body \
        .transit_router_route_tables[0].transit_router_route_table_id
    tie = {"transit_router_attachment_id": attachment, "transit_router_route_table_id": table}
    cbn.associate_transit_router_attachment_with_route_table(
        cbn_models.AssociateTransitRouterAttachmentWithRouteTableRequest(**tie))
    cbn.enable_transit_router_route_table_propagation(
        cbn_models.EnableTransitRouterRouteTablePropagationRequest(**tie))
    until(lambda: cbn.list_transit_router_route_table_propagations(
        cbn_models.ListTransitRouterRouteTablePropagationsRequest(transit_router_route_table_id=table)).body
        .transit_router_propagations[0].status == "Active", "propagation")
    entries = cbn.list_transit_router_route_entries(cbn_models.ListTransitRouterRouteEntriesRequest(
        transit_router_route_table_id=table)).body.transit_router_route_entries
    assert [e.transit_router_route_entry_destination_cidr_block for e in entries] == ["172.16.1.0/24"]
    assert vpc.describe_vpc_attribute(vpc_models.DescribeVpcAttributeRequest(
        region_id=NEAR, vpc_id=network["vpc"])).body.associated_cens.associated_cen[0].cen_id == cen
    delete = cbn_models.DeleteTransitRouterVpcAttachmentRequest(transit_router_attachment_id=attachment)
    assert refusal(cbn.delete_transit_router_vpc_attachment, delete) == "OperationFailed.RouteTableAssociationExist"
    delete.force = True
    cbn.delete_transit_router_vpc_attachment(delete)
    until(lambda: not attachments(), "attachment gone")
    cbn.delete_transit_router(cbn_models.DeleteTransitRouterRequest(transit_router_id=router))
    until(lambda: not cbn.list_transit_routers(cbn_models.ListTransitRoutersRequest(cen_id=cen)).body.transit_routers, "gone")
    cbn.delete_cen(cbn_models.DeleteCenRequest(cen_id=cen))


def test_bandwidth_plan(cbn, unique):
    cen = cbn.create_cen(cbn_models.CreateCenRequest(name=unique)).body.cen_id
    until(lambda: cbn.describe_cens(cbn_models.DescribeCensRequest(
        filter=[cbn_models.DescribeCensRequestFilter(key="CenId", value=[cen])])).body.cens.cen[0].status == "Active", "CEN")
    request = cbn_models.CreateCenBandwidthPackageRequest(
        geographic_region_aid="China", geographic_region_bid="Asia-Pacific", bandwidth=2, period=1, auto_pay=True,
        name=unique, client_token=unique)
    plan = cbn.create_cen_bandwidth_package(request).body.cen_bandwidth_package_id
    assert cbn.create_cen_bandwidth_package(request).body.cen_bandwidth_package_id == plan
    request.bandwidth = 5
    assert refusal(cbn.create_cen_bandwidth_package, request) == "IdempotenceParam.NotMatch"
    both = {"cen_id": cen, "cen_bandwidth_package_id": plan}
    cbn.associate_cen_bandwidth_package(cbn_models.AssociateCenBandwidthPackageRequest(**both))
    listed = cbn.describe_cen_bandwidth_packages(cbn_models.DescribeCenBandwidthPackagesRequest(
        filter=[cbn_models.DescribeCenBandwidthPackagesRequestFilter(key="Name", value=[unique])])).body
    package = listed.cen_bandwidth_packages.cen_bandwidth_package[0]
    assert (package.status, package.bandwidth, package.is_cross_border) == ("InUse", 2, True)
    assert package.cen_ids.cen_id == [cen]
    assert refusal(cbn.delete_cen_bandwidth_package, cbn_models.DeleteCenBandwidthPackageRequest(
        cen_bandwidth_package_id=plan)) == "Forbidden.Release"
    cbn.unassociate_cen_bandwidth_package(cbn_models.UnassociateCenBandwidthPackageRequest(**both))
    cbn.delete_cen(cbn_models.DeleteCenRequest(cen_id=cen))
