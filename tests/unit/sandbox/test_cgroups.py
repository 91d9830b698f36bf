"""A sandbox gets a control group where systemd makes one whose limits hold, and starts all the same where it makes none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox import cgroups


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    cgroups.is_available.cache_clear()
    yield
    cgroups.is_available.cache_clear()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A machine with these controllers, and a systemd-run that is this shell script."""

    def made(controllers: str | None, script: str | None) -> None:
        if controllers is not None:
            (tmp_path / "cgroup.controllers").write_text(controllers)
        programs = tmp_path / "bin"
        programs.mkdir()
        if script is not None:
            (programs / "systemd-run").write_text(f"#!/bin/sh\n{script}\n")
            (programs / "systemd-run").chmod(0o755)
        monkeypatch.setattr(cgroups, "ROOT", tmp_path)
        monkeypatch.setenv("PATH", str(programs) if script is None else f"{programs}:{os.environ['PATH']}")

    return made


def test_a_group_limits_memory_processes_and_processors(machine: Callable[..., None]) -> None:
    machine("cpuset cpu io memory pids", "echo 32")
    words = cgroups.prefix(threads=2)
    assert words[0] == "systemd-run"
    assert words[-1] == "--"
    assert {"MemoryMax=12884901888", "MemorySwapMax=0", "TasksMax=512", "CPUQuota=400%"} <= {*words}


def test_an_ordinary_user_asks_the_users_own_systemd(machine: Callable[..., None]) -> None:
    machine("memory pids", "echo 32")
    assert ("--user" in cgroups.prefix(threads=1)) == (os.geteuid() != 0)


@pytest.mark.parametrize(
    ("controllers", "script"),
    [
        (None, "echo 32"),  # control groups of version 1
        ("cpu io", "echo 32"),  # memory is not to be had
        ("memory pids", None),  # no systemd
        ("memory pids", "echo 'Failed to connect to bus' >&2; exit 1"),
        ("memory pids", "echo max"),  # the limit was not taken
    ],
)
def test_where_no_group_is_to_be_had_a_sandbox_starts_without(
    machine: Callable[..., None], controllers: str | None, script: str | None
) -> None:
    machine(controllers, script)
    assert cgroups.prefix(threads=1) == []
