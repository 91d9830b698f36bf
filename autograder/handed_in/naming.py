"""What the models of a part are called, in sentences, tables and logs: 'AvgPool' is 'average pooling', by the rubric."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

EDGE: Final = r"(?<![^\W_])(?:{})(?![^\W_])"


@dataclass(frozen=True)
class Naming:
    """Names, each with its other spellings; found in texts whatever their case, the spelling with the most letters first."""

    names: Mapping[str, Sequence[str]]

    def mentions(self, text: str) -> list[tuple[int, int, str]]:
        """The names in a text: (start, end, name), in order. Longer spellings take precedence."""
        found: list[tuple[int, int, str]] = []
        for name, pattern in self._spellings:
            for match in pattern.finditer(text):
                if all(match.end() <= start or match.start() >= end for start, end, _ in found):
                    found.append((*match.span(), name))
        return sorted(found)

    def the_one_in(self, text: str) -> str:
        """The name that a text mentions; empty if it mentions none or several."""
        names = {name for _, _, name in self.mentions(text)}
        return names.pop() if len(names) == 1 else ""

    @functools.cached_property
    def _spellings(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        pairs = [(spelling, name) for name, others in self.names.items() for spelling in (name, *others)]
        pairs.sort(key=lambda pair: -len(re.sub(r"[\s_-]", "", pair[0])))
        return tuple((name, _pattern(spelling)) for spelling, name in pairs)


def _pattern(spelling: str) -> re.Pattern[str]:
    pieces = [re.escape(piece) for piece in re.split(r"[\s_-]+", spelling) if piece]
    return re.compile(EDGE.format(r"[\s_-]*".join(pieces)), re.IGNORECASE)
