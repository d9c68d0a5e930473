"""Causeway against an emulator that others wrote: moto, seen through boto3.

The lab and the provider files come from the same hands, so a misunderstanding of AWS could stand in both. moto knows nothing of them.
"""

import json
import os
import subprocess
import threading
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import boto3
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from support import public_key_line

REPOSITORY = Path(__file__).resolve().parents[2]
REGION = "ap-southeast-1"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


class Quiet(WSGIRequestHandler):
    def log_request(self, *arguments):
        pass


class Counting:
    """Passes requests on to moto, and notes the actions of those of Causeway in their order."""

    def __init__(self, application):
        self._application = application
        self.seen = []

    def __call__(self, environ, start_response):
        if environ.get("HTTP_USER_AGENT", "").startswith("causeway/"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            self.seen.append(parse_qs(body.decode())["Action"][0])
        return self._application(environ, start_response)

    def take(self):
        """What was noted since the last time."""
        seen, self.seen = self.seen, []
        return seen


@pytest.fixture
def moto():
    """A moto server of its own on a free port of loopback, with a VPC, a subnet and a main route table in it."""
    counting = Counting(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, counting, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        endpoint = f"http://127.0.0.1:{server.server_port}"
        ec2 = boto3.client(
            "ec2", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        yield SimpleNamespace(endpoint=endpoint, ec2=ec2, counting=counting, given=ground(ec2))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ground(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.10.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.10.1.0/24")["Subnet"]["SubnetId"]
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    image = ec2.describe_images(Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
    return {"region": REGION, "vpc": vpc, "subnet": subnet, "route_table": table["RouteTableId"], "image": image}


@pytest.fixture
def tool(moto, tmp_path):
    """Runs the tool with a journal of its own and gives its exit status and the object that it printed."""
    binary = Path(os.environ.get("CAUSEWAY_BIN", ".build/debug/causeway"))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CAUSEWAY_STATE": f"{tmp_path}/"}
    environment |= KEYS | {"CAUSEWAY_ENDPOINT_AWS": moto.endpoint}

    def run(*arguments):
        done = subprocess.run(
            [REPOSITORY / binary, *arguments, "--home", REPOSITORY, "--json", "--lang", "en"],
            env=environment, capture_output=True, text=True, timeout=120,
        )
        return SimpleNamespace(status=done.returncode, result=json.loads(done.stdout or "null"), talk=done.stderr)

    return run


def start(tool, given):
    inputs = [word for name, value in given.items() for word in ("-i", f"{name}={value}")]
    workflow = str(REPOSITORY / "Tests/Contract/workflows/aws-slice.yaml")
    return tool("run", workflow, "--name", "slice", "-i", f"public_key={public_key_line()}", *inputs)


def rules_of(ec2, group):
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    return {
        (rule["IpProtocol"], rule.get("FromPort", -1), rule.get("ToPort", -1), source["CidrIp"])
        for rule in found
        for source in rule["IpRanges"]
    }


def routes_of(ec2, table):
    found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return {route["DestinationCidrBlock"]: route for route in found}


def instance_of(ec2, instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def tags_of(thing):
    return {tag["Key"]: tag["Value"] for tag in thing["Tags"]}


def writes(seen):
    return [name for name in seen if not name.startswith("Describe")]


def report(capsys, verb, seen):
    with capsys.disabled():
        print(f"\nmoto: {verb}: {len(seen)} requests, {len(writes(seen))} of them writes: {', '.join(seen)}", end="")


def test_what_the_tool_makes_and_takes_back_is_what_boto3_sees(moto, tool, capsys):
    done = start(tool, moto.given)
    assert done.status == 0, done.talk
    applied = moto.counting.take()
    report(capsys, "apply", applied)
    assert len(writes(applied)) == 6 and len(applied) <= 12
    made = done.result["outputs"]

    assert rules_of(moto.ec2, made["group"]) == {
        ("tcp", 22, 22, "192.0.2.0/24"),
        ("udp", 500, 500, "0.0.0.0/0"),
        ("udp", 4500, 4500, "0.0.0.0/0"),
        ("icmp", -1, -1, "0.0.0.0/0"),
        ("-1", -1, -1, "172.16.0.0/20"),
    }
    (key,) = moto.ec2.describe_key_pairs()["KeyPairs"]
    assert key["KeyName"] == made["key_name"]
    instance = instance_of(moto.ec2, made["instance"])
    assert instance["State"]["Name"] == "running"
    assert (instance["ImageId"], instance["SubnetId"]) == (moto.given["image"], moto.given["subnet"])
    assert (instance["InstanceType"], instance["KeyName"]) == ("t2.medium", made["key_name"])
    assert tags_of(instance)["Name"] == "slice" and tags_of(instance)["causeway-id"] == instance["ClientToken"]
    (interface,) = moto.ec2.describe_network_interfaces(NetworkInterfaceIds=[made["interface"]])["NetworkInterfaces"]
    assert interface["Attachment"]["InstanceId"] == made["instance"] and interface["SourceDestCheck"] is False
    assert [group["GroupId"] for group in interface["Groups"]] == [made["group"]]
    route = routes_of(moto.ec2, moto.given["route_table"])["172.16.0.0/20"]
    assert (route["NetworkInterfaceId"], route["State"]) == (made["interface"], "active")

    again = tool("resume", "slice")
    assert again.status == 0, again.talk
    assert moto.counting.take() == []

    destroyed = tool("destroy", "slice")
    assert destroyed.status == 0, destroyed.talk
    undone = moto.counting.take()
    report(capsys, "destroy", undone)
    assert len(writes(undone)) == 4 and len(undone) <= 10
    assert destroyed.result["leftovers"] == []
    assert instance_of(moto.ec2, made["instance"])["State"]["Name"] == "terminated"
    assert moto.ec2.describe_key_pairs()["KeyPairs"] == []
    assert made["group"] not in {row["GroupId"] for row in moto.ec2.describe_security_groups()["SecurityGroups"]}
    assert "172.16.0.0/20" not in routes_of(moto.ec2, moto.given["route_table"])
    assert set(routes_of(moto.ec2, moto.given["route_table"])) == {"10.10.0.0/16"}


def test_what_went_with_its_owner_in_an_earlier_destroy_is_no_leftover(moto, tool):
    made = start(tool, moto.given).result["outputs"]
    for step in ("host", "group"):
        taken = tool("destroy", "slice", "--only", step)
        assert taken.status == 0, taken.talk
    destroyed = tool("destroy", "slice")
    assert destroyed.status == 0, destroyed.talk
    assert destroyed.result["leftovers"] == []
    assert made["group"] not in {row["GroupId"] for row in moto.ec2.describe_security_groups()["SecurityGroups"]}
    assert set(routes_of(moto.ec2, moto.given["route_table"])) == {"10.10.0.0/16"}


def test_a_setting_of_a_thing_that_stays_is_taken_back(moto, tool):
    """Taken back alone, a setting is set back, though it would go with its owner."""
    made = start(tool, moto.given).result["outputs"]
    taken = tool("destroy", "slice", "--only", "rules")
    assert taken.status == 0, taken.talk
    assert rules_of(moto.ec2, made["group"]) == set()
    assert tool("resume", "slice").status == 0
    assert len(rules_of(moto.ec2, made["group"])) == 5
    assert tool("destroy", "slice", "--only", "check_off").status == 0
    (interface,) = moto.ec2.describe_network_interfaces(NetworkInterfaceIds=[made["interface"]])["NetworkInterfaces"]
    assert interface["SourceDestCheck"] is True
