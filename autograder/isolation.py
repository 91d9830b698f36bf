"""How student code is kept in: what a person may ask for, in a module that costs a command line nothing to import."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How student code is kept in."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    NONE = "none"
