"""A stranger's words within a sentence of the grader's: where they end is plain, whatever they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

OURS: Final = str(Path(__file__).resolve().parent)
NAME: Final = re.compile(r"[\w-]{1,80}(?:\.[\w-]{1,80}){0,20}")
LONGEST: Final = 200
MARKS: Final = str.maketrans("“”", "''")  # ours, which would end the quotation


def quoted(text: str, longest: int = LONGEST) -> str:
    """“the text” on one line, with at most so many characters of it."""
    line = " ".join(text[: 4 * longest].split())
    return f"“{(line if len(line) <= longest else f'{line[: longest - 1]}…').translate(MARKS)}”"


def name_or_quoted(text: str, mark: str = "") -> str:
    """A name as code writes it, maybe with dots, between two marks; quoted where it is anything else, as attributes may be."""
    return f"{mark}{text}{mark}" if NAME.fullmatch(text) else quoted(text)


def said_by(error: BaseException, longest: int = LONGEST) -> str:
    """What an error says: as it is where our own code has raised it, which quotes what is not its own; else quoted, as errors of
    a library may hold whatever it was given."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is not None and last.tb_frame.f_code.co_filename.startswith(OURS):
        return str(error)
    return quoted(str(error) or type(error).__name__, longest)
