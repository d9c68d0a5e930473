"""A running lab, as `causeway lab up --json` describes it in the file that CAUSEWAY_LAB_JSON names."""

import json
import os
import uuid

import pytest


@pytest.fixture(scope="session")
def lab():
    path = os.environ.get("CAUSEWAY_LAB_JSON")
    if not path:
        pytest.skip("CAUSEWAY_LAB_JSON names no file")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


@pytest.fixture
def unique():
    """A name that no other test uses."""
    return "contract-" + uuid.uuid4().hex[:8]
