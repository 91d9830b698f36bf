"""Records arrive whole, also where signals come while one is being sent."""

from __future__ import annotations

import signal
import socket
import threading

import numpy as np
import pytest

from autograder.worker import protocol
from autograder.worker.tracing.emitter import Emitter


@pytest.fixture
def alarms():
    before = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_a_record_that_a_signal_asks_for_stands_between_two_others(alarms):
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # a record is sent in many parts
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    received = []

    def listen() -> None:
        while True:
            try:
                received.append(protocol.receive(ours)["record"])
            except protocol.ProtocolError:
                return

    listener = threading.Thread(target=listen)
    listener.start()
    emitter = Emitter(theirs)
    signal.signal(signal.SIGALRM, emitter.after_frames(lambda: emitter({"what": "progress"})))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    for number in range(40):
        emitter({"what": number, "array": np.full(200_000, number, dtype=np.float32)})
    signal.setitimer(signal.ITIMER_REAL, 0)
    theirs.close()
    listener.join(30)
    told = [record for record in received if record["what"] != "progress"]
    assert [record["what"] for record in told] == list(range(40))
    assert all((record["array"] == record["what"]).all() for record in told)
    assert len(received) > len(told)


def test_what_can_not_be_sent_is_left_out():
    ours, theirs = socket.socketpair()
    emitter = Emitter(theirs)
    emitter({"what": "much", "texts": ["x" * 1_000] * (protocol.MAX_HEADER_BYTES // 1_000 + 1)})
    emitter({"what": "little"})
    assert protocol.receive(ours)["record"] == {"what": "little"}
