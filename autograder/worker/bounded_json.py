"""Untrusted JSON, measured before it is parsed: thirty megabytes of empty lists become a gigabyte and a half.

A pass over the text counts what parsing would create and needs only the memory of the text itself, so refusing costs next to
nothing.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, Final

# A string, or the beginning of one that is cut off: it always matches, so that the pass takes linear time.
STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
NO_BRACKET: Final = re.compile(rb"[^\[\]{}]+")
STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class TooMuch(ValueError):
    """A text contains more than may be parsed. The message says what, without a full stop."""


def loads(data: bytes | bytearray, *, values: int, depth: int) -> Any:
    """Parse JSON in UTF-8; a byte order mark at its beginning is skipped.

    Raises TooMuch, before anything is built, if it has more than `values` values, keys included, or more than `depth` levels; and
    ValueError if it isn't JSON in UTF-8, or contains a number with more digits than Python reads (4,300).
    """
    between = STRING.sub(b'"', data)
    opened = between.count(b"[") + between.count(b"{")
    if 1 + opened + between.count(b",") + between.count(b":") > values:
        raise TooMuch(f"it holds more than {values:,} values")
    if opened > depth and max(accumulate(map(STEPS.__getitem__, NO_BRACKET.sub(b"", between)))) > depth:
        raise TooMuch(f"it is nested too deeply, in more than {depth} levels")
    try:
        return json.loads(str(data, "utf-8-sig"))
    except RecursionError as error:  # the interpreter's own limit may be lower if the stack is already deep
        raise TooMuch("it is nested too deeply") from error
