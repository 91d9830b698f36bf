"""Large notebooks without their largest outputs, so that a plot of 300 MB does not cost a student the code around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

# Cells are objects in a list in an object; in the older formats one list and one object deeper.
CELL_DEPTHS: Final = (3, 5)
OUTSIDE: Final = re.compile(rb'["\[\]{}]')
INSIDE: Final = re.compile(rb'["\\]')  # a string
KEY: Final = b"outputs"


class Slimmer:
    """Passes a notebook's bytes on, dropping the outputs of cells once they exceed `keep` bytes in total.

    It reads only strings and brackets, so it needs little memory however large the notebook is, and passes on unchanged
    what is not JSON. `left_out` and `cells` say how many bytes, of how many cells, were left out.
    """

    def __init__(self, keep: int) -> None:
        self.left_out = 0
        self.cells = 0
        self._keep = keep
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._string = b""  # the start of the string that is being read, or was read last
        self._held: list[bytes] | None = None  # of a cell's outputs; None outside of them
        self._size = 0
        self._outputs_depth = 0

    def passed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes to keep, in order."""
        for chunk in chunks:
            start = position = 0
            while position < len(chunk):
                position = self._string_end(chunk, position) if self._in_string else self._bracket(chunk, position)
                if self._held is None and self._opened(chunk, position):
                    yield chunk[start : position - 1]
                    start, self._held, self._size, self._outputs_depth = position - 1, [], 0, self._depth
                elif self._held is not None and self._depth < self._outputs_depth:
                    self._hold(chunk[start:position])
                    yield self._settled()
                    start = position
            if self._held is None:
                yield chunk[start:]
            else:
                self._hold(chunk[start:])
        if self._held is not None:  # the notebook breaks off here
            yield b"".join(self._held)

    def _string_end(self, chunk: bytes, position: int) -> int:
        """Read on in a string; returns its end, or the chunk's end."""
        if self._escaped:
            self._escaped = False
            return position + 1
        match = INSIDE.search(chunk, position)
        end = match.start() if match else len(chunk)
        if len(self._string) <= len(KEY):
            self._string += chunk[position : min(end, position + len(KEY) + 1)]
        if match is None:
            return end
        if match[0] == b'"':
            self._in_string = False
        else:
            self._escaped = True
            self._string += b"\\"
        return match.end()

    def _bracket(self, chunk: bytes, position: int) -> int:
        """Read on between strings; returns the index after the next quote or bracket."""
        match = OUTSIDE.search(chunk, position)
        if match is None:
            return len(chunk)
        match match[0]:
            case b'"':
                self._in_string, self._string = True, b""
            case b"[" | b"{":
                self._depth += 1
            case _:
                self._depth -= 1
        return match.end()

    def _opened(self, chunk: bytes, position: int) -> bool:
        """Whether the bracket that was just passed opens a cell's outputs."""
        if self._in_string or chunk[position - 1 : position] not in (b"[", b"{"):
            return False
        is_outputs = self._string == KEY and self._depth - 1 in CELL_DEPTHS and chunk[position - 1 : position] == b"["
        self._string = b""
        return is_outputs

    def _hold(self, piece: bytes) -> None:
        assert self._held is not None
        self._size += len(piece)
        if self._size <= self._keep:
            self._held.append(piece)
        else:
            self._held.clear()

    def _settled(self) -> bytes:
        assert self._held is not None
        outputs, self._held = b"".join(self._held), None
        if self._size > self._keep:
            self.left_out += self._size
            self.cells += 1
            return b"[]"
        self._keep -= self._size
        return outputs
