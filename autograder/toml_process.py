"""What a student's TOML file says, as far as a mapping needs it. Runs in a process of its own: `tomllib`'s time and memory grow
with the square of how deep a key is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator


def tables(text: str) -> Iterator[dict[str, dict[str, str | None] | None]]:
    """One record: each table's entries, None for a value that is no text; None for a top-level key that is no table.

    Raises ValueError for what is no TOML.
    """
    yield {
        name: {key: value if isinstance(value, str) else None for key, value in entries.items()}
        if isinstance(entries, dict)
        else None
        for name, entries in tomllib.loads(text).items()
    }
