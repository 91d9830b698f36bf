"""What a traced run tells of itself is held against the grader's own clock."""

from __future__ import annotations

import math
import socket
import threading
import time

import pytest

from autograder.sandbox import tracing
from autograder.worker import protocol


def listened_to(seconds: object) -> tracing.RawTrace:
    """What the grader makes of a run of one source that says that it took so many seconds."""
    ours, theirs = socket.socketpair()

    def run() -> None:
        soon = protocol.until(time.monotonic() + 10)
        protocol.receive(theirs, deadline=soon)
        protocol.send(theirs, {"kind": "ready"}, soon)
        protocol.send(theirs, {"kind": "source", "source": "a.py", "end": "finished", "seconds": seconds}, soon)

    with ours, theirs:
        thread = threading.Thread(target=run)
        thread.start()
        found = tracing._listen(ours, ["a.py"], 5.0, 0)
        thread.join()
    return found


@pytest.mark.parametrize("seconds", [math.nan, math.inf, 1e308, -5, 10**30, "3", None])
def test_a_source_takes_no_time_that_has_not_passed(seconds):
    (source,) = listened_to(seconds).sources
    assert source.end == "finished"
    assert 0 <= source.seconds < 10
