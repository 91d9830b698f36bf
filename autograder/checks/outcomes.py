"""How a check ends when the submission is not right: raised by checks, read by the plugin."""

from __future__ import annotations


class Failed(Exception):
    """The submission does something else than asked. `message` is one or two sentences for the student."""


class Partial(Exception):
    """Some of the credit, in (0, 1), with the reason."""

    def __init__(self, credit: float, message: str) -> None:
        if not 0 < credit < 1:
            raise ValueError(f"a partial credit lies between 0 and 1, not at {credit}")
        super().__init__(message)
        self.credit = credit


class NeedsReview(Exception):
    """A person must decide; the reason says what to look at."""
