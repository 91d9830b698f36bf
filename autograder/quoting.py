"""A stranger's words within a sentence of the grader's: quoted so that it is clear where they end."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

OURS: Final = str(Path(__file__).resolve().parent)
# Code points that Unicode calls default-ignorable, as fillers that are letters, and those whose picture is blank: they would make
# a sentence of what is one name to Python.
INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U00013441\U00013442\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
LETTER: Final = rf"[^\W{INVISIBLE}]"
NAME: Final = re.compile(rf"(?:{LETTER}|-){{1,80}}(?:\.(?:{LETTER}|-){{1,80}}){{0,20}}")
FILE_NAME: Final = re.compile(rf"(?:{LETTER}|[./()\[\]+@~=-]){{1,150}}")
LONGEST: Final = 200
MARKS: Final = str.maketrans("“”", "''")  # ours, which would end the quotation


def quoted(text: str, longest: int = LONGEST) -> str:
    """“the text” on one line, with at most `longest` characters of it."""
    line = " ".join(text[: 4 * longest].split())
    return f"“{(line if len(line) <= longest else f'{line[: longest - 1]}…').translate(MARKS)}”"


def is_visible(text: str) -> bool:
    """Whether each character of a text has a glyph, or is an ordinary blank."""
    return re.search(f"[{INVISIBLE}]", text) is None


def name_or_quoted(text: str) -> str:
    """A name as in code, maybe dotted, such as `Adam`; quoted if it is anything else, which attributes may be."""
    return f"`{text}`" if NAME.fullmatch(text) else quoted(text)


def file_named(name: str) -> str:
    """A file's name within a sentence: unchanged if it is one word, quoted if blanks could make a sentence of it."""
    return name if FILE_NAME.fullmatch(unicodedata.normalize("NFC", name)) else quoted(name)


def said_by(error: BaseException, longest: int = LONGEST) -> str:
    """An error's message: unchanged if our own code has raised it, which quotes strangers' words; else quoted, since a library's
    errors may contain whatever it was given."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is not None and last.tb_frame.f_code.co_filename.startswith(OURS):
        return str(error)
    return quoted(str(error) or type(error).__name__, longest)
