"""The connection is handed to who comes first, once; or closed where nobody comes."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from autograder.sandbox import door

ERRAND = door.Errand(("a.module", "{}"), {"HOME": "/tmp"}, {"/tmp/link": "/weights/net.pth"})


@pytest.fixture
def calls(tmp_path: Path) -> int:
    (tmp_path / "calls").write_bytes(b"a filter")
    return os.open(tmp_path / "calls", os.O_RDONLY)


def come(folder: Path) -> tuple[dict[str, object], list[int]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as guest:
        guest.connect(str(folder / door.NAME))
        data, descriptors, _, _ = socket.recv_fds(guest, 2**16, 2)
    return json.loads(data), descriptors


def test_the_first_who_comes_is_given_the_connection_the_filter_and_the_errand(tmp_path: Path, calls: int) -> None:
    ours, theirs = socket.socketpair()
    door.hand_over(door.listening(tmp_path), ERRAND, theirs, calls, lambda: True)
    errand, (connection, its_calls) = come(tmp_path)
    assert errand == {
        "words": ["a.module", "{}"],
        "variables": {"HOME": "/tmp"},
        "links": {"/tmp/link": "/weights/net.pth"},
    }
    with ours, socket.socket(fileno=connection) as taken, open(its_calls, "rb") as program:
        taken.sendall(b"ready")
        assert ours.recv(10) == b"ready"
        assert program.read() == b"a filter"
        taken.close()
        assert ours.recv(10) == b""  # nobody else holds it


def test_a_second_finds_no_door(tmp_path: Path, calls: int) -> None:
    ours, theirs = socket.socketpair()
    door.hand_over(door.listening(tmp_path), ERRAND, theirs, calls, lambda: True)
    _, (connection, its_calls) = come(tmp_path)
    with ours, socket.socket(fileno=connection) as taken:
        taken.close()
        assert ours.recv(1) == b""  # the thread has let go of its own
        os.close(its_calls)
        with pytest.raises(FileNotFoundError):
            come(tmp_path)


def test_where_nobody_comes_any_more_the_connection_ends_and_the_door_is_gone(tmp_path: Path, calls: int) -> None:
    ours, theirs = socket.socketpair()
    door.hand_over(door.listening(tmp_path), ERRAND, theirs, calls, lambda: False)
    with ours:
        assert ours.recv(1) == b""
    assert not (tmp_path / door.NAME).exists()
