"""The numbers in printed text and in tables of a part, in reading order: accuracies, times and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import COLUMNS, HELD_OUT, NUMBER, TRAIN, WORD, Number, fraction, number_in
from autograder.handed_in.passages import Passage, Rows
from autograder.handed_in.tabled_numbers import tabled

LONGEST_LINE: Final = 400  # characters; longer text was not written for a reader
LONGEST_TEXT: Final = 3_000
EPOCH: Final = re.compile(r"\b(?:ep(?:och|oche|oque|\.)?|época|epoca)\s*[\[:#=]?\s*(\d+)", re.IGNORECASE)
# 'test_acc=0.9777', 'Test Accuracy: 97.71%', 'val_accuracy 0.71', 'Genauigkeit (Test): 97,7 %', 'acc: 9771/10000 (97.71%)'
ACCURACY: Final = re.compile(
    rf"(?<![^\W_])(?:{WORD})\b\.?(?P<after>[^\d\n,;|=:]{{0,30}}[=:|]?[^\d\n,;|=:]{{0,6}}?)\s*"
    r"(?:\d+\s*/\s*\d+\s*[=(]*\s*)?(?P<number>\d+(?:[.,]\d+)?)(?![\w.])\s*(?P<percent>%?)",
    re.IGNORECASE,
)
WORDS_BEFORE: Final = re.compile(r"[^\d,;|:=]*$")
REACH: Final = 30  # characters before the word in which 'test' or 'train' belongs to it
SECONDS: Final = re.compile(rf"({NUMBER})\s*(s|sec|secs|seconds|sekunden|min|minutes)\b", re.IGNORECASE)
# 'relu: 0.9778', 'SGD+Momentum | 97.7 %', 'Adam = 0.9758 (121.3 s)'
NAMED: Final = re.compile(
    r"^\W{0,4}(?P<name>[^\W\d][^:=|\t]{0,40}?)\s*(?:[:=|\t]|->|→|\s)\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<percent>%?)(?P<rest>.*)$"
)
# 'Running: SGD'; the rules of '--- Adam ---' are removed before.
CURRENT: Final = re.compile(
    r"(?:running|training|trained|train|optimizer|optimiser|model|activation|network|architecture|config(?:uration)?|with|using)\W{1,5}"
    r"(?P<name>[^:=\d\W][^:=]{0,40})",
    re.IGNORECASE,
)
RULES: Final = "=-*#_~<>[]():. \t"


def numbers(passages: Sequence[Passage], naming: Naming) -> list[Number]:
    """The numbers in a part's printed text and tables, in reading order, with names by `naming`."""
    found: list[Number] = []
    code = ""
    for passage in passages:
        match passage.kind:
            case "code" | "heading" | "comment":
                code = passage.text if passage.kind == "code" else f"{code}\n{passage.text}"
            case "printed":
                rows = _table_in(passage.text)
                if rows:
                    found += tabled(rows, passage.place)
                found += _printed(passage, naming, code, skip=rows)
            case "text":  # of numbers without a fraction or a sign, prose has too many
                told = _accuracies(passage.text[:LONGEST_TEXT], passage.place)
                found += [number for number in told if number.value not in (0.0, 1.0) and number.value * 100 % 1]
            case "table":
                found += tabled(passage.rows, passage.place)
    return found


def _printed(passage: Passage, naming: Naming, code: str, skip: Rows) -> Iterator[Number]:
    context = code
    current = ""
    in_table = {" ".join(row).casefold() for row in skip}
    for line in passage.text.splitlines():
        line = line[:LONGEST_LINE]
        if not line.strip() or " ".join(_cells(line)).casefold() in in_table:
            continue
        epoch = EPOCH.search(line)
        found = list(_accuracies(line, passage.place))
        if epoch or found:
            name = _name_in(line, epoch, naming) or current
            yield from (replace(each, name=name, epoch=int(epoch[1]) if epoch else None) for each in found)
            if name and not epoch:
                yield from _seconds(line, name, passage.place)
        elif (match := NAMED.match(line)) and naming.mentions(match["name"]):
            yield from _named(match, context, passage.place)
        elif not re.search(r"\d[.,]\d", line):
            current = naming.the_one_in(line) or _heading(line)
            context = line if COLUMNS["accuracy"].search(line) or COLUMNS["loss"].search(line) else context


