"""Text of unknown origin, made safe to look at.

A student's code prints what it likes: terminal colours, progress bars, characters that reverse the reading
direction. A report must show what is really there, in its real order.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

TERMINAL_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor moves (ECMA-48, control sequences)
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # window titles and links (operating system commands)
    r"|\x1b[@-Z\\^_]"
)
# Control characters except tab and newline, surrogates, and marks of reading direction, including the
# characters of "Trojan Source" (CVE-2021-42574).
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CODE = re.compile(r"`([^`\n]+)`")


def legible(text: str) -> str:
    """Return `text` without terminal sequences, with overwritten lines dropped and every character visible.

    A line that is overwritten by carriage returns, as a progress bar does, keeps only its last state. Control
    characters other than newline and tab, surrogates and marks of reading direction become `⟨U+202E⟩`.
    """
    text = TERMINAL_SEQUENCE.sub("", text)
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", "\n".join(lines))


def one_line(text: str, longest: int = 240) -> str:
    """Return `text` made legible on one line of at most `longest` characters; what is cut off becomes "…"."""
    line = " ".join(legible(text).split())
    if len(line) <= longest:
        return line
    cut = line[:longest].rpartition(" ")[0] if " " in line[longest // 2 : longest] else line[: longest - 1]
    return cut.rstrip() + "…"


def code_spans(text: str) -> list[tuple[str, bool]]:
    """Split legible `text` at its `backticks` into (piece, is it code), empty pieces left out."""
    return [(piece, index % 2 == 1) for index, piece in enumerate(CODE.split(text)) if piece]


def prose(text: str) -> Markup:
    """Return `text` escaped for HTML, with what is in backticks as `<code>`."""
    pieces = [
        Markup("<code>{}</code>").format(piece) if is_code else escape(piece)
        for piece, is_code in code_spans(legible(text))
    ]
    return Markup("").join(pieces)
