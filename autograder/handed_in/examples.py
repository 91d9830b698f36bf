"""Texts as students write them, by part of the assignment; the words of each part are learned from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

NO_PART: Final = "none"  # the title of texts that answer nothing: setups, theory, captions
TITLE: Final = re.compile(r"#\s+(.+)")


@lru_cache(maxsize=4)
def read_examples(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The texts of a file in Markdown: a heading is a part's id, or 'none', and each paragraph under it is one text.

    Texts that belong to no part are under the empty id.
    """
    found: dict[str, list[str]] = {}
    part = ""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        text = " ".join(block.split())
        if title := TITLE.fullmatch(text):
            part = "" if title[1] == NO_PART else title[1]
        elif text and not text.startswith("<!--"):
            found.setdefault(part, []).append(text)
    return {part: tuple(texts) for part, texts in found.items()}
