"""Builds a `Trace` from a sandbox's output. What is malformed, or too much, is dropped and counted; nothing of it is run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from pydantic import ValidationError

from autograder.quoting import LETTER
from autograder.sandbox.tracing import RawSource, RawTrace
from autograder.trace.outputs import Figure, Printed, Table
from autograder.trace.places import Seen
from autograder.trace.records import (
    Asked,
    Called,
    Data,
    Failure,
    Gradients,
    KeptInVain,
    Largest,
    Network,
    Pass,
    Run,
    SourceTrace,
    Trace,
)
from autograder.worker.protocol import size_of

# kind of message -> its record, the field of `SourceTrace`, and whether a later one replaces an earlier one
KINDS: Final[dict[str, tuple[type[Seen], str, bool]]] = {
    "data": (Data, "data", True),
    "network": (Network, "networks", True),
    "run": (Run, "runs", True),
    "pass": (Pass, "passes", True),
    "gradients": (Gradients, "gradients", False),
    "figure": (Figure, "figures", False),
    "table": (Table, "tables", False),
    "printed": (Printed, "printed", False),
    "error": (Failure, "failures", False),
    "asked": (Asked, "asked", False),
    "largest": (Largest, "largest", False),
    "called": (Called, "called", False),
    "kept in vain": (KeptInVain, "kept_in_vain", False),
}
PLACES: Final = ("place", "made")  # in a record
CODE_FILE: Final = re.compile(rf"(?:{LETTER}|[ ./()\[\]+-]){{1,150}}\.(?:py|ipynb)", re.IGNORECASE)
MOST: Final = 8_000  # records of one kind
ROOM: Final = 60_000_000  # bytes of all records without arrays: a hundred times as much as our own submissions have


def read_trace(raw: RawTrace, budget: float, threads: int = 0) -> Trace:
    """The trace of a submission. `budget` is the seconds that it had, `threads` the number of threads of its computations."""
    sources = []
    room = ROOM
    for source in raw.sources:
        read, room = _read_source(source, threads, room)
        sources.append(read)
    return Trace(sources=tuple(sources), seconds=raw.seconds, budget=budget)


def _read_source(raw: RawSource, threads: int, room: int) -> tuple[SourceTrace, int]:
    """A source's records, as far as there is `room` (bytes) for them, and the room that is left."""
    latest: dict[tuple[str, Any], dict[str, Any]] = {}
    material: dict[str, np.ndarray] = {}
    orders: dict[str, tuple[int, ...]] = {}
    cells = (0, 0)
    dropped, end = 0, raw.end
    before: tuple[Any, ...] | None = None  # of a first run, if there was a second one
    for number, record in enumerate(raw.records):
        what = record.get("what")
        if what == "material" and isinstance(record.get("array"), np.ndarray) and isinstance(record.get("name"), str):
            material.setdefault(record["name"], record["array"])
            orders.setdefault(record["name"], _order(record.get("order"), record["array"].ndim))
        elif what == "again" and before is None:  # all records so far are of a run on cut data sets; it begins anew
            before = latest, material, orders, cells
            latest, material, orders, cells = {}, {}, {}, (0, 0)
        elif what == "either" and before is not None:  # the second one was not finished
            if _worth(before[0]) >= _worth(latest):
                latest, material, orders, cells = before
            else:
                end = "budget"
            before = None
        elif what == "cell":
            cells = (_count(record.get("number")), _count(record.get("of")))
        elif isinstance(what, str) and what in KINDS:
            key = record.get("id") if KINDS[what][2] else number
            latest[what, key if isinstance(key, int) else number] = record
        else:
            dropped += 1
    fields: dict[str, list[Seen]] = {field: [] for _, field, _ in KINDS.values()}
    for (what, _), record in latest.items():
        kind, field, _ = KINDS[what]
        room -= size_of(record, arrays=False)
        try:
            if len(fields[field]) < MOST and room >= 0:
                fields[field].append(kind.model_validate(_placed(record, raw.source)))
            else:
                dropped += 1
        except ValidationError:
            dropped += 1
    recorded: dict[str, Any] = {field: tuple(_sorted(entries)) for field, entries in fields.items()}
    about: dict[str, Any] = {
        "source": raw.source,
        "end": end,
        "seconds": raw.seconds,
        "cells": cells,
        "threads": threads,
    }
    read = SourceTrace.model_construct(
        _fields_set=None, **about, dropped=dropped, material=material, orders=orders, **recorded
    )
    return read, max(room, 0)


def _worth(records: Mapping[tuple[str, Any], Any]) -> int:
    """How much a run has shown: its trainings and figures."""
    return sum(what in ("run", "figure") for what, _ in records)


def _order(recorded: Any, axes: int) -> tuple[int, ...]:
    """The recorded order of the `axes` in memory; empty if it is not a valid one."""
    whole = isinstance(recorded, list) and all(type(axis) is int for axis in recorded)
    return tuple(recorded) if whole and sorted(recorded) == list(range(axes)) else ()


def _placed(record: dict[str, Any], source: str) -> dict[str, Any]:
    """The record with valid places. Reports quote them in their own sentences, so anything that is not the name of a code file
    becomes the notebook or script that was run."""
    places = {key: record[key] for key in PLACES if isinstance(record.get(key), dict)}
    return record | {key: _place(place, source) for key, place in places.items()}


def _place(place: dict[str, Any], source: str) -> dict[str, Any]:
    named = place.get("source")
    known = named == source or (isinstance(named, str) and CODE_FILE.fullmatch(named))
    run = {"run": source} if place.get("run") else {}
    return place | run | {"source": named if known else source}


def _sorted(entries: Iterable[Seen]) -> list[Seen]:
    return sorted(entries, key=lambda entry: getattr(entry, "id", 0))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 100_000 else 0
