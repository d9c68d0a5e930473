"""What the tests share: waiting, expected refusals, and SDK clients whose answers are held against their own models."""

import base64
import os
import struct
import sys
import time
import types
import typing
import uuid
from contextlib import contextmanager

import pytest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from azure.core.exceptions import HttpResponseError
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


@contextmanager
def azure_refuses(*codes, status=None):
    """The call inside must end in an error that Azure's SDK reads as one of `codes`."""
    with pytest.raises(HttpResponseError) as caught:
        yield caught
    error = caught.value.error
    assert error is not None, caught.value
    assert error.code in codes, (error.code, error.message)
    assert error.message
    assert caught.value.response.headers["x-ms-request-id"]
    if status is not None:
        assert caught.value.status_code == status


def checked(answer):
    """An answer of Azure's SDK whose values are of the types that its models declare, and which has no members of its own.

    The SDK takes any JSON value into any field, and keeps what it does not know.
    """
    rows = answer if isinstance(answer, list) else [answer]
    problems = [problem for row in rows for problem in azure_problems(row, type(row).__name__)]
    assert not problems, problems
    return answer


def done(poller):
    """What a long-running operation comes to."""
    return checked(poller.result())


def azure_problems(model, path):
    # The annotations say `_models.Name`, also where the name is an enumeration's and stands in the package only.
    package = sys.modules[type(model).__module__.rpartition(".")[0]]
    hints = typing.get_type_hints(type(model), localns={"_models": package})
    fields = {field._rest_name: name for name, field in model._attr_to_rest_field.items()}
    for member, value in model.items():
        name = fields.get(member)
        if name is None:
            yield f"{path}.{member} is no field"
        elif value is not None and not of_azure_type(getattr(model, name), hints[name]):
            yield f"{path}.{member} is no {hints[name]}: {value!r}"
        else:
            yield from azure_members(getattr(model, name), f"{path}.{member}")


def azure_members(value, path):
    if hasattr(value, "_attr_to_rest_field"):
        yield from azure_problems(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from azure_members(item, f"{path}[{index}]")


def of_azure_type(value, hint):
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(of_azure_type(value, argument) for argument in arguments)
    if origin is list:
        return isinstance(value, list) and all(of_azure_type(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(of_azure_type(item, arguments[1]) for item in value.values())
    if origin is typing.Literal:
        return value in arguments
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, hint) and (hint is not int or not isinstance(value, bool))


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
