"""Readers that do to their process what hostile files do to ours."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator


def echo(given: object) -> Iterator[object]:
    sys.stdout.write("what a library prints is no record\n")
    yield given
    yield sorted(os.environ)


def loop(given: object) -> Iterator[object]:
    yield "begun"
    while True:
        pass


def sleep(given: object) -> Iterator[object]:
    yield "begun"
    time.sleep(3_600)


def fill_the_memory(given: object) -> Iterator[object]:
    yield "begun"
    yield len(bytearray(10**10))


def say_too_much(given: object) -> Iterator[object]:
    while True:
        yield "a" * 100_000


def nest(given: int) -> Iterator[object]:
    yield nest_deeper(given)


def nest_deeper(levels: int) -> int:
    return nest_deeper(levels + 1) if levels else 0


def complain(given: str) -> Iterator[object]:
    yield "begun"
    raise ValueError(given)


def die(given: object) -> Iterator[object]:
    yield "begun"
    os.abort()
