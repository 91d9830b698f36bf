"""A loop has a name as long as it is at work, and another one the next time that its function is called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from autograder.worker.tracing.loops import Loop, loop_of


def here() -> Loop | None:
    return loop_of(sys._getframe(1))


def loop(times: int) -> list[Loop | None]:
    found = []
    for _ in range(times):
        found.append(here())
    return found


def comprehension() -> list[Loop | None]:
    return [here() for _ in range(3)]


def while_loop() -> list[Loop | None]:
    found: list[Loop | None] = []
    while len(found) < 3:
        found.append(here())
    return found


def generated() -> Iterator[Loop | None]:
    for _ in range(3):
        yield here()


def test_all_turns_of_a_loop_have_one_name():
    runs: list[Callable[[], list[Loop | None]]] = [
        lambda: loop(3),
        comprehension,
        while_loop,
        lambda: list(generated()),
    ]
    for each in runs:
        found = each()
        assert len(found) == 3 and found[0] is not None
        assert found[0] is found[1] is found[2]


def test_the_next_call_has_another_one():
    first, second = loop(1), loop(1)
    assert first[0] is not second[0]


def test_before_and_after_a_loop_there_is_none():
    assert here() is None
    for _ in range(1):
        pass
    assert here() is None
