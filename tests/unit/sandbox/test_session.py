"""A session's conversation: whatever the student's process sends, it costs this check and no more."""

from __future__ import annotations

import os
import socket

import pytest

from autograder.sandbox.faults import StudentDied
from autograder.sandbox.session import Session
from autograder.worker import protocol


@pytest.fixture
def talking():
    """A session, and the end of its connection that a worker has."""
    ours, theirs = socket.socketpair()
    reader, writer = os.pipe()
    os.close(writer)
    with theirs, Session(ours, reader, 5.0, lambda grace: {}, lambda: 0.0) as session:
        yield session, theirs


@pytest.mark.parametrize("value", [5, "none", ["bindings"], [["bindings", []]], None], ids=str)
def test_an_answer_to_loading_that_names_nothing_is_held_against_the_code(talking, value):
    session, theirs = talking
    protocol.send(theirs, {"kind": "value", "value": value})
    with pytest.raises(StudentDied, match="wrote into the grader's connection"):
        session.load()
    assert session.loaded is None


def test_what_loading_tells_is_kept(talking):
    session, theirs = talking
    protocol.send(theirs, {"kind": "value", "value": {"bindings": [], "notes": []}})
    assert session.load() == session.loaded == {"bindings": [], "notes": []}
