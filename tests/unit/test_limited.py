"""What readers of handed-in files do to memory, time and output ends their process, and what was read until then counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.limited import Bounds, Patience, Reader, ReaderFailed, read_apart
from tests.unit import hostile_readers

pytestmark = pytest.mark.apart
SMALL = Bounds(seconds=2.0, memory=300_000_000, output=1_000_000)


def test_records_arrive_and_the_environment_is_not_ours() -> None:
    heard = read_apart(hostile_readers.echo, {"a": [1, "b"]}, SMALL)
    assert heard.problem == ""
    assert heard.records[0] == {"a": [1, "b"]}
    assert not {"HOME", "AUTOGRADER_DATA"} & set(heard.records[1])


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (hostile_readers.loop, "takes more than 2 seconds"),
        (hostile_readers.fill_the_memory, "takes more than 0.3 GB of memory"),
        (hostile_readers.die, "crashed"),
    ],
)
def test_what_was_read_before_a_limit_counts_and_the_limit_is_told(reader: Reader, told: str) -> None:
    heard = read_apart(reader, None, SMALL)
    assert heard.records == ("begun",)
    assert told in heard.problem


def test_a_reader_that_waits_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.limited.START_SECONDS", 0.0)
    heard = read_apart(hostile_readers.sleep, None, Bounds(seconds=3.0))
    assert "takes more than 3 seconds" in heard.problem


def test_more_than_may_be_said_is_cut_off() -> None:
    heard = read_apart(hostile_readers.say_too_much, None, SMALL)
    assert heard.problem == "there is too much in it"
    assert 0 < len(heard.records) < 11


def test_why_a_reader_gave_up_is_told_in_its_words() -> None:
    assert read_apart(hostile_readers.complain, "it is no\nsuch file", SMALL).problem == "it is no such file"
    assert read_apart(hostile_readers.nest, 1, SMALL).problem == "it is nested too deeply"


def test_a_reader_that_is_not_there_is_the_graders_fault() -> None:
    def local(given: object) -> Iterator[object]:
        yield given

    with pytest.raises(ReaderFailed, match="could not begin"):
        read_apart(local, None, SMALL)


def test_time_is_shared_by_all_that_is_read() -> None:
    assert Patience(100.0).left(30.0) == 30.0
    assert 0 < Patience(10.0).left(30.0) <= 10.0
    assert Patience(0.0).left(30.0) == 0.0
