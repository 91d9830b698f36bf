"""The filter of system calls, and what is said where it can't be made."""

from __future__ import annotations

import sys

import pytest

from autograder.sandbox import SandboxUnavailable, syscalls


@pytest.fixture
def afresh() -> None:
    syscalls.compiled.cache_clear()


def test_a_filter_is_a_program_of_the_kernel(afresh: None) -> None:
    assert syscalls.compiled()
    assert len(syscalls.compiled()) % 8 == 0


def test_without_the_package_it_is_said_what_to_install(afresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(SandboxUnavailable, match=r"pip install -r requirements\.txt"):
        syscalls.compiled()


def test_without_the_library_it_is_said_what_to_install(afresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pyseccomp", raising=False)
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None if name == "seccomp" else f"lib{name}.so.6")
    with pytest.raises(SandboxUnavailable, match="apt-get install libseccomp2"):
        syscalls.compiled()


def test_no_call_is_listed_twice() -> None:
    listed = [*syscalls.FORBIDDEN, *syscalls.ABSENT, *syscalls.LASTING]
    assert len(listed) == len({*listed})
