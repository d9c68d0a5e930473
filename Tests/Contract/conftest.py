"""The lab under test, as CAUSEWAY_LAB_JSON describes it, and the vendors' own clients aimed at it."""

import json
import os
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import alibabacloud_bssopenapi20171214.client
import alibabacloud_bssopenapi20171214.models
import alibabacloud_cbn20170912.client
import alibabacloud_cbn20170912.models
import alibabacloud_ecs20140526.client
import alibabacloud_ecs20140526.models
import alibabacloud_ens20171110.client
import alibabacloud_ens20171110.models
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
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from botocore.config import Config as BotoConfig

from support import Product


class LoopbackTransport(RequestsTransport):
    """Stands where a TLS proxy would before the lab, because the vendor's SDK speaks to nothing but https.

    The SDK waits by its transport's clock: the conditions are the vendor's, only the clock is ours.
    """

    def send(self, request, **kwargs):
        secure = request.url
        assert secure.startswith("https://127.0.0.1:"), secure
        request.url = secure.replace("https", "http", 1)
        request.headers["X-Forwarded-Proto"] = "https"
        try:
            return super().send(request, **kwargs)
        finally:
            request.url = secure

    def sleep(self, duration):
        time.sleep(min(duration, 0.1))


class Lab:
    """A running lab: its description, and the door through which terms end and its ledger is read."""

    def __init__(self, description):
        self.endpoints = description["endpoints"]
        self.credentials = description["credentials"]
        state = Path(os.environ["CAUSEWAY_STATE"]) / "labs" / description["name"] / "lab.json"
        self._door = json.loads(state.read_text())

    def _ask(self, method, path, body=None):
        request = urllib.request.Request(
            self._door["control"] + path,
            method=method,
            headers={"Authorization": f"Bearer {self._door['token']}"},
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def act(self, action, **inputs):
        """Does what no API can make, as a fixture or a person does."""
        return self._ask("POST", "/acts", {"action": action, "inputs": inputs})["outputs"]

    def end_term(self, resource_id):
        """A prepaid thing cannot be given back before its term ends: lets the term end now."""
        self._ask("POST", f"/resources/{resource_id}/expire")

    def fault(self, *texts):
        self._ask("POST", "/faults", {"faults": list(texts)})

    def hosts(self):
        return self._ask("GET", "/hosts")["hosts"]

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


    def azure_credential(self, **changes):
        keys = {name: self.credentials["azure"][name] for name in ("tenant_id", "client_id", "client_secret")}
        return ClientSecretCredential(
            **(keys | changes),
            authority=self.endpoints["azure"].replace("http", "https", 1),
            disable_instance_discovery=True,
            transport=LoopbackTransport(),
        )

    def azure(self, client_class, credential=None, **changes):
        """Retries are switched off unless a test is about them."""
        options = {
            "base_url": self.endpoints["azure"].replace("http", "https", 1),
            "transport": LoopbackTransport(),
            "retry_total": 0,
        } | changes
        subscription = () if client_class is SubscriptionClient else (self.credentials["azure"]["subscription_id"],)
        return client_class(credential or self.azure_credential(), *subscription, **options)

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
        ens=product(alibabacloud_ens20171110, "cn-hangzhou"),
        vpc=product(alibabacloud_vpc20160428, "cn-hangzhou"),
        cbn=product(alibabacloud_cbn20170912, "cn-hangzhou"),
        sag=product(alibabacloud_smartag20180313, "ap-southeast-1"),
        bss=product(alibabacloud_bssopenapi20171214, "cn-hangzhou"),
    )


@pytest.fixture(scope="session")
def azure(lab):
    """One client per provider, unmodified but for base_url and transport."""
    credential = lab.azure_credential()
    return SimpleNamespace(
        network=lab.azure(NetworkManagementClient, credential),
        compute=lab.azure(ComputeManagementClient, credential),
        resources=lab.azure(ResourceManagementClient, credential),
        subscriptions=lab.azure(SubscriptionClient, credential),
    )


@pytest.fixture(scope="session", name="qingcloud")
def qingcloud_client(lab):
    """qingcloud-sdk, unmodified but for host, port and protocol."""
    return lab.qingcloud()
