"""Word processor documents, .docx and .odt, into passages: zip archives of XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final
from xml.etree.ElementTree import Element  # only the type; what is parsed goes through defusedxml

from defusedxml import ElementTree

from autograder.handed_in.passages import Passage, in_lines

LARGEST: Final = 50_000_000  # bytes of one file in the archive
MOST_PICTURES: Final = 60
LONGEST_HEADING: Final = 120
BOLD_LEVEL: Final = 6
MONO: Final = re.compile(r"mono|courier|consol|menlo|code|preformatted|listing|verbatim", re.IGNORECASE)
HEADING: Final = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|заголовок|title|titel)\s*_?(?:20_)?(\d?)", re.IGNORECASE
)
CONTENTS: Final = re.compile(r"toc|contents|verzeichnis|header|footer|kopfzeile|fußzeile", re.IGNORECASE)
PICTURES: Final = (".png", ".jpg", ".jpeg")


def read_docx(path: Path, name: str) -> Iterator[Passage]:
    """The passages of a Word document, without deleted text. Raises ValueError if it is not one."""
    with _opened(path) as archive:
        body = _parsed(archive, "word/document.xml").find("{*}body")
        if body is None:
            raise ValueError("it has no text")
        styles = _word_styles(archive)
        links = _word_links(archive)
        yield from _Reader(archive, name, styles, links).passages(body)


def read_odt(path: Path, name: str) -> Iterator[Passage]:
    """The passages of an OpenDocument text. Raises ValueError if it is not one."""
    with _opened(path) as archive:
        content = _parsed(archive, "content.xml")
        body = content.find("{*}body/{*}text")
        if body is None:
            raise ValueError("it has no text")
        yield from _Reader(archive, name, _open_styles(content), {}).passages(body)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ValueError("it is damaged, or not a file of this kind") from error


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        return ElementTree.fromstring(_bytes(archive, name))
    except KeyError as error:
        raise ValueError("it is damaged, or not a file of this kind") from error
    except ElementTree.ParseError as error:
        raise ValueError(f"it is damaged ({error})") from error


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).flag_bits & 1:
        raise ValueError("it is protected by a password")
    with archive.open(name) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"the text in it takes more than {LARGEST // 1_000_000} MB")
    return data


def _word_styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of the styles, by the ids that paragraphs use."""
    if "word/styles.xml" not in archive.namelist():
        return {}
    found = {}
    for style in _parsed(archive, "word/styles.xml").iterfind("{*}style"):
        named = style.find("{*}name")
        found[_value(style, "styleId")] = _value(named, "val") if named is not None else ""
    return found


def _word_links(archive: zipfile.ZipFile) -> dict[str, str]:
    """The files of the pictures, by the ids that the text uses."""
    name = "word/_rels/document.xml.rels"
    if name not in archive.namelist():
        return {}
    return {
        _value(each, "Id"): f"word/{_value(each, 'Target')}".replace("word//word", "word")
        for each in _parsed(archive, name)
    }


def _open_styles(content: Any) -> dict[str, str]:
    """For the document's own styles: their parents, and whether they are bold or monospaced."""
    found = {}
    for style in content.iterfind("{*}automatic-styles/{*}style"):
        letters = style.find("{*}text-properties")
        about = [_value(style, "parent-style-name")]
        if letters is not None:
            about.append(_value(letters, "font-name"))
            about += ["BOLD"] if _value(letters, "font-weight") == "bold" else []
        found[_value(style, "name")] = " ".join(filter(None, about))
    return found


