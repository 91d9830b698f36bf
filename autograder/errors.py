"""What ends a command with a sentence and no traceback: each error that a person can mend is one of these two."""

from __future__ import annotations


class WrongUse(Exception):
    """What was asked for can't be done as asked: a path, an option, a file of the assignment. The message says what to do."""


class MachineLacks(Exception):
    """The machine can't do it: no sandbox, no data, no memory, a full disk. The message says what to do."""
