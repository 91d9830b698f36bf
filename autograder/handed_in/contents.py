"""Tables of contents: what they are called, and the lines that belong to one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from typing import Final

from autograder.handed_in.passages import Passage

TITLE: Final = re.compile(
    r"\W*(?:\d+\.?\s+)?(?:(?:table of )?contents|toc|outline|(?:list of|list of the) (?:figures|tables)|"
    r"inhalt(?:sverzeichnis|sübersicht)?|"
    r"table des matières|sommaire|índice(?: general)?|tabla de contenidos|indice|sommario|sumário|"
    r"содержание|оглавление|мазмұны|目录|目次)\W*",
    re.IGNORECASE,
)
ENTRY: Final = re.compile(r"(?P<title>.*?[^\s.])(?P<leaders>(?:\s*[.·…_]){3,}|)\s+(?P<page>\d{1,3})")
LEADERS: Final = re.compile(r"(?:\s?[.·_]){4,}\s*\d{0,3}$|…{2,}\s*\d{0,3}$")
FEWEST: Final = 3  # entries of one that nothing announces
LONGEST: Final = 140  # characters of an entry


def entries(lines: Sequence[str]) -> set[int]:
    """Which of a document's lines are the title or an entry of a table of contents.

    After its title, every line that ends in a number or is repeated further on is an entry; without a title, lines with
    leaders are.
    """
    found: set[int] = set()
    last = {_bare(line): index for index, line in enumerate(lines)}
    for index, line in enumerate(lines):
        if index not in found and TITLE.fullmatch(line):
            run = _run(lines, index + 1, last)
            if len(run) > 1:
                found |= {index, *run}
    dotted = [index for index, line in enumerate(lines) if len(line) <= LONGEST and LEADERS.search(line)]
    if len(dotted) >= FEWEST:
        found |= set(dotted)
    return found


def without_contents(passages: Sequence[Passage]) -> list[Passage]:
    """The passages of one document without a list of its headings: texts that each start like one further on."""
    titles = [_bare(each.text) if each.kind == "heading" else "" for each in passages]
    kept: list[Passage] = []
    for text, run in itertools.groupby(enumerate(passages), key=lambda each: each[1].kind == "text"):
        told = list(run)
        further = {title for title in titles[told[-1][0] + 1 :] if title}
        listed = [each for _, each in told if text and _names_one(each.text, further)]
        kept += [each for _, each in told if len(listed) < FEWEST or each not in listed]
    return kept


def _names_one(text: str, titles: Collection[str]) -> bool:
    bare = _bare(text)
    return len(text) <= LONGEST and any(bare == title or bare.startswith(f"{title} ") for title in titles)


def _run(lines: Sequence[str], start: int, last: dict[str, int]) -> list[int]:
    """The entries from `start` on. One that takes two lines has its number at the end of the second."""
    run: list[int] = []
    listed: set[str] = set()
    page = 0
    for index in range(start, len(lines)):
        line = lines[index]
        entry = ENTRY.fullmatch(line) if len(line) <= LONGEST else None
        if not entry and _bare(line) in listed:  # the text begins
            break
        listed.add(_bare(line))
        again = len(line) <= LONGEST and last.get(_bare(line), index) > index
        if entry and page <= int(entry["page"]):
            run += range(run[-1] + 1 if run else start, index + 1)
            page = int(entry["page"])
        elif again:
            run += range(run[-1] + 1 if run else start, index + 1)
        elif index - (run[-1] if run else start - 1) > 1:
            break
    return run


def _bare(line: str) -> str:
    """A heading as it is in both places: without leaders, page, marks and case."""
    entry = ENTRY.fullmatch(line[:LONGEST]) if len(line) <= LONGEST else None
    title = entry["title"] if entry else line
    return re.sub(r"[\W_]+", " ", title).strip().casefold()
