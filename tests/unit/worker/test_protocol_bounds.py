"""Whatever bytes arrive: either a value that fits into the grader's memory, or a ProtocolError."""

from __future__ import annotations

import json

import hypothesis.strategies as some
import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given

from autograder.worker import protocol
from autograder.worker.protocol import ProtocolError, decoded, encode

TAGS = some.sampled_from(["$float", "$array", "$stored", "$opaque", "$tuple", "$pairs", "a0", "kind", "\ud800"])
LEAVES = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5) | TAGS
NODES = some.recursive(
    LEAVES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TAGS | some.text(max_size=3), inner, max_size=2),
    max_leaves=20,
)
BODY = safetensors.numpy.save({"a0": np.arange(3.0), "a1": np.zeros((0, 2))})


def frame(header: bytes, body: bytes = b"") -> bytes:
    return protocol.HEADER.pack(len(header), len(body)) + header + body


@given(some.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_protocol_error(data: bytes) -> None:
    for said in (data, frame(data), frame(b"{}", data), frame(b"[]", BODY[:8] + data)):
        try:
            value = decoded(said)
        except ProtocolError:
            continue
        assert isinstance(repr(value), str)


@given(NODES)
def test_any_json_is_a_message_that_can_be_written_or_a_protocol_error(node: object) -> None:
    try:
        value = decoded(frame(json.dumps(node).encode(), BODY))
    except ProtocolError:
        return
    assert isinstance(repr(value).encode("utf-8"), bytes)


@given(NODES, some.integers(min_value=0, max_value=200), some.binary(min_size=1, max_size=3))
def test_a_message_with_other_bytes_in_it_is_a_message_or_a_protocol_error(node: object, at: int, by: bytes) -> None:
    whole = bytearray(encode([node, np.arange(4)]))
    whole[at : at + len(by)] = by
    try:
        value = decoded(bytes(whole))
    except ProtocolError:
        return
    assert isinstance(repr(value), str)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"[" + b"[]," * 600_000 + b"[]]", "more than 500,000 values"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "more than 96 levels"),
        (b"[" * 100_000, "more than 96 levels"),
        (b"1" * 100, "64 bits"),
        (b"1" * 5000, "digits"),
        (b'{"$opaque": []}', "index"),
        (b'[{"$array": "a0"}, {"$array": "a0"}]', "a0"),
        ("[]".encode("utf-16"), "utf-8"),
    ],
)
def test_a_message_beyond_what_anybody_sends_is_refused_with_the_reason(header: bytes, told: str) -> None:
    with pytest.raises(ProtocolError, match=told):
        decoded(frame(header, BODY))


def test_brackets_in_texts_are_not_taken_for_lists() -> None:
    text = '[{"' * 10_000 + "\\"
    assert decoded(encode([text, text])) == [text, text]


def test_more_names_of_arrays_than_anybody_sends_are_refused() -> None:
    body = safetensors.numpy.save({f"a{number}": np.zeros(0) for number in range(40_000)})
    with pytest.raises(ProtocolError, match="too many arrays"):
        decoded(frame(b"{}", body))


def test_lone_surrogates_arrive_as_question_marks() -> None:
    assert decoded(frame(b'{"\\ud800": "a\\udfffb"}')) == {"?": "a?b"}
