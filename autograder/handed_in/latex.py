r"""LaTeX sources into passages: headings, prose, tables and listings. No command is carried out, and no other file is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from autograder.handed_in.passages import Passage, in_lines

LONGEST: Final = 400_000  # characters that are read of one source
LEVELS: Final = {
    "part": 1, "chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4, "subparagraph": 5,
}  # fmt: skip
PREAMBLE: Final = re.compile(r"\A.*?\\begin\{document\}", re.DOTALL)
COMMENT: Final = re.compile(r"(?<!\\)%[^\n]*")
LISTING: Final = re.compile(
    r"\\begin\{(?P<name>verbatim\*?|Verbatim|lstlisting|minted)\}(?:\[[^\]]*\])?(?:\{\w+\})?(?P<inside>.{0,50000}?)\\end\{(?P=name)\}",
    re.DOTALL,
)
TABLE: Final = re.compile(
    r"\\begin\{(?P<name>tabular[x*]?|longtable)\}(?P<inside>.{0,50000}?)\\end\{(?P=name)\}", re.DOTALL
)
FORMULA: Final = re.compile(
    r"\\begin\{(?P<name>(?:equation|align|gather|multline|displaymath|eqnarray|flalign|alignat)\*?)\}.{0,4000}?\\end\{(?P=name)\}"
    r"|\\\[.{0,4000}?\\\]|\$\$.{0,4000}?\$\$",
    re.DOTALL,
)
# Proofs and definitions, which answer nothing
THEORY: Final = re.compile(
    r"\\begin\{(?P<name>(?:lemma|proof|theorem|proposition|corollary|definition|axiom)\*?)\}.{0,20000}?\\end\{(?P=name)\}",
    re.DOTALL,
)
# What separates the text: a blank line, what was taken out, a heading, an entry of a list.
PARTED: Final = re.compile(
    rf"\n[ \t]*\n|\0\d+\0|\\(?:{'|'.join(LEVELS)})\*?\s*(?:\[[^\]]*\])?\{{"
    r"|\\item\b|\\begin\{(?:document|abstract|thebibliography)\}|\\caption\s*(?:\[[^\]]*\])?\{"
)
# Commands whose argument is not read; that of all others is.
SILENT: Final = re.compile(
    r"\\(?:label|ref|eqref|autoref|[cC]ref|cite[tp]?|includegraphics|input|include|bibliography(?:style)?|vspace|hspace|"
    r"pagestyle|thispagestyle|setlength|begin|end|color|title|author|date|multicolumn\{\d+\})\*?\s*(?:\[[^\]]*\])?(?:\{[^{}]*\})+"
)
MARK: Final = re.compile(r"\\(?P<sign>[%&_#${}])|\\(?P<command>[A-Za-z]+)\*?|\\\\|---?|``|''|~|\\.|[{}$]")
SIGNS: Final = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " ", "\\\\": " "}
WORDS: Final = {
    "times": "×", "approx": "≈", "sim": "~", "cdot": "·", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "pm": "±", "to": "→",
    "rightarrow": "→", "eta": "η", "sigma": "σ", "beta": "β", "alpha": "α", "lambda": "λ", "ldots": "…", "dots": "…",
    "textbackslash": "\\", "LaTeX": "LaTeX", "quad": " ", "tanh": "tanh", "max": "max", "min": "min", "log": "log", "exp": "exp",
}  # fmt: skip
TITLED: Final = {r"\begin{abstract}": "Abstract", r"\begin{thebibliography}": "References"}  # LaTeX sets these titles
HIDDEN_LINE: Final = "\1"  # a line's end in what was taken out
# A heading set in bold: alone, or before the text and with a full stop.
BOLD: Final = re.compile(
    r"[\s\1]*\\textbf\{(?:([^{}]{1,120}?)\.\}|([^{}]{1,120})\}\.|([^{}]{1,120})\}:?(?=[\s\\]*$))[\s\\]*"
)
BOLD_LEVEL: Final = 6
LEADING: Final = re.compile(r"(?:[\s\1]|\\label\{[^}]*\})*")


def read_latex(text: str, file: str) -> Iterator[Passage]:
    """The passages of a LaTeX source; a place is the line in which a passage starts. Display formulas are left out."""
    aside: list[tuple[str, str]] = []  # what is no prose: its kind, and what is inside

    def put_aside(kind: str, match: re.Match[str]) -> str:
        aside.append((kind, match["inside"]))
        return f"\0{len(aside) - 1}\0{_hidden(match)}"

    source = PREAMBLE.sub(_hidden, text[:LONGEST].replace("\0", "").replace(HIDDEN_LINE, ""), count=1)
    source = LISTING.sub(lambda match: put_aside("code", match), source)
    source = COMMENT.sub("", source)
    source = TABLE.sub(lambda match: put_aside("table", match), source)
    source = THEORY.sub(_hidden, source)
    source = FORMULA.sub(lambda match: _hidden(match) + " ", source)
    captions = Counter[str]()
    position = 0
    while position < len(source):
        parting = PARTED.search(source, position)
        end = parting.start() if parting else len(source)
        yield from _prose(source, position, end, file)
        if parting is None:
            return
        position, mark = parting.end(), parting[0]
        where = f"line {_line(source, parting.start())}"
        if mark.startswith("\0"):
            kind, inside = aside[int(mark.strip("\0"))]
            yield from _aside(kind, inside, file, where)
        elif title := TITLED.get(mark):
            yield Passage("heading", file, where, title, 1)
        elif mark.endswith("{") and not mark.startswith("\\begin"):
            inside, position = _argument(source, position)
            name = re.match(r"\\(\w+)", mark)
            level = LEVELS.get(name[1], 0) if name else 0
            if plain := _plain(inside):
                title = "" if level else _numbered(source, parting.start(), captions)
                yield Passage("heading" if level else "text", file, where, title + plain, level)


def _numbered(source: str, position: int, captions: Counter[str]) -> str:
    """What LaTeX sets before a caption: 'Figure 2: '."""
    kind = (
        "Table"
        if source.rfind(r"\begin{table", 0, position) > source.rfind(r"\begin{figure", 0, position)
        else "Figure"
    )
    captions[kind] += 1
    return f"{kind} {captions[kind]}: "


def _hidden(match: re.Match[str]) -> str:
    return HIDDEN_LINE * (match[0].count("\n") + match[0].count(HIDDEN_LINE))


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + source.count(HIDDEN_LINE, 0, position) + 1


def _argument(source: str, start: int) -> tuple[str, int]:
    """The text up to the closing brace, and the index after it."""
    depth = 1
    for match in re.compile(r"\\.|[{}]").finditer(source, start, start + 4_000):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return source[start : match.start()], match.end()
    return "", start


def _prose(source: str, start: int, end: int, file: str) -> Iterator[Passage]:
    said = source[start:end]
    begins = LEADING.match(said)
    where = f"line {_line(source, start + (begins.end() if begins else 0))}"
    if bold := BOLD.match(said):
        yield Passage("heading", file, where, _plain(bold[1] or bold[2] or bold[3]).rstrip(" :"), BOLD_LEVEL)
        said = said[bold.end() :]
    if plain := _plain(said):
        yield Passage("text", file, where, plain)


def _aside(kind: str, inside: str, file: str, where: str) -> Iterator[Passage]:
    if kind == "code":
        if inside.strip():
            yield Passage("code", file, where, inside.strip("\n"))
        return
    inside = re.sub(r"\A\s*(?:\[[^\]]*\])?(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*)+", "", inside)
    inside = re.sub(
        r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^}]*\}|cmidrule(?:\([^)]*\))?\{[^}]*\})", "", inside
    )
    lines = re.split(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline", inside)
    rows = tuple(tuple(_plain(cell) for cell in re.split(r"(?<!\\)&", line)) for line in lines if _plain(line))
    if len(rows) > 1:
        yield Passage("table", file, where, in_lines(rows), rows=rows)


def _plain(text: str) -> str:
    """Without commands, braces and the dollars around formulas; letters and digits in these stay."""
    text = SILENT.sub(" ", text.replace(HIDDEN_LINE, " "))
    return " ".join(MARK.sub(_as_read, text).split())


def _as_read(mark: re.Match[str]) -> str:
    if mark["sign"]:
        return mark["sign"]
    return WORDS.get(mark["command"], " ") if mark["command"] else SIGNS.get(mark[0], "")
