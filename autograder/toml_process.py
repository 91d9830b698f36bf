"""Reads what a mapping needs from a student's TOML file. Runs in a separate process: `tomllib`'s time and memory are quadratic in
the depth of a key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator


def tables(text: str) -> Iterator[dict[str, dict[str, str | None] | None]]:
    """One record: each table's entries, None for a value that is not text; None for a top-level key that is not a table.

    Raises ValueError for a text that is not TOML.
    """
    yield {
        name: {key: value if isinstance(value, str) else None for key, value in entries.items()}
        if isinstance(entries, dict)
        else None
        for name, entries in tomllib.loads(text).items()
    }
