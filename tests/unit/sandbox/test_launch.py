"""How a worker is started."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import Kind, Launch
from autograder.sandbox.launch import Worker, bare, start


def test_bare_code_finds_the_weights_where_torch_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    _, environment = bare(Launch(submission=tmp_path, scratch=tmp_path, probes=tmp_path, data=()))
    assert environment["TORCH_HOME"] == str(tmp_path / "torch")


@pytest.mark.parametrize("wish", [Kind.AUTO, Kind.CONTAINER])
def test_what_is_not_chosen_yet_is_not_started_bare(wish: Kind, tmp_path: Path) -> None:
    _, theirs = socket.socketpair()
    with pytest.raises(ValueError, match="choose"):
        start(wish, Launch(submission=tmp_path, scratch=tmp_path, probes=tmp_path, data=()), theirs)
    assert theirs.fileno() == -1


def started(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, start_new_session=True)


def test_a_worker_is_ended_with_what_it_started_outside_of_its_group() -> None:
    child = (
        "import subprocess, sys; print('begun', flush=True); subprocess.run(['sleep', '1000'], start_new_session=True)"
    )
    with started(child) as process:
        assert process.stdout is not None
        process.stdout.readline()
        worker = Worker(process)
        assert worker.is_running()
        worker.end()
        assert not worker.is_running()
        assert process.stdout.read() == b""  # which `sleep` held open


def test_a_client_of_a_container_is_let_end_by_itself_once_the_container_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "killed"
    client = f"import pathlib, time\nwhile not pathlib.Path({str(told)!r}).exists(): time.sleep(0.05)"
    with started(client) as process:
        Worker(process, ("touch", str(told))).end()
        assert process.returncode == 0
