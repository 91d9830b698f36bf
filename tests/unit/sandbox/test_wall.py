"""The wall's self-test: it finds nothing where the wall holds, and names what is open where a part of it is left out."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.sandbox import Kind, SandboxUnavailable, bubblewrap, choose, syscalls, view, wall

pytestmark = pytest.mark.skipif(
    bool(bubblewrap.bubblewrap_problem()), reason=f"no sandbox here: {bubblewrap.bubblewrap_problem()}"
)
ALLOW_ALL = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)  # one instruction: return SECCOMP_RET_ALLOW
Change = Callable[[list[str]], list[str]]


@pytest.fixture(autouse=True)
def afresh() -> None:
    wall.tested.cache_clear()


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], set[str]]:
    """What the self-test finds open where bubblewrap is told something else."""

    def found(change: Change) -> set[str]:
        options = bubblewrap.options
        monkeypatch.setattr(bubblewrap, "options", lambda launch: change(options(launch)))
        return {fact.name for fact in wall.tried(Kind.BUBBLEWRAP) if not fact.held}

    return found


def without(*words: str) -> Change:
    def change(options: list[str]) -> list[str]:
        at = next(i for i in range(len(options)) if options[i : i + len(words)] == [*words])
        return options[:at] + options[at + len(words) :]

    return change


def root_with_all_rights(options: list[str]) -> list[str]:
    as_root = options[options.index("--hostname") :]
    return [
        "--unshare-all",
        "--unshare-user",
        "--uid",
        "0",
        "--gid",
        "0",
        "--cap-add",
        "ALL",
        "--die-with-parent",
        *as_root,
    ]


def test_the_wall_holds_here() -> None:
    assert [fact.sentence() for fact in wall.tried(Kind.BUBBLEWRAP) if not fact.held] == []


def test_each_way_out_is_tried() -> None:
    assert {fact.name for fact in wall.tried(Kind.BUBBLEWRAP)} == wall.MEANING.keys()


def test_root_inside_is_found_with_all_that_it_can_do(changed: Callable[[Change], set[str]]) -> None:
    assert changed(root_with_all_rights) >= {"root", "capabilities"}


def test_rights_of_root_are_found_to_open_the_mounts_where_no_filter_stops_them(
    changed: Callable[[Change], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syscalls, "compiled", lambda: ALLOW_ALL)

    def change(options: list[str]) -> list[str]:
        return root_with_all_rights([word for word in options if word != "--disable-userns"])

    # A mount that is open in the sandbox's namespace alone: nothing of the machine is written here.
    assert changed(change) >= {"root", "capabilities", "remount", "calls", "namespace"}


def test_a_shared_network_is_found(changed: Callable[[Change], set[str]]) -> None:
    assert changed(lambda options: ["--unshare-all", "--share-net", *without("--unshare-all")(options)]) == {"network"}


def test_shared_processes_are_found(changed: Callable[[Change], set[str]]) -> None:
    apart = ["--unshare-ipc", "--unshare-net", "--unshare-uts"]
    change = without("--as-pid-1")
    assert "others" in changed(lambda options: [*apart, *change(without("--unshare-all")(options))])


def test_a_file_of_the_machine_in_sight_is_found(changed: Callable[[Change], set[str]]) -> None:
    assert changed(lambda options: ["--ro-bind", "/etc/passwd", "/etc/passwd", *options]) == {"read"}


def test_a_folder_that_can_be_written_is_found_and_left_as_it_was(
    changed: Callable[[Change], set[str]], tmp_path: Path
) -> None:
    assert changed(lambda options: [*options, "--bind", str(tmp_path), "/submission"]) == {"write"}
    assert not list(tmp_path.iterdir())


def test_scratch_without_a_size_is_found(changed: Callable[[Change], set[str]]) -> None:
    assert changed(without("--size", str(view.SHARED_BYTES))) == {"room"}


@pytest.mark.skipif(os.geteuid() != 0, reason="the kernel's settings are open to root alone")
def test_settings_of_the_kernel_that_root_could_change_are_found(changed: Callable[[Change], set[str]]) -> None:
    assert changed(without("--remount-ro", "/proc")) == {"kernel"}


def test_a_missing_filter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscalls, "compiled", lambda: ALLOW_ALL)
    assert "calls" in {fact.name for fact in wall.tried(Kind.BUBBLEWRAP) if not fact.held}


def test_nothing_is_graded_behind_a_wall_with_a_hole_and_it_is_said_which_and_what_to_do(
    changed: Callable[[Change], set[str]],
) -> None:
    changed(without("--size", str(view.SHARED_BYTES)))
    with pytest.raises(SandboxUnavailable) as refused:
        choose(Kind.AUTO)
    assert str(refused.value).splitlines() == [
        "the sandbox of this machine does not hold, so nothing was graded.",
        "Student code can fill this machine's memory with files (/dev/shm). Update bubblewrap (0.8 or newer).",
        "Or grade in a container (`--sandbox container`), or on another machine; or, for code that you trust, with "
        "`--sandbox none`.",
    ]


def test_a_self_test_that_says_nothing_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "PROGRAM", "autograder.worker.settings")
    with pytest.raises(SandboxUnavailable, match="could not be tried"):
        choose(Kind.AUTO)


def test_none_is_not_tried() -> None:
    assert choose(Kind.NONE) is Kind.NONE
