"""What a run in a sandbox says about itself is text from a stranger."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from autograder.sandbox.whole import End, WholeRun, _Watch
from autograder.worker import protocol


def told(*messages: Any) -> WholeRun:
    """How a run ends whose process sends these messages and hangs up."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for message in messages:
            if isinstance(message, bytes):
                theirs.sendall(message)
            else:
                protocol.send(theirs, message)
        theirs.shutdown(socket.SHUT_WR)
        return _Watch(ours, "hw1.ipynb", 60).until_the_end()


def test_the_cell_and_line_of_a_stop_are_kept():
    end = {"kind": "end", "end": "stopped", "seconds": 0.0, "line": 2, "error": "NameError: x", "traceback": "File"}
    run = told({"kind": "started"}, {"kind": "cell", "number": 3, "of": 9}, end)
    assert (run.end, run.where, run.error) == (End.STOPPED, "code cell 3 of 9, line 2", "NameError: x")


def test_a_death_is_told_by_its_signal():
    run = told({"kind": "started"}, {"kind": "end", "end": "died", "seconds": 1, "exit_code": 0, "signal": "SIGSEGV"})
    assert (run.end, "SIGSEGV" in run.error) == (End.DIED, True)


@pytest.mark.parametrize(
    "message",
    [
        b"no message at all, but long enough",
        {"kind": "something else"},
        ["a", "list"],
        {"kind": "end", "end": "passed with honours"},
        {"kind": "end"},
    ],
)
def test_what_is_no_message_ends_the_run(message):
    assert told({"kind": "started"}, message).end is End.DIED


def test_silence_ends_the_run_where_it_was():
    run = told({"kind": "started"}, {"kind": "cell", "number": 2, "of": 3})
    assert (run.end, run.where) == (End.DIED, "code cell 2 of 3")


def test_texts_are_cut_and_numbers_that_make_no_sense_are_none():
    end = {"kind": "end", "end": "stopped", "seconds": 1e300, "line": -5, "error": "x" * 100_000, "traceback": ["no"]}
    run = told({"kind": "started"}, end)
    assert (len(run.error), run.traceback, run.where) == (4000, "", "")
    assert run.seconds < 60
