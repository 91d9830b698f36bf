"""Messages arrive as they were sent, and nothing that a student returns can break or fool the reader."""

from __future__ import annotations

import json
import math
import socket
import threading
import time

import numpy as np
import pytest
import torch

from autograder.worker import protocol
from autograder.worker.protocol import Opaque, Stored, as_received
from autograder.worker.stored import StoredArrays


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_plain_values_arrive_as_they_were_sent():
    message = {"a": [1, 2.5, None, True, "text"], "b": {"c": (1, "two")}, "": -(2**62)}
    assert as_received(message) == message


def test_arrays_keep_their_type_shape_and_values():
    for array in (np.arange(6, dtype=np.int64).reshape(2, 3), np.float32([[1.5]]), np.zeros((0, 4)), np.array(True)):
        got = as_received({"x": array})["x"]
        assert got.dtype == array.dtype
        assert got.shape == array.shape
        assert np.array_equal(got, array)


def test_tensors_arrive_as_arrays_also_when_they_need_gradients_or_are_not_contiguous():
    tensor = torch.arange(6.0, requires_grad=True).reshape(2, 3).T
    assert np.array_equal(as_received(tensor), tensor.detach().numpy())
    assert as_received(torch.ones(2, dtype=torch.bfloat16)).dtype == np.float32


def test_infinite_numbers_and_nan_arrive():
    low, high, nothing = as_received([-math.inf, math.inf, math.nan])
    assert (low, high) == (-math.inf, math.inf)
    assert math.isnan(nothing)


def test_dictionaries_with_odd_keys_arrive():
    assert as_received({1: "one", None: 2, "$array": "not one of ours"}) == {
        1: "one",
        None: 2,
        "$array": "not one of ours",
    }


def test_what_cannot_be_sent_arrives_as_a_description():
    class Model:
        def __repr__(self):
            return "Model()"

    assert as_received(Model()) == Opaque("Model", "Model()")
    assert as_received(np.array(["text"])).type == "ndarray"
    assert as_received(2**70) == Opaque("int", str(2**70))


def test_an_object_whose_repr_raises_is_still_described():
    assert as_received([Angry()])[0].text == "its repr raises ValueError"


class Angry:
    def __repr__(self):
        raise ValueError("no")


def test_a_list_that_contains_itself_is_sent_to_a_depth_and_no_further():
    endless: list[object] = []
    endless.append(endless)
    assert "Opaque" in repr(as_received(endless))


def test_stored_arrays_are_looked_up_by_the_receiver():
    digits = np.arange(4)
    assert as_received({"images": Stored("mnist/train")}, {"mnist/train": digits})["images"] is digits


def test_a_stored_name_that_nobody_has_is_an_error():
    with pytest.raises(protocol.ProtocolError, match="mnist/test-labels"):
        as_received(Stored("mnist/test-labels"), {})


def test_a_message_is_read_without_a_look_at_what_else_is_stored(tmp_path):
    class Untouched(StoredArrays):
        def __iter__(self):
            raise AssertionError("a folder was searched")

    np.save(tmp_path / "digits.npy", np.arange(3))
    assert as_received({"images": Stored("digits"), "n": 1}, Untouched(tmp_path))["images"].tolist() == [0, 1, 2]


def test_messages_follow_each_other_on_one_connection(pair):
    ours, theirs = pair
    big = np.random.default_rng(0).standard_normal(200_000)
    sender = threading.Thread(target=lambda: [protocol.send(ours, {"n": 1}), protocol.send(ours, big)])
    sender.start()
    assert protocol.receive(theirs) == {"n": 1}
    assert np.array_equal(protocol.receive(theirs), big)
    sender.join()


def test_a_closed_connection_is_told_apart_from_a_broken_message(pair):
    ours, theirs = pair
    ours.close()
    with pytest.raises(protocol.ConnectionEnded):
        protocol.receive(theirs)


def test_an_announced_message_over_the_limit_is_refused_before_it_is_read(pair):
    ours, theirs = pair
    ours.sendall(protocol.HEADER.pack(2**31, 0))
    with pytest.raises(protocol.ProtocolError, match="over the limit"):
        protocol.receive(theirs)


@pytest.mark.parametrize(
    "header",
    [b"not json", b'{"$array": "a7"}', b'{"$opaque": 3}', b'{"$float": "abc"}', b"\xff\xfe", b"[" * 100_000],
)
def test_nonsense_is_a_protocol_error_and_nothing_else(pair, header):
    ours, theirs = pair
    sender = threading.Thread(target=ours.sendall, args=(protocol.HEADER.pack(len(header), 0) + header,))
    sender.start()
    with pytest.raises(protocol.ProtocolError):
        protocol.receive(theirs)
    sender.join()


def test_nonsense_in_the_body_is_a_protocol_error(pair):
    ours, theirs = pair
    header = json.dumps({"$array": "a0"}).encode()
    ours.sendall(protocol.HEADER.pack(len(header), 9) + header + b"\x01" * 9)
    with pytest.raises(protocol.ProtocolError):
        protocol.receive(theirs)


def test_a_message_that_comes_byte_by_byte_is_given_up_at_the_deadline(pair):
    ours, theirs = pair
    stopped = threading.Event()

    def drip():
        theirs.sendall(protocol.HEADER.pack(2**20, 0))
        while not stopped.wait(0.01):
            theirs.sendall(b" ")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with pytest.raises(TimeoutError):
            protocol.receive(ours, deadline=protocol.until(time.monotonic() + 0.3))
    finally:
        stopped.set()
        dripping.join()


def test_a_message_that_nobody_takes_is_given_up_at_the_deadline(pair):
    ours, _ = pair
    with pytest.raises(TimeoutError):
        protocol.send(ours, np.zeros(2**24), deadline=protocol.until(time.monotonic() + 0.3))


def test_a_deadline_that_is_over_leaves_the_message_where_it_is(pair):
    ours, theirs = pair
    protocol.send(theirs, "late")
    with pytest.raises(TimeoutError):
        protocol.receive(ours, deadline=protocol.until(time.monotonic() - 1))
    assert protocol.receive(ours) == "late"


def test_a_deadline_that_moves_while_it_is_waited_for_is_kept(pair):
    ours, theirs = pair
    lefts = iter([0.05, 5.0])
    timer = threading.Timer(0.3, lambda: protocol.send(theirs, "late"))
    timer.start()
    assert protocol.receive(ours, deadline=lambda: next(lefts, 5.0)) == "late"
    timer.join()
