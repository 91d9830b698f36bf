"""What podman and docker are told. Programs that stand in for them answer; `test_containers.py` has the real ones."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.sandbox import Kind, Launch, SandboxUnavailable, container, view

# Says what the machine can limit, has the image, and keeps what it was told.
PROGRAM = """#!/bin/sh
echo "$@" >> "$0.told"
case "$1" in
    info) echo "$ANSWER" ;;
    image) [ -z "$NO_IMAGE" ] ;;
    import) cat > "$0.image" ;;
    run) echo "Error: no room" >&2; echo "See 'docker run --help'." >&2; exit 125 ;;
esac
"""
ALL = {Kind.PODMAN: "[cpuset cpu io memory pids]", Kind.DOCKER: "true true true"}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "bin"
    folder.mkdir()
    for kind in container.KINDS:
        (folder / kind.value).write_text(PROGRAM)
        (folder / kind.value).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    caches = (container.container_problem, container.image, container._controllers)
    for cache in caches:
        cache.cache_clear()
    yield folder
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def launch(programs: Path, tmp_path: Path) -> Launch:
    made = container.empty_launch(tmp_path)
    container.prepare(made)
    return made


@pytest.fixture(params=container.KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    chosen: Kind = request.param
    monkeypatch.setenv("ANSWER", ALL[chosen])
    return chosen


def mounts(words: list[str]) -> dict[str, str]:
    """Where each mount is inside -> where it is outside."""
    found = {}
    for option, value in pairwise(words):
        if option == "--mount":
            form, source, inside, mode = value.split(",")
            assert (form, mode) == ("type=bind", "readonly")
            found[inside.removeprefix("destination=")] = source.removeprefix("source=")
    return found


def test_a_container_has_no_network_no_rights_and_nothing_to_write_to(kind: Kind, launch: Launch) -> None:
    words = container.command(kind, launch, "a-name")
    assert words[:2] == [kind.value, "run"]
    assert "--read-only" in words
    for pair in (("--network", "none"), ("--cap-drop", "all"), ("--security-opt", "no-new-privileges"),
                 ("--ipc", "private"), ("--hostname", "sandbox"), ("--name", "a-name"), ("--pull", "never")):  # fmt: skip
        assert pair in pairwise(words), pair


def test_student_code_is_a_user_whom_nothing_belongs_to(kind: Kind, launch: Launch) -> None:
    words = container.command(kind, launch, "a-name")
    user, group = words[words.index("--user") + 1].split(":")
    assert user == group
    assert int(user) in container.USERS


def test_what_can_be_written_has_a_size(kind: Kind, launch: Launch) -> None:
    sized = [value for option, value in pairwise(container.command(kind, launch, "a-name")) if option == "--tmpfs"]
    assert [value.split(":")[0] for value in sized] == [*view.SIZES]
    assert all(f"size={size}" in value for value, size in zip(sized, view.SIZES.values(), strict=True))


def test_memory_processes_and_processors_are_limited_where_the_machine_can(kind: Kind, launch: Launch) -> None:
    words = container.command(kind, launch, "a-name")
    for pair in (("--memory", str(12 * 2**30)), ("--memory-swap", str(12 * 2**30)), ("--pids-limit", "512"),
                 ("--cpu-quota", "300000"), ("--ulimit", "core=0:0")):  # fmt: skip
        assert pair in pairwise(words), pair


@pytest.mark.parametrize("answer", ["[]", "false false false"])
def test_where_there_are_no_control_groups_a_container_starts_without(
    kind: Kind, launch: Launch, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWER", answer)
    assert not {"--memory", "--pids-limit", "--cpu-quota"} & {*container.command(kind, launch, "a-name")}


def test_student_code_sees_what_it_sees_in_bubblewrap_and_a_copy_of_the_submission(kind: Kind, launch: Launch) -> None:
    shown = mounts(container.command(kind, launch, "a-name"))
    assert {inside for _, inside in view.shown(launch)} <= shown.keys()
    assert shown["/submission"] == str(launch.scratch / "submission")
    assert shown["/grader/autograder/worker"] == str(view.ENGINE / "worker")
    assert not any(inside.startswith(("/home", "/var")) for inside in shown)


def test_what_is_told_of_the_machine_itself_is_covered(kind: Kind, launch: Launch) -> None:
    words = container.command(kind, launch, "a-name")
    shown = mounts(words)
    assert {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/mqueue"} <= shown.keys()
    assert Path(shown["/etc/resolv.conf"]).read_text() == ""
    if kind is Kind.DOCKER:
        assert list(Path(shown["/sys"]).iterdir()) == []
    else:
        assert "mask=/proc/pressure:/sys" in words


def test_no_variable_of_the_grader_is_handed_on(kind: Kind, launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    words = container.command(kind, launch, "a-name")
    assert not any("SECRET" in word or "hunter2" in word for word in words)


def test_a_gpu_is_shown_by_its_devices(kind: Kind, launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "devices", lambda launch: ["/dev/null", "/dev/nvidia-not-there"])
    words = container.command(kind, launch, "a-name")
    assert ("--device", "/dev/null") in pairwise(words)
    assert "/dev/nvidia-not-there" not in words


def test_what_others_may_not_read_is_told_with_what_to_do(kind: Kind, launch: Launch) -> None:
    launch.probes.chmod(0o700)
    with pytest.raises(SandboxUnavailable, match=r"can't be shown in a container.*chmod -R o\+rX"):
        container.command(kind, launch, "a-name")


def test_a_path_that_the_programs_would_misread_is_refused(kind: Kind, launch: Launch, tmp_path: Path) -> None:
    odd = tmp_path / "a,readonly=false"
    odd.mkdir(mode=0o755)
    with pytest.raises(SandboxUnavailable, match="comma"):
        container.command(kind, Launch(launch.submission, launch.scratch, odd, ()), "a-name")


def test_the_image_is_made_here_once_of_empty_folders_and_links(
    kind: Kind, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_IMAGE", "1")
    name = container.image(kind)
    assert container.image(kind) == name
    told = (programs / f"{kind}.told").read_text().splitlines()
    assert told == [f"image inspect {name}", f"import - {name}"]
    with tarfile.open(fileobj=io.BytesIO((programs / f"{kind}.image").read_bytes())) as archive:
        assert all(entry.isdir() or entry.issym() for entry in archive)
        assert archive.getmember("tmp").mode == 0o1777


def test_an_image_that_is_there_is_not_made_again(kind: Kind, programs: Path) -> None:
    name = container.image(kind)
    assert (programs / f"{kind}.told").read_text().splitlines() == [f"image inspect {name}"]


def test_why_none_starts_is_told_in_the_programs_own_words(kind: Kind, programs: Path) -> None:
    assert container.container_problem(kind) == f"{kind} does not start a container here (Error: no room)"


def test_one_that_is_not_installed_is_told(tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    container.container_problem.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert container.container_problem(kind) == f"{kind} is not installed"
    container.container_problem.cache_clear()
