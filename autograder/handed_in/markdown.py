"""Markdown into passages: headings, tables, and the prose between them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from autograder.handed_in.html import read_html
from autograder.handed_in.numerals import at_labels
from autograder.handed_in.passages import Kind, Passage, in_lines

PARSER: Final = MarkdownIt("commonmark").enable("table")
PLAIN_PARSER: Final = MarkdownIt("commonmark").enable("table").disable(["code", "html_block", "html_inline"])
PRINTED: Final = re.compile(r"[^\W\d].*\d[.,]\d|\d[.,]\d+\s*$")  # a line with a figure in it
LONGEST: Final = 400_000  # characters that are read of one text
LONGEST_HEADING: Final = 120
LONGEST_TITLE: Final = 50
CAPTION_LEVEL: Final = 6  # of a line in bold, which many write for a heading
HTML_STRUCTURE: Final = re.compile(r"<(?:h[1-6]|p|table|li|div|summary|b|strong)\b", re.IGNORECASE)
TAG: Final = re.compile(r"<[^<>]{0,300}>")


def read_markdown(text: str, file: str, where: str = "", *, plain: bool = False) -> Iterator[Passage]:
    """The passages of a text in Markdown; emphasis, tags and pictures by address are taken out.

    Without `where`, each passage's place is its line in the file. A `plain` text may be indented without being code.
    """
    tokens = (PLAIN_PARSER if plain else PARSER).parse(text[:LONGEST])
    rows: list[list[str]] = []
    for index, token in enumerate(tokens):
        place = where or (f"line {token.map[0] + 1}" if token.map else "")
        match token.type:
            case "tr_open":
                rows.append([])
            case "table_close":
                table = tuple(tuple(row) for row in rows)
                rows = []
                yield Passage("table", file, where or _line_of_table(tokens[:index]), in_lines(table), rows=table)
            case "inline" if tokens[index - 1].type in ("th_open", "td_open"):
                rows[-1].append(_plain(token))
            case "inline":
                yield from _paragraph(tokens[index - 1], token, file, place)
            case "fence" | "code_block" if token.content.strip():
                yield Passage(_kind_of_block(token), file, place, token.content.strip("\n"))
            case "html_block" if HTML_STRUCTURE.search(token.content):
                yield from (replace(each, where=place) for each in read_html(token.content, file))
            case "html_block":
                if said := " ".join(TAG.sub(" ", token.content).split()):
                    yield Passage("text", file, place, said)


def _paragraph(opening: Token, inline: Token, file: str, place: str) -> Iterator[Passage]:
    text = _plain(inline)
    if not text:
        return
    if opening.type == "heading_open":
        yield Passage("heading", file, place, text, int(opening.tag[1]))
    elif _all_bold(inline.children or ()) and len(text) <= LONGEST_HEADING:
        yield Passage("heading", file, place, text.rstrip(" :"), CAPTION_LEVEL)
    elif title := _bold_title(inline.children or ()):
        yield Passage("heading", file, place, title.rstrip("."), CAPTION_LEVEL)
        yield Passage("text", file, place, text.removeprefix(title).strip())
    else:
        for piece in at_labels(_lines(inline)):
            yield Passage("text", file, place, piece)


def _kind_of_block(block: Token) -> Kind:
    """The kind of a code block: code, or printed output if most lines have figures in them."""
    lines = [line for line in block.content.splitlines() if line.strip()]
    figures = sum(bool(PRINTED.search(line)) for line in lines)
    return "printed" if not block.info.strip() and 2 * figures > len(lines) else "code"


def _plain(inline: Token) -> str:
    return " ".join(" ".join(_lines(inline)).split())


def _lines(inline: Token) -> list[str]:
    lines = [""]
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                lines[-1] += child.content
            case "softbreak" | "hardbreak":
                lines.append("")
    return lines


def _all_bold(children: Sequence[Token]) -> bool:
    """Whether all of a paragraph's text is in bold: a heading by writers who don't use heading marks."""
    depth, bold = 0, False
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            depth += 1 if child.type == "strong_open" else -1
            bold = True
        elif depth == 0 and child.content.strip(" :"):
            return False
    return bold


def _bold_title(children: Sequence[Token]) -> str:
    """A few words in bold with a full stop, before the text that they are the heading of: '**Optimizers.** Adam …'."""
    shown = [child for child in children if child.content or child.type != "text"]
    inside = list(itertools.takewhile(lambda child: child.type != "strong_close", shown))
    title = "".join(child.content for child in inside)
    begins = bool(inside) and inside[0].type == "strong_open" and title.endswith(".") and len(title) <= LONGEST_TITLE
    return title if begins and any(child.content.strip() for child in shown[len(inside) :]) else ""


def _line_of_table(before: Sequence[Token]) -> str:
    opening = next(token for token in reversed(before) if token.type == "table_open")
    return f"line {opening.map[0] + 1}" if opening.map else ""
