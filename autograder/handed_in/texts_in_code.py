"""Texts that code prints or keeps in variables: students who hand in scripts write their answers so."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in.prose import is_sentence, says_results
from autograder.handed_in.sentences import WIDE
from autograder.worker.binding.sources import NOT_PYTHON, parsed

SHOWS: Final = frozenset("print display Markdown HTML md pprint".split())  # functions that show their text
CAPTIONS: Final = frozenset(
    "figtext suptitle title set_title text write info log write_text".split()
)  # or label a plot with it
FEWEST_IN_CAPTION: Final = 6  # words of a plot label that says something
# How documentation of a function starts, and how it continues
DESCRIBES: Final = re.compile(
    r"^\s*(?:return|comput|train|build|creat|plot|run|get|mak|load|evaluat|calculat|defin|implement|initiali|appl|draw|sav|show|"
    r"test|compar|measur|record|collect|count|do(?:es)?\b|perform|print|generat|set|add|updat|find|check|convert|wrap|stor|"
    r"given|simple|an?\b|one\b|the function|function|class|helper|forward|backward|this (?:function|class|method))\w*"
    r"|^\s*(?:args|arguments|returns?|parameters|params|raises|yields)\s*:?\s*$|:param|:return|@param|\breturns?:",
    re.IGNORECASE | re.MULTILINE,
)
# A line in it above an answer
ANSWERS: Final = re.compile(
    r"^[ \t]*(?:(?:brief|short|my) )?(?:discussion|analysis|answer|observations?|conclusions?|comments?|interpretation|findings)"
    r"\s*:[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
PASSES_ON: Final = frozenset("Markdown HTML dedent cleandoc str".split())  # a text in it stays a text
METHODS: Final = frozenset("strip lstrip rstrip".split())
FEWEST_WORDS: Final = 3  # of a line that is printed for a reader
ANNOUNCES: Final = re.compile(r"[^\W_](?:[\w ()–-]|\.(?=\w)){2,40}:?")
HOLE: Final = "\ufffc"  # in the place of what an f-string computes
SHOWN: Final = r"[^\n]{1,40}?"  # the pattern of what was printed there
FEWEST_WORDS_WITH_A_HOLE: Final = 8  # of a sentence with such a place: 'The accuracy is {x}.' is a line of a log
PLACEHOLDER: Final = re.compile(r"\{\w*(?::[^}]*)?\}|%[-.\d]*[dfsg]\b")


@dataclass(frozen=True)
class Text:
    """A text in code, with the number of the line where its statement ends. `name`: of the variable, or the key, if any."""

    last: int
    name: str
    text: str


def texts(source: str, printed: str = "") -> Mapping[int, list[Text]]:
    """The texts by the line number where their statements start. Code that is not Python has none.

    The values in an f-string are taken from what the code has `printed`; if missing, they are '…'.
    """
    try:
        tree = parsed(source)
    except NOT_PYTHON:
        return {}
    found: dict[int, list[Text]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and (own := list(_of(node))):
            found.setdefault(node.lineno, [replace(each, text=_filled(each.text, printed)) for each in own])
    return found


def _filled(text: str, printed: str) -> str:
    if HOLE not in text:
        return text
    pieces = [re.escape(piece.strip("\n")) for piece in text.split(HOLE)]
    shown = re.search(SHOWN.join(pieces) + "$", printed, re.MULTILINE)
    return shown[0] if shown else text.replace(HOLE, "…")


def _of(statement: ast.stmt) -> Iterator[Text]:
    last = statement.end_lineno or statement.lineno
    match statement:
        case ast.Expr(value=ast.Call(args=[_, *_] as arguments) as call) if _called(call) in SHOWS:
            pieces = [_literal(each) for each in arguments]
            said = " ".join(piece for piece in pieces if piece)
            if None not in pieces and is_said(said):
                yield Text(last, "", said)
        case ast.Expr(value=ast.Call(args=[_, *_] as arguments) as call) if _called(call) in CAPTIONS:
            lettering = [text for text in map(_literal, arguments) if text]
            if len(lettering) == 1 and is_sentence(lettering[0]) and len(lettering[0].split()) >= FEWEST_IN_CAPTION:
                yield Text(last, "", lettering[0])
        case ast.Expr(value=ast.Constant(value=str(text))) if statement.col_offset and (told := _told_in(text)):
            yield Text(last, "", told)
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            yield from _kept(value, name.replace("_", " "), last)
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))], value=value):
            yield from _kept(value, name, last)  # answers["2A"] = "…"


def _kept(value: ast.expr, name: str, last: int) -> Iterator[Text]:
    if isinstance(value, ast.Dict):
        entries = [(_literal(key), _literal(each)) for key, each in zip(value.keys, value.values, strict=True) if key]
        if all(key and text for key, text in entries) and any(is_said(text or "") for _, text in entries):
            yield from (Text(last, key or "", text or "") for key, text in entries)
    elif isinstance(value, ast.List | ast.Tuple):  # of texts, or of pairs with a text
        listed = [each.elts if isinstance(each, ast.Tuple | ast.List) else [each] for each in value.elts]
        told = [[_literal(piece) for piece in pieces] for pieces in listed]
        if all(len(pieces) <= 2 and all(pieces) for pieces in told):
            found = [Text(last, pieces[0] or "" if pieces[1:] else "", pieces[-1] or "") for pieces in told]
            yield from found if any(is_sentence(each.text) for each in found) else ()
    elif (text := _literal(value)) and ("\n" in text or is_said(text)) and not ANNOUNCES.fullmatch(text):
        yield Text(last, name, text)


def _told_in(docstring: str) -> str:
    """What a text in a function says about results, and not about what the function does: all of it, or the text below a line
    that announces it; empty if it has none."""
    if not DESCRIBES.search(docstring):
        return docstring if says_results(docstring) else ""
    announced = ANSWERS.search(docstring)
    return docstring[announced.start() :] if announced and says_results(docstring[announced.end() :]) else ""


def is_said(text: str) -> bool:
    """Whether what is printed is a sentence, or announces some, and is not the label of a figure."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    ends = text.strip()[-1:] in set(".!?…。！？")
    wide = len(WIDE.findall(text)) >= FEWEST_WORDS
    bare = text.strip("=-*~#_ \t\n")
    announces = bool(ANNOUNCES.fullmatch(bare)) and bool(re.search(r"[^\W\d]{4}", text))
    if HOLE in text:
        return ends and len(words) >= FEWEST_WORDS_WITH_A_HOLE
    return not PLACEHOLDER.search(text) and (
        announces or "\n" in text.strip() or (ends and (wide or len(words) >= FEWEST_WORDS))
    )


def _literal(node: ast.expr) -> str | None:
    """The text of an expression, if it is literal; None for what is computed."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else HOLE for each in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = _literal(left), _literal(right)
            return None if one is None or other is None else one + other
        case ast.BinOp(left=ast.Constant(value=str(mark)), op=ast.Mult()):
            return "" if not re.search(r"\w", mark) else None  # "=" * 40
        case ast.Call(func=ast.Attribute(value=joint, attr="join"), args=[ast.List(elts=each) | ast.Tuple(elts=each)]):
            lines = [_literal(line) for line in each]
            between = _literal(joint)
            return None if between is None else between.join(line or "" for line in lines) if all(lines) else None
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=[]) if method in METHODS:
            return _literal(inner)
        case ast.Call(args=[inner]) if _called(node) in PASSES_ON:
            return textwrap.dedent(_literal(inner) or "") or None
    return None


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
