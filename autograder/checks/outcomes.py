"""How a check ends when the submission is not right: raised by checks and judges, read by `case.verdict`."""

from __future__ import annotations

import re
from typing import Final

MEASURED: Final = re.compile(r"\d\.\d|\de[-+]?\d|\bnan\b|\binf(inity)?\b")


class _Verdict(Exception):
    """`message` is one or two sentences for the student.

    `sign` is what the check recognised, in words that are the same for the same mistake in everybody's code; bugs are named by
    it. It is empty if many mistakes may lead to the same message. By default it is the message, if that has no measured number.
    """

    def __init__(self, message: str, sign: str | None = None) -> None:
        super().__init__(message)
        self.sign = ("" if MEASURED.search(message) else message) if sign is None else sign


class Failed(_Verdict):
    """The submission does something other than what was asked."""


class Partial(_Verdict):
    """Some of the credit, in (0, 1), with the reason."""

    def __init__(self, credit: float, message: str, sign: str | None = None) -> None:
        if not 0 < credit < 1:
            raise ValueError(f"a partial credit lies between 0 and 1, not at {credit}")
        super().__init__(message, sign)
        self.credit = credit


class NeedsReview(Exception):
    """A person must decide; the reason says what to look at."""


def sign_of(error: BaseException | None) -> str:
    """What a check recognised in the submission that it rejected; empty if it did not reject it or recognised nothing."""
    return error.sign if isinstance(error, _Verdict) else ""
