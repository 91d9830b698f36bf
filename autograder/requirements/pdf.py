"""What a PDF holds, counted in a process of its own: such files are complicated, and these come from strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pypdf

from autograder import limited

SECONDS: Final = 60.0
MEMORY: Final = 2_000_000_000  # bytes
MOST_OUTPUT: Final = 100_000  # bytes
PAGES: Final = 100
SMALLEST: Final = 80  # pixels or points; smaller pictures are bullets and logos
DRAWN: Final = 150  # lines and curves on a page that make it hold a drawing, and not only the rules of a table


class UnreadablePdf(ValueError):
    """The file is no PDF that can be read. The message says why, without a full stop."""


@dataclass(frozen=True)
class Contents:
    """What the first pages hold. A figure is a picture, an embedded drawing, or a page that is much drawn on."""

    pages: int
    words: int
    figures: int
    cut: bool = False  # there are more pages than were read


def measure(path: Path, seconds: float = SECONDS) -> Contents:
    """Count the pages, words and figures of a PDF, within so many `seconds`. Raises UnreadablePdf."""
    heard = limited.read_apart(contents, str(path.resolve()), limited.Bounds(seconds, MEMORY, MOST_OUTPUT))
    if not heard.records:
        raise UnreadablePdf(heard.problem)
    return Contents(**heard.records[0])


def contents(path: str) -> Iterator[dict[str, Any]]:
    """One record: what the PDF holds. Raises ValueError for a file that can't be read. Runs in a process of its own."""
    try:
        reader = pypdf.PdfReader(path)
        locked = reader.is_encrypted and not reader.decrypt("")
        found = None if locked else _counted(reader)
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises whatever a damaged file leads it to
        said = " ".join(str(error).split())[:200]
        raise ValueError(f"the file is damaged or no PDF ({said or type(error).__name__})") from error
    if found is None:
        raise ValueError("it is protected by a password")
    yield asdict(found)


def _counted(reader: pypdf.PdfReader) -> Contents:
    words = read = 0
    figures: set[object] = set()
    for page in reader.pages[:PAGES]:
        read += 1
        words += len(re.findall(r"[^\W\d_]{2,}", page.extract_text()))
        figures |= _figures(page)
    return Contents(len(reader.pages), words, len(figures), cut=read < len(reader.pages))


def _figures(page: Any) -> set[object]:
    """What tells the page's figures apart: a picture that every page shows, such as a logo, is one."""
    stream = page.get_contents()
    drawn = stream.get_data() if stream is not None else b""
    shown = {name.decode("latin-1") for name in re.findall(rb"/([^\s/]+)\s+Do\b", drawn)}
    resources = page["/Resources"].get_object() if "/Resources" in page else {}
    objects: Any = resources["/XObject"].get_object() if "/XObject" in resources else {}
    figures = {objects.raw_get(name) for name in objects if name[1:] in shown and _is_figure(objects[name])}
    if figures or len(re.findall(rb"\s[lc]\s", drawn)) < DRAWN:
        return {str(figure) for figure in figures}
    return {page.page_number}


def _is_figure(entry: Any) -> bool:
    if entry.get("/Subtype") == "/Image":
        return min(int(entry.get("/Width", 0)), int(entry.get("/Height", 0))) >= SMALLEST
    left, bottom, right, top = (float(edge) for edge in entry.get("/BBox", (0, 0, 0, 0)))
    return min(abs(right - left), abs(top - bottom)) >= SMALLEST
