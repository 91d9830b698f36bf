"""Stands in for `limited.read_apart`: the project's own files need no process of their own, which takes half a second each."""

from __future__ import annotations

from typing import Any

from autograder import limited_process
from autograder.limited import Bounds, Heard, Reader


def read_here(reader: Reader, given: Any, bounds: Bounds) -> Heard:
    """What `read_apart` returns, without its limits."""
    records = []
    try:
        for record in reader(given):
            records.append(record)
    except Exception as error:
        return Heard(tuple(records), limited_process.reason(error, bounds.memory))
    return Heard(tuple(records))
