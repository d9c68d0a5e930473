"""What the tests share: waiting, expected refusals, and SDK clients whose answers are held against their own models."""

import base64
import os
import struct
import time
import typing
import uuid
from contextlib import contextmanager

import pytest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from botocore.exceptions import ClientError
from darabonba.model import DaraModel


def unique(stem):
    """A name that no other test and no other run of these tests uses."""
    return f"{stem}-{uuid.uuid4().hex[:8]}"


def eventually(look, wanted=bool, seconds=30):
    """What `look` gives once `wanted` holds for it; fails when the time is over."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if wanted(found):
            return found
        assert time.monotonic() < end, f"after {seconds} s still {found!r}"
        time.sleep(0.05)


def public_key_line(comment="contract"):
    """A well-formed OpenSSH public key of which nobody has the private half."""
    parts = (b"ssh-ed25519", os.urandom(32))
    blob = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}"


@contextmanager
def aws_refuses(*codes, status=None):
    """The call inside must end in an error that boto3 reads as one of `codes`."""
    with pytest.raises(ClientError) as caught:
        yield caught
    response = caught.value.response
    assert response["Error"]["Code"] in codes, response["Error"]
    assert response["Error"]["Message"]
    assert response["ResponseMetadata"]["RequestId"]
    if status is not None:
        assert response["ResponseMetadata"]["HTTPStatusCode"] == status


@contextmanager
def alibaba_refuses(*codes, status=None):
    """The call inside must end in an error that the vendor's SDK reads as one of `codes`."""
    with pytest.raises(AlibabaCloudException) as caught:
        yield caught
    assert caught.value.code in codes, (caught.value.code, caught.value.message)
    assert caught.value.request_id
    if status is not None:
        assert caught.value.status_code == status


class Product:
    """One product's client, unmodified.

    `product.create_cen(name=...)` sends a CreateCenRequest and gives the answer's body.

    The SDK takes any JSON value into any field of a model, so each answer is also compared with the types that the
    model declares: a number where a text is promised breaks the programs that read it.
    """

    def __init__(self, client, models):
        self._client = client
        self.models = models

    def __getattr__(self, name):
        method = getattr(self._client, name)
        request = typing.get_type_hints(method).get("request")

        def call(**parameters):
            answer = method(request(**parameters)) if request else method()
            assert answer.status_code == 200
            assert answer.body.request_id
            problems = list(type_problems(answer.body, type(answer.body).__name__))
            assert not problems, problems
            return answer.body

        return call


def type_problems(model, path):
    """Where the values of a model are not of the types that it declares."""
    hints = typing.get_type_hints(type(model).__init__)
    for name, value in vars(model).items():
        if value is not None and name in hints:
            yield from value_problems(value, hints[name], f"{path}.{name}")


def value_problems(value, hint, path):
    origin = typing.get_origin(hint)
    if hint is typing.Any:
        return
    if origin is list:
        if not isinstance(value, list):
            yield f"{path} is no list: {value!r}"
            return
        for index, item in enumerate(value):
            yield from value_problems(item, typing.get_args(hint)[0], f"{path}[{index}]")
    elif origin is dict or hint is dict:
        if not isinstance(value, dict):
            yield f"{path} is no object: {value!r}"
    elif isinstance(hint, type) and issubclass(hint, DaraModel):
        yield from type_problems(value, path)
    elif hint is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{path} is no number: {value!r}"
    elif type(value) is not hint:
        yield f"{path} is no {hint.__name__}: {value!r}"
