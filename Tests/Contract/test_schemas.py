"""The published JSON schemas, read by an implementation that is not the project's own."""

import copy
import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / "workflows").rglob("*.yaml"))
PROVIDERS = [path for path in sorted((ROOT / "providers").rglob("*.yaml")) if not path.name.endswith(".examples.yaml")]


class PlainLoader(yaml.SafeLoader):
    """YAML 1.2's core schema: no timestamps, and only true and false are booleans, as the product reads them."""


BOOLEAN, TIMESTAMP = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"
PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag not in (BOOLEAN, TIMESTAMP)]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(BOOLEAN, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def load(path):
    return yaml.load(path.read_text(), PlainLoader)


def validator(kind):
    schema = json.loads((ROOT / "schemas" / f"{kind}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def name(path):
    return str(path.relative_to(ROOT))


def problem(kind, document):
    error = best_match(validator(kind).iter_errors(document))
    return error and f"{error.json_path}: {error.message}"


def test_there_are_documents_to_check():
    assert WORKFLOWS and PROVIDERS


@pytest.mark.parametrize("kind", ["workflow", "provider"])
def test_a_schema_is_itself_a_valid_schema(kind):
    schema = json.loads((ROOT / "schemas" / f"{kind}.schema.json").read_text())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_a_workflow_fits_the_schema(path):
    assert problem("workflow", load(path)) is None


@pytest.mark.parametrize("path", PROVIDERS, ids=name)
def test_a_provider_file_fits_the_schema(path):
    assert problem("provider", load(path)) is None


WORKFLOW = {
    "name": "one",
    "inputs": {"cidr": {"type": "cidr"}},
    "steps": {"first": {"uses": "flow/assert", "with": {"that": True}}},
}


def workflow(change):
    document = copy.deepcopy(WORKFLOW)
    change(document)
    return document


def test_the_smallest_workflow_is_accepted():
    assert problem("workflow", WORKFLOW) is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.pop("name"), id="no name"),
        pytest.param(lambda d: d.pop("steps"), id="no steps"),
        pytest.param(lambda d: d.update(name="Not A Name"), id="a name with capitals and spaces"),
        pytest.param(lambda d: d.update(stepz={}), id="a misspelt member"),
        pytest.param(lambda d: d["steps"].update({"Bad-Id": {"uses": "flow/assert"}}), id="a step id with capitals"),
        pytest.param(lambda d: d["steps"]["first"].pop("uses"), id="a step without uses"),
        pytest.param(lambda d: d["steps"]["first"].update(uses="flow"), id="uses without an action"),
        pytest.param(lambda d: d["steps"]["first"].update(need="other"), id="a misspelt member of a step"),
        pytest.param(lambda d: d["steps"]["first"].update(needs=[1]), id="needs that names no step"),
        pytest.param(lambda d: d["steps"].update(second=None), id="a step that is nothing"),
        pytest.param(lambda d: d["inputs"].update(cidr={"type": "network"}), id="an input of an unknown type"),
        pytest.param(lambda d: d["inputs"].update(cidr={}), id="an input without a type"),
        pytest.param(lambda d: d["inputs"].update({"a-b": {"type": "string"}}), id="an input's name with a hyphen"),
        pytest.param(lambda d: d.update(title={"fr": "un"}), id="a text in a language that is not known"),
        pytest.param(lambda d: d.update(checks=[{"message": "m"}]), id="a check without a condition"),
    ],
)
def test_a_broken_workflow_is_refused(change):
    assert problem("workflow", workflow(change)) is not None


@pytest.mark.parametrize("document", [None, [], "text", 3], ids=repr)
@pytest.mark.parametrize("kind", ["workflow", "provider"])
def test_what_is_no_object_is_refused(kind, document):
    assert problem(kind, document) is not None


def broken(path, change):
    document = load(path)
    action = next(iter(document["actions"].values()))
    change(document, action)
    return document


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d, a: d.update(action={}), id="a misspelt member"),
        pytest.param(lambda d, a: a.update(creat={}), id="a misspelt member of an action"),
        pytest.param(lambda d, a: a["inputs"].update(x={"type": "texts"}), id="an input of an unknown type"),
        pytest.param(lambda d, a: d.update(actions=[]), id="actions that are a list"),
    ],
)
@pytest.mark.parametrize("path", [p for p in PROVIDERS if p.name in ("cbn.yaml", "ec2.yaml")], ids=name)
def test_a_broken_provider_file_is_refused(path, change):
    assert problem("provider", load(path)) is None
    assert problem("provider", broken(path, change)) is not None
