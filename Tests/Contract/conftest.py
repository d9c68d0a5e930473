"""The lab under test, as CAUSEWAY_LAB_JSON describes it, and the vendors' own clients aimed at it."""

import json
import os
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import alibabacloud_bssopenapi20171214.client
import alibabacloud_bssopenapi20171214.models
import alibabacloud_cbn20170912.client
import alibabacloud_cbn20170912.models
import alibabacloud_ecs20140526.client
import alibabacloud_ecs20140526.models
import alibabacloud_smartag20180313.client
import alibabacloud_smartag20180313.models
import alibabacloud_sts20150401.client
import alibabacloud_sts20150401.models
import alibabacloud_vpc20160428.client
import alibabacloud_vpc20160428.models
import boto3
import pytest
import qingcloud.iaas
from alibabacloud_tea_openapi.utils_models import Config
from botocore.config import Config as BotoConfig

from support import Product


class Lab:
    """A running lab: its description, and the door through which terms end and its ledger is read."""

    def __init__(self, description):
        self.endpoints = description["endpoints"]
        self.credentials = description["credentials"]
        state = Path(os.environ["CAUSEWAY_STATE"]) / "labs" / description["name"] / "lab.json"
        self._door = json.loads(state.read_text())

    def _ask(self, method, path):
        request = urllib.request.Request(
            self._door["control"] + path, method=method, headers={"Authorization": f"Bearer {self._door['token']}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def end_term(self, resource_id):
        """A prepaid thing cannot be given back before its term ends: lets the term end now."""
        self._ask("POST", f"/resources/{resource_id}/expire")

    def ledger(self):
        return self._ask("GET", "/ledger")

    def made(self, token):
        """The ledger's resources that calls with this client token made."""
        return [row for row in self.ledger()["resources"] if row["token"] == token]

    def left(self):
        return [row for row in self.ledger()["resources"] if row["deleted_at"] is None]

    def boto3(self, service, **changes):
        keys = {
            "aws_access_key_id": self.credentials["aws"]["access_key_id"],
            "aws_secret_access_key": self.credentials["aws"]["secret_access_key"],
            "region_name": self.credentials["aws"]["region"],
            "endpoint_url": self.endpoints["aws"],
            "config": BotoConfig(retries={"total_max_attempts": 1}),
        }
        return boto3.session.Session().client(service, **(keys | changes))

    def alibaba(self, client_class, region, **changes):
        keys = {
            "access_key_id": self.credentials["alibaba"]["access_key_id"],
            "access_key_secret": self.credentials["alibaba"]["access_key_secret"],
            "endpoint": self.endpoints["alibaba"].removeprefix("http://"),
            "protocol": "http",
            "region_id": region,
        }
        return client_class(Config(**(keys | changes)))


    def qingcloud(self, key=None, secret=None, zone=None):
        keys = self.credentials["qingcloud"]
        return qingcloud.iaas.APIConnection(
            key or keys["access_key_id"],
            secret or keys["secret_access_key"],
            zone or keys["zone"],
            host="127.0.0.1",
            port=int(self.endpoints["qingcloud"].rsplit(":", 1)[1]),
            protocol="http",
        )


@pytest.fixture(scope="session")
def lab():
    """When all tests are over the lab is as empty as before the first."""
    lab = Lab(json.loads(Path(os.environ["CAUSEWAY_LAB_JSON"]).read_text()))
    yield lab
    left = lab.left()
    assert not left, left


@pytest.fixture(scope="session")
def aws(lab):
    """boto3, unmodified but for endpoint_url."""
    return SimpleNamespace(ec2=lab.boto3("ec2"), sts=lab.boto3("sts"), ssm=lab.boto3("ssm"))


@pytest.fixture(scope="session")
def alibaba(lab):
    """One client per product, unmodified but for endpoint and protocol."""

    def product(module, region):
        return Product(lab.alibaba(module.client.Client, region), module.models)

    return SimpleNamespace(
        sts=product(alibabacloud_sts20150401, "cn-hangzhou"),
        ecs=product(alibabacloud_ecs20140526, "cn-hangzhou"),
        vpc=product(alibabacloud_vpc20160428, "cn-hangzhou"),
        cbn=product(alibabacloud_cbn20170912, "cn-hangzhou"),
        sag=product(alibabacloud_smartag20180313, "ap-southeast-1"),
        bss=product(alibabacloud_bssopenapi20171214, "cn-hangzhou"),
    )


@pytest.fixture(scope="session", name="qingcloud")
def qingcloud_client(lab):
    """qingcloud-sdk, unmodified but for host, port and protocol."""
    return lab.qingcloud()
