"""HTML into passages: exports of notebooks, and what word processors and Markdown converters write."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from autograder.handed_in.numerals import at_labels
from autograder.handed_in.passages import Kind, Passage, Rows, in_lines

BLOCKS: Final = frozenset("p div li ul ol dl dt dd section article blockquote figure figcaption main header".split())
UNREAD: Final = frozenset("script style head nav template svg math noscript".split())
SELF_CLOSING: Final = frozenset("p li dt dd td th tr".split())  # by the next of their kind
UNCLOSED: Final = frozenset("img br hr meta link input col area base embed source track wbr".split())
# The cells of notebooks, as nbconvert's and Colab's exports have named them over the years.
INPUT: Final = re.compile(r"\b(?:jp-InputArea-editor|input_area|inputarea|CodeMirror|highlight)\b")
OUTPUT: Final = re.compile(
    r"\b(?:jp-OutputArea-output|output_area|output_subarea|output_text|output_wrapper|outputview)\b"
)
PROMPT: Final = re.compile(
    r"\b(?:jp-InputPrompt|jp-OutputPrompt|prompt|anchor-link|toc|linenos|lineno)\b", re.IGNORECASE
)
CELL_NUMBER: Final = re.compile(r"\bIn\s*\[\s*(\d+)\s*\]")
PICTURE: Final = re.compile(r"data:image/(?:png|jpe?g);base64,", re.IGNORECASE)
MOST_ROWS: Final = 100
CAPTION_LEVEL: Final = 6
AT_A_TIME: Final = 1_000_000  # characters
MOST_TAGS: Final = 300_000
DEEPEST: Final = 100  # tags in tags


def read_html(text: str, file: str) -> Iterator[Passage]:
    """The passages of a page. Scripts and styles are left out; a place is the number of the paragraph, or a notebook's cell.

    Raises ValueError after 300,000 tags.
    """
    reader = _Reader(file)
    for start in range(0, len(text), AT_A_TIME):
        reader.feed(text[start : start + AT_A_TIME])
        yield from reader.take()
        if reader.tags > MOST_TAGS:
            raise ValueError(f"there are more than {MOST_TAGS:,} tags in it")
    reader.close()
    reader.end_block()
    yield from reader.take()


def tables(html: str, most_rows: int = MOST_ROWS) -> list[Rows]:
    """The tables in a piece of HTML that have a row below their heading row."""
    return [each.rows[:most_rows] for each in read_html(html, "") if each.kind == "table"]


class _Reader(HTMLParser):
    """Collects text until a block ends; `take` gives the passages that were found since, in order."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.tags = 0
        self._passages: list[Passage] = []
        self._file = file
        self._open: list[tuple[str, str]] = []  # tags and what they start: 'unread', 'code', 'printed', or nothing
        self._text: list[str] = []
        self._bold: list[bool] = []  # of each piece of text with letters
        self._rows: list[list[list[str]]] | None = None
        self._cell = 0
        self._block = 0

    def take(self) -> list[Passage]:
        taken, self._passages = self._passages, []
        return taken

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self._picture(given.get("src", ""))
        if tag == "br":
            self._text.append("\n")
        if tag in UNCLOSED:
            return
        named = f"{given.get('class', '')} {given.get('id', '')}"
        begins = "unread" if tag in UNREAD or PROMPT.search(named) else ""
        if not begins and OUTPUT.search(named):
            begins = "printed"
        elif not begins and INPUT.search(named):
            begins = "code"
        if tag in BLOCKS or tag == "pre" or _level(tag):
            self.end_block()
        if self._open and tag in SELF_CLOSING and self._open[-1][0] == tag:
            self._open.pop()
        if len(self._open) < DEEPEST:  # anything nested deeper was not written for a reader
            self._open.append((tag, begins))
        match tag:
            case "table" if not self._is("unread"):
                self.end_block()
                self._rows = []
            case "tr" if self._rows is not None:
                self._rows.append([])
            case "td" | "th" if self._rows:
                self._rows[-1].append([])

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag not in names:
            return
        if tag == "table" and self._rows is not None:
            self._end_table()
        elif tag in BLOCKS or tag == "pre" or _level(tag):
            self.end_block()
        del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self._is("unread"):
            if match := CELL_NUMBER.search(data):
                self._cell = int(match[1])
            return
        if self._rows is not None:
            if self._rows and self._rows[-1]:
                self._rows[-1][-1].append(data)
            return
        self._text.append(data)
        if data.strip():
            self._bold.append(any(tag in ("b", "strong") for tag, _ in self._open))

    def end_block(self) -> None:
        """What was collected becomes a passage of its kind."""
        if self._rows is not None:
            return
        text = "".join(self._text)
        bold = bool(self._bold) and all(self._bold)
        self._text, self._bold = [], []
        if not text.strip(" \t\r\n¶"):
            return
        level = next((_level(tag) for tag, _ in self._open if _level(tag)), 0)
        plain = " ".join(text.replace("¶", " ").split())
        preformatted = any(tag == "pre" for tag, _ in self._open)
        if level:
            self._add("heading", plain, level)
        elif preformatted:
            self._add("printed" if self._is("printed") else "code", text.strip("\n"))
        elif self._is("printed") and "<Figure" in plain:
            return
        elif bold and len(plain) <= 120 and not self._is("printed"):
            self._add("heading", plain.rstrip(" :"), CAPTION_LEVEL)
        else:
            for piece in at_labels(text.replace("¶", " ").splitlines()):
                self._add("text", piece)

    def _end_table(self) -> None:
        rows = [tuple(" ".join("".join(cell).split()) for cell in row) for row in self._rows or ()]
        self._rows = None
        filled = tuple(row for row in rows if any(row))
        if len(filled) > 1 and max(map(len, filled)) > 1:
            self._add("table", in_lines(filled), rows=filled)
        else:  # a frame around text
            for row in filled:
                for cell in filter(None, row):
                    self._add("text", cell)

    def _picture(self, source: str) -> None:
        if not (match := PICTURE.match(source)) or self._is("unread"):
            return
        self.end_block()
        try:
            picture = base64.b64decode("".join(source[match.end() :].split()), validate=True)
        except (binascii.Error, ValueError):
            return
        self._add("picture", "", picture=picture)

    def _is(self, what: str) -> bool:
        """Whether what is read is inside something of that kind; for an input in an output, the inner counts."""
        inside = [begins for _, begins in self._open if begins]
        return what in inside if what == "unread" else inside[-1:] == [what]

    def _add(self, kind: Kind, text: str, level: int = 0, rows: Rows = (), picture: bytes = b"") -> None:
        self._block += 1
        where = f"cell {self._cell}" if self._is("code") or self._is("printed") else f"paragraph {self._block}"
        self._passages.append(Passage(kind, self._file, where, text, level, rows, picture))


def _level(tag: str) -> int:
    return int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0