class _Reader:
    """Goes through a document's blocks: paragraphs, tables, and what holds more of them."""

    def __init__(self, archive: zipfile.ZipFile, file: str, styles: dict[str, str], links: dict[str, str]) -> None:
        self._archive, self._file, self._styles, self._links = archive, file, styles, links
        self._number = 0
        self._pictures = 0

    def passages(self, block: Element) -> Iterator[Passage]:
        for each in block:
            match _tag(each):
                case "p" | "h":
                    self._number += 1
                    yield from self._paragraph(each)
                case "tbl" | "table":
                    self._number += 1
                    yield from self._table(each)
                case "table-of-content" | "del" | "sectPr" | "tracked-changes":
                    continue
                case _:  # lists, sections, fields around blocks
                    yield from self.passages(each)

    def _paragraph(self, paragraph: Element) -> Iterator[Passage]:
        where = f"paragraph {self._number}"
        style = self._style(paragraph)
        if CONTENTS.match(style):
            return
        pieces = list(self._pieces(paragraph, ""))
        text = "".join(piece for piece, _ in pieces)
        lettered = [about for piece, about in pieces if piece.strip()]
        level = self._level(paragraph, style)
        if not text.strip():
            pass
        elif level and len(text) <= LONGEST_HEADING:
            yield Passage("heading", self._file, where, " ".join(text.split()), level)
        elif MONO.search(style) or all(MONO.search(about) for about in lettered):
            yield Passage("code", self._file, where, text)
        elif len(text) <= LONGEST_HEADING and ("BOLD" in style or all("BOLD" in about for about in lettered)):
            yield Passage("heading", self._file, where, " ".join(text.split()).rstrip(" :"), BOLD_LEVEL)
        else:
            yield Passage("text", self._file, where, " ".join(text.split()))
        yield from self._pictures_in(paragraph, where)

    def _style(self, paragraph: Element) -> str:
        word = paragraph.find("{*}pPr/{*}pStyle")
        key = _value(word, "val") if word is not None else _value(paragraph, "style-name")
        return f"{self._styles.get(key, '')} {key}".strip()

    def _level(self, paragraph: Element, style: str) -> int:
        if _tag(paragraph) == "h":
            return min(int(_value(paragraph, "outline-level") or 1), BOLD_LEVEL)
        outline = paragraph.find("{*}pPr/{*}outlineLvl")
        if outline is not None and _value(outline, "val").isdigit():
            return min(int(_value(outline, "val")) + 1, BOLD_LEVEL)
        heading = HEADING.match(style)
        return min(int(heading[1] or 1), BOLD_LEVEL) if heading else 0

    def _pieces(self, element: Element, about: str) -> Iterator[tuple[str, str]]:
        """The text in a paragraph, each piece with the look of its letters."""
        about = self._letters(element) or about
        if _tag(element) not in ("r", "pPr", "rPr", "drawing") and element.text and not _is_word(element):
            yield element.text, about
        for each in element:
            match _tag(each):
                case "t":
                    yield each.text or "", about
                case "tab":
                    yield "\t", about
                case "br" | "cr" | "line-break":
                    yield "\n", about
                case "s":
                    yield " " * min(int(_value(each, "c") or 1), 200), about
                case "noBreakHyphen":
                    yield "-", about
                case (
                    "pPr"
                    | "rPr"
                    | "del"
                    | "instrText"
                    | "note"
                    | "annotation"
                    | "drawing"
                    | "frame"
                    | "pict"
                    | "txbxContent"
                ):
                    pass
                case _:
                    yield from self._pieces(each, about)
            if each.tail and not _is_word(each):
                yield each.tail, about

    def _letters(self, element: Element) -> str:
        properties = element.find("{*}rPr")
        if properties is None:
            return self._styles.get(_value(element, "style-name"), "") if _tag(element) == "span" else ""
        fonts, bold = properties.find("{*}rFonts"), properties.find("{*}b")
        font = " ".join(fonts.attrib.values()) if fonts is not None else "plain"
        is_bold = bold is not None and _value(bold, "val") not in ("0", "false")
        return f"{font} BOLD" if is_bold else font

    def _table(self, table: Element) -> Iterator[Passage]:
        where = f"paragraph {self._number}"
        rows = []
        for row in (each for each in table.iter() if _tag(each) in ("tr", "table-row")):
            cells = [each for each in row if _tag(each) in ("tc", "table-cell")]
            rows.append(tuple(" ".join(self._text(cell).split()) for cell in cells))
        filled = tuple(row for row in rows if any(row))
        if len(filled) > 1 and max(map(len, filled)) > 1:
            yield Passage("table", self._file, where, in_lines(filled), rows=filled)
            return
        for cell in (each for each in table.iter() if _tag(each) in ("tc", "table-cell")):  # a frame around text
            yield from self.passages(cell)

    def _text(self, element: Element) -> str:
        paragraphs = (each for each in element.iter() if _tag(each) in ("p", "h"))
        return " ".join("".join(piece for piece, _ in self._pieces(each, "")) for each in paragraphs)

    def _pictures_in(self, paragraph: Element, where: str) -> Iterator[Passage]:
        for each in paragraph.iter():
            name = {"blip": self._links.get(_value(each, "embed"), ""), "image": _value(each, "href")}.get(
                _tag(each), ""
            )
            if not name or name not in self._archive.namelist() or self._pictures >= MOST_PICTURES:
                continue
            self._pictures += 1
            shown = PurePosixPath(name).suffix.casefold() in PICTURES
            unshown = "" if shown else f"a picture ({PurePosixPath(name).suffix}), which can't be shown here"
            picture = _bytes(self._archive, name) if shown else b""
            yield Passage("picture", self._file, where, unshown, picture=picture)


def _is_word(element: Element) -> bool:
    """Whether blanks between elements mean nothing, as in Word's XML."""
    return "wordprocessingml" in element.tag or "drawingml" in element.tag


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Element | None, name: str) -> str:
    """An attribute, whatever its namespace; empty if missing."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
