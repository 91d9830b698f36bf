"""How long properties are looked for, and where our own files are read."""

from __future__ import annotations

import pytest
from hypothesis import settings

from autograder import limited
from tests.read_here import read_here

settings.register_profile("brief", derandomize=True, max_examples=100, deadline=None, database=None)
settings.register_profile("nightly", max_examples=5_000, deadline=None, database=None, print_blob=True)
settings.load_profile("brief")


@pytest.fixture(autouse=True)
def _readers_run_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a process for each file, which takes half a second; tests of the limits ask for one by their mark."""
    if request.node.get_closest_marker("apart") is None:
        monkeypatch.setattr(limited, "read_apart", read_here)
