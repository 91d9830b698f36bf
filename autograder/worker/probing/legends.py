"""Labels lines by a legend that explains colours and dashes separately, as seaborn draws it: 'none', 'L2'; 'train', 'test'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D


@dataclass(frozen=True)
class Look:
    """How a line is drawn: its colour, '#rrggbb', and its dash pattern."""

    colour: str
    dashes: str


def legends_tell(lines: Sequence[Line2D], legends: Sequence[Legend]) -> list[str]:
    """A label for each line, '' if the legends don't give one: the text of the entry that looks the same; otherwise the texts of
    the entry with its colour and of the one with its dashes, whose own colour is that of no line. If each line looks like exactly
    one entry, the other entries belong to lines of twin axes."""
    looks = [_look(line) for line in lines]
    colours = {look.colour for look in looks}
    entries = [
        (_look(handle), text.get_text())
        for legend in legends
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False)
        if isinstance(handle, Line2D) and handle.get_linestyle() != "None" and _is_seen(handle)
    ]
    exact = [[words for entry, words in entries if entry == look] for look in looks]
    if len(set(looks)) == len(looks) and all(len(words) == 1 for words in exact):
        return [words[0] for words in exact]
    return [_label(look, entries, colours) for look in looks]


def _label(look: Look, entries: Sequence[tuple[Look, str]], colours: set[str]) -> str:
    by_dashes = [words for entry, words in entries if entry.colour not in colours and entry.dashes == look.dashes]
    same = [words for entry, words in entries if entry == look]
    if len(same) == 1 and not by_dashes:
        return same[0]
    by_colour = [words for entry, words in entries if entry.colour == look.colour]
    if max(len(by_colour), len(by_dashes)) > 1:
        return ""
    return " ".join([*by_colour, *by_dashes])


def _look(line: Line2D) -> Look:
    return Look(to_hex(line.get_color()), repr(getattr(line, "_unscaled_dash_pattern", line.get_linestyle())))


def _is_seen(handle: Any) -> bool:
    """Whether it shows anything: a heading within a legend has an invisible line."""
    return bool(handle.get_visible()) and handle.get_linewidth() > 0
