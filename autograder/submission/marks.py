"""What a file's name says about its version: 'hw1_FINAL.ipynb', 'hw1 v2.ipynb', 'Copy of hw1.ipynb', 'old/hw1.ipynb'.

A number alone is not a mark: 'problem1' and 'problem2', 'hw1_1' and 'hw1_2' are parts of the work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

FINAL: Final = frozenset(
    "final finale finalized finalised finalversion latest submission submit submitted handin turnin definitive definitiv "
    "définitif definitivo endgültig abgabe entrega rendu nihai финал 최종 제출 最终 最終 提出".split()
)
NEWER: Final = frozenset(
    "new newest fixed corrected revised updated improved cleaned polished executed nbconvert neu nouveau nuevo corrigé "
    "korrigiert corregido 수정 修正 修改".split()
)
OLDER: Final = frozenset(
    "old older backup bak draft wip tmp temp outdated deprecated obsolete previous prev original orig checkpoint unfinished "
    "incomplete template starter skeleton entwurf brouillon borrador eski vieux viejo 백업 초안 备份 草稿".split()
)
COPIES: Final = frozenset("copy copie kopie kopia kopya copia duplicate 복사본 副本".split())
NUMBERED: Final = frozenset("v ver version rev revision attempt".split())
NEAR_COPIES: Final = frozenset("of von de di".split())  # 'Copy of hw1'

DATE: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?:[-_T ]?([01]\d|2[0-3])[-_:h]?([0-5]\d))?(?!\d)"
)
DOWNLOAD: Final = re.compile(r"\s*\((\d{1,2})\)$")  # 'hw1 (1)': what a browser makes of a second download
CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
WORD: Final = re.compile(r"[^\W\d_]+|\d+")
Number = tuple[int, ...]


@dataclass(frozen=True)
class Marks:
    """The marks in a path, and the path without them (`base`). Files of one base may be versions of each other."""

    base: tuple[str, ...]
    finals: int = 0
    newer: bool = False
    older: bool = False
    copy: bool = False
    number: Number = ()  # (2, 1) in 'v2.1', (2,) in 'final2'; () for none
    date: Number = ()
    download: int = 0

    @property
    def any(self) -> bool:
        return bool(self.finals or self.newer or self.older or self.copy or self.number or self.date or self.download)


def marks_of(path: str) -> Marks:
    """The marks in a file's name and in those of the folders around it."""
    pure = PurePosixPath(path)
    found = Marks((pure.suffix.casefold(),))
    for part in (*pure.parts[:-1], pure.stem):
        one = _of_part(part)
        found = Marks(
            (*found.base, "/", *one.base) if one.base else found.base,
            found.finals + one.finals,
            found.newer or one.newer,
            found.older or one.older,
            found.copy or one.copy,
            one.number or found.number,
            one.date or found.date,
            one.download or found.download,
        )
    return found


def as_a_part(marks: Marks) -> Marks:
    """The marks of a file whose number in brackets numbers a part, because there is no file without one."""
    return replace(marks, base=(*marks.base, f"({marks.download})"), download=0)


def _of_part(name: str) -> Marks:
    download = DOWNLOAD.search(name)
    name = name[: download.start()] if download else name
    date = DATE.search(name)
    name = f"{name[: date.start()]} {name[date.end() :]}" if date else name
    told = Marks(
        (),
        date=tuple(int(each) for each in date.groups() if each) if date else (),
        download=int(download[1]) if download else 0,
    )
    base: list[str] = []
    before, end, separator = "", 0, ""  # the mark before this word, and what is in between
    name = CAMEL.sub("_", name)
    for match in WORD.finditer(name):
        word, separator, end = match[0].casefold(), name[end : match.start()], match.end()
        if word.isdigit():
            if before in NUMBERED or (before and not separator):
                told, before = replace(told, number=(int(word[:9]),)), "number"
            elif before == "number" and separator == ".":
                told = replace(told, number=(*told.number, int(word[:9])))
            else:
                base.append(word)
                before = ""
            continue
        following = WORD.match(name, end + (name[end : end + 1] in ("_", "-", ".", " ")))
        marked = _marked(told, word, before, is_numbered=bool(following and following[0].isdigit()))
        if marked is None:
            base.append(word)
            before = ""
        else:
            told, before = marked, word
    return replace(told, base=tuple(base))


def _marked(told: Marks, word: str, before: str, is_numbered: bool) -> Marks | None:
    """The marks with that of one more word; None if it is not a mark."""
    if word in FINAL:
        return replace(told, finals=told.finals + 1)
    if word in NEWER:
        return replace(told, newer=True)
    if word in OLDER:
        return replace(told, older=True)
    if word in COPIES:
        return replace(told, copy=True)
    if (word in NUMBERED and (is_numbered or (before and word == "version"))) or (
        word in NEAR_COPIES and before in COPIES
    ):
        return told
    return None
