"""JSON from strangers, measured before it is read: thirty megabytes of empty lists become a gigabyte and a half.

A pass over the text counts what reading would make, in the memory of the text itself. So what is refused costs next to nothing.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, Final

# A string, or what begins like one and breaks off: it always matches, so that the pass takes time in proportion to the text.
STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
NO_BRACKET: Final = re.compile(rb"[^\[\]{}]+")
STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class TooMuch(ValueError):
    """A text holds more than may be read. The message says what, without a full stop."""


def loads(data: bytes | bytearray, *, values: int, depth: int) -> Any:
    """What the JSON in UTF-8 says; a byte order mark at its beginning is passed over.

    Raises TooMuch, before anything is built, where it has more than `values` values, keys included, or is nested in more than
    `depth` levels; and ValueError for what is no JSON in UTF-8, or holds a number with more digits than Python reads (4,300).
    """
    between = STRING.sub(b'"', data)
    opened = between.count(b"[") + between.count(b"{")
    if 1 + opened + between.count(b",") + between.count(b":") > values:
        raise TooMuch(f"it holds more than {values:,} values")
    if opened > depth and max(accumulate(map(STEPS.__getitem__, NO_BRACKET.sub(b"", between)))) > depth:
        raise TooMuch(f"it is nested too deeply, in more than {depth} levels")
    try:
        return json.loads(str(data, "utf-8-sig"))
    except RecursionError as error:  # the interpreter's own limit may be lower where the stack is deep already
        raise TooMuch("it is nested too deeply") from error