def _heading(line: str) -> str:
    """The model that a line between logs announces: 'Running: CNN_A', '=== CNN_A ==='; empty if it is something else."""
    bare = line.strip(RULES)
    match = CURRENT.fullmatch(bare)
    ruled = bare and len(bare) <= 40 and line.strip()[:2] in ("==", "--", "**", "##")
    return match["name"].strip() if match else bare if ruled else ""


def _accuracies(line: str, place: str) -> Iterator[Number]:
    matches = list(ACCURACY.finditer(line))
    before = [WORDS_BEFORE.search(line[max(0, match.start() - REACH) : match.start()]) for match in matches]
    named = [f"{words[0] if words else ''} {match['after']}" for words, match in zip(before, matches, strict=True)]
    several = any(HELD_OUT.search(words) for words in named)
    for match, words in zip(matches, named, strict=True):
        value = fraction(match["number"], match["percent"])
        bare = match["number"].isdecimal() and not match["percent"] and not re.search(r"[=:|/]", match[0])
        if value is None or bare:  # 'accuracy on all 4 cases'
            continue
        train = TRAIN.search(words) and not HELD_OUT.search(words)
        plain = not HELD_OUT.search(words) and several  # Keras: 'accuracy: ... - val_accuracy: ...'
        yield Number("", "train accuracy" if train or plain else "accuracy", value, place)


def _name_in(line: str, epoch: re.Match[str] | None, naming: Naming) -> str:
    """The model that a line of figures is about: before the epoch, or anywhere if there is only one."""
    before = line[: epoch.start()] if epoch else ""
    return naming.the_one_in(before) or naming.the_one_in(line)


def _named(match: re.Match[str], context: str, place: str) -> Iterator[Number]:
    """A name with a number: an accuracy if the code that printed it, or the line above, mentions one and no loss."""
    name = match["name"].strip()
    value = fraction(match["number"], match["percent"])
    of_accuracy = bool(COLUMNS["accuracy"].search(context)) and not re.search(
        r"loss(?!_fn)|grad", context, re.IGNORECASE
    )
    if value is not None and "." in match["number"].replace(",", ".") and (match["percent"] or of_accuracy):
        yield Number(name, "accuracy", value, place)
        yield from _seconds(match["rest"], name, place)
    elif re.fullmatch(r"\d{4,}", match["number"]) and re.search(r"param|numel", context, re.IGNORECASE):
        yield Number(name, "parameters", float(match["number"]), place)


def _seconds(text: str, name: str, place: str) -> Iterator[Number]:
    if match := SECONDS.search(text):
        minutes = match[2].casefold().startswith("min")
        yield Number(name, "seconds", float(match[1].replace(",", ".")) * (60 if minutes else 1), place)


def _table_in(text: str) -> Rows:
    """The table that is printed in a text: a heading row and two or more rows of as many cells, ending in figures."""
    lines = [_cells(line) for line in text.splitlines() if len(line) <= LONGEST_LINE]
    lines = [cells for cells in lines if any(re.search(r"\w", cell) for cell in cells)]
    for start, head in enumerate(lines):
        rows = []
        for cells in lines[start + 1 :]:
            if len(cells) - len(head) not in (0, 1) or len(cells) < 2 or not number_in(cells[-1]):
                break
            rows.append(cells)
        if len(rows) > 1 and not number_in(head[-1]) and len({len(cells) for cells in rows}) == 1:
            missing = ("",) * (len(rows[0]) - len(head))  # pandas gives its index no heading
            return ((*missing, *head), *rows)
    return ()


def _cells(line: str) -> tuple[str, ...]:
    cells = re.split(r"\s*[|│]\s*|\t+|\s{2,}", line.strip().strip("|│"))
    return tuple(cell.strip() for cell in cells)
