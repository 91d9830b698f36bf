"""Numbers that the student's own documents hold: printed accuracies, times and sizes, by the names that they are given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from autograder.handed_in.naming import Naming
from autograder.handed_in.passages import Passage, Rows

Quantity = Literal[
    "accuracy", "train accuracy", "seconds", "parameters", "loss", "train loss", "gap", "epochs", "gradient", "value"
]

LONGEST_LINE: Final = 400  # characters; what is longer was written for no reader
LONGEST_TEXT: Final = 3_000
NUMBER: Final = r"[-−+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?"
EPOCH: Final = re.compile(r"\b(?:ep(?:och|oche|oque|\.)?|época|epoca)\s*[\[:#=]?\s*(\d+)", re.IGNORECASE)
WORD: Final = r"acc(?:uracy|uracies|s)?|genauigkeit|exactitude|exactitud|accuratezza|acur[áa]cia|precisi[óo]n"
# 'test_acc=0.9777', 'Test Accuracy: 97.71%', 'val_accuracy 0.71', 'Genauigkeit (Test): 97,7 %', 'acc: 9771/10000 (97.71%)'
ACCURACY: Final = re.compile(
    rf"(?<![^\W_])(?:{WORD})\b\.?(?P<after>[^\d\n,;|=:]{{0,30}}[=:|]?[^\d\n,;|=:]{{0,6}}?)\s*"
    r"(?:\d+\s*/\s*\d+\s*[=(]*\s*)?(?P<number>\d+(?:[.,]\d+)?)(?![\w.])\s*(?P<percent>%?)",
    re.IGNORECASE,
)
WORDS_BEFORE: Final = re.compile(r"[^\d,;|:=]*$")
REACH: Final = 30  # characters before the word in which 'test' or 'train' belongs to it
IN_MINUTES: Final = re.compile(
    r"[(\[](?:in )?(?:min|mins|minutes)\.?[)\]]|\bin min(?:utes)?\b|\bminutes\b", re.IGNORECASE
)
SECONDS: Final = re.compile(rf"({NUMBER})\s*(s|sec|secs|seconds|sekunden|min|minutes)\b", re.IGNORECASE)
TRAIN: Final = re.compile(r"train|tr_|entra|entren", re.IGNORECASE)
HELD_OUT: Final = re.compile(r"test|val|held", re.IGNORECASE)
# 'relu: 0.9778', 'SGD+Momentum | 97.7 %', 'Adam = 0.9758 (121.3 s)'
NAMED: Final = re.compile(
    r"^\W{0,4}(?P<name>[^\W\d][^:=|\t]{0,40}?)\s*(?:[:=|\t]|->|→|\s)\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<percent>%?)(?P<rest>.*)$"
)
# 'Running: SGD'; of '--- Adam ---' the rules are taken off before.
CURRENT: Final = re.compile(
    r"(?:running|training|trained|train|optimizer|optimiser|model|activation|network|architecture|config(?:uration)?|with|using)\W{1,5}"
    r"(?P<name>[^:=\d\W][^:=]{0,40})",
    re.IGNORECASE,
)
RULES: Final = "=-*#_~<>[]():. \t"
COLUMNS: Final[Mapping[Quantity, re.Pattern[str]]] = {
    "accuracy": re.compile(WORD, re.IGNORECASE),
    "seconds": re.compile(r"time|\bsec|\(s\)|zeit|dauer|temps|tiempo|duration|\bs\b", re.IGNORECASE),
    "parameters": re.compile(r"param|weights|gewichte", re.IGNORECASE),
    "gap": re.compile(r"\bgap\b|overfitting", re.IGNORECASE),
    "gradient": re.compile(r"\bgrad(?:ient)?s?\b", re.IGNORECASE),
    "loss": re.compile(r"loss|verlust|perte|pérdida", re.IGNORECASE),
    "epochs": re.compile(r"\bepochs\b|\bepoch (?:to|until|of)\b", re.IGNORECASE),
}
# Headings that say only where, not what: 'Train' and 'Test', 'layer 1'.
SPLIT: Final = re.compile(r"\W*(?:(?:final|best) )?(?:train|test|val)(?:ing|idation)?(?: set| data)?\W*", re.IGNORECASE)
LAYER: Final = re.compile(
    r"\W*(?:(?:first|last|input|output|\d(?:st|nd|rd|th)) (?:(?:hidden|linear|dense) )?layer|(?:hidden )?layer[ _-]?\d+"
    r"|(?:in|out)put)(?:\s*\((?:first|last|input|output|hidden)(?: layer)?\))?\W*",
    re.IGNORECASE,
)
LEAST_ACCURACY: Final = 0.5  # of all, in columns that are only called 'Train' and 'Test': what is smaller may be a loss
# Of these, a gap of '0.7' beside '98.2' is in percent, too.
SHARES: Final = ("accuracy", "train accuracy", "gap")
IN_SEVERAL: Final = (
    "gradient",
    "epochs",
)  # columns may differ in more than that: 'gradient layer 1', 'gradient layer 5'


@dataclass(frozen=True)
class Number:
    """A number with the name of the model that has it, or an empty one. Accuracies are fractions in [0, 1].

    `title` is the column's where a quantity comes in several: 'epochs to 97 %', 'gradient layer 1'.
    """

    name: str
    quantity: Quantity
    value: float
    place: str
    epoch: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Standing:
    """What two or more models have of one quantity, as one table or one printed list gives it.

    `courses` are values by epoch, (epoch, value), of those that have them; `values` then are the last.
    """

    quantity: Quantity
    values: Mapping[str, float]
    place: str
    title: str = ""
    courses: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)


def numbers(passages: Sequence[Passage], naming: Naming) -> list[Number]:
    """The numbers in a part's printed text and tables, in reading order, with names as `naming` knows them."""
    found: list[Number] = []
    code = ""
    for passage in passages:
        match passage.kind:
            case "code" | "heading" | "comment":
                code = passage.text if passage.kind == "code" else f"{code}\n{passage.text}"
            case "printed":
                rows = _table_in(passage.text)
                if rows:
                    found += _tabled(rows, passage.place)
                found += _printed(passage, naming, code, skip=rows)
            case "text":  # of numbers without a fraction or a sign, prose has too many
                told = _accuracies(passage.text[:LONGEST_TEXT], passage.place)
                found += [number for number in told if number.value not in (0.0, 1.0) and number.value * 100 % 1]
            case "table":
                found += _tabled(passage.rows, passage.place)
    return found


def standings(found: Iterable[Number]) -> list[Standing]:
    """Two or more models' values of one quantity from one place.

    Of values over epochs the last counts, where all have the same last epoch; else a log may break off at the end of a page.
    """
    groups: dict[tuple[str, Quantity, str], dict[str, list[Number]]] = {}
    for number in found:
        if number.name:
            group = groups.setdefault((number.place, number.quantity, number.title), {})
            group.setdefault(number.name, []).append(number)
    return [
        Standing(quantity, {name: last[-1].value for name, last in group.items()}, place, title, _courses(group))
        for (place, quantity, title), group in groups.items()
        if len(group) > 1 and len({last[-1].epoch for last in group.values()}) == 1
    ]


def _courses(group: Mapping[str, Sequence[Number]]) -> dict[str, tuple[tuple[int, float], ...]]:
    return {
        name: course
        for name, found in group.items()
        if len(course := tuple((each.epoch, each.value) for each in found if each.epoch is not None)) > 1
    }


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
    """The model that a line between logs announces: 'Running: CNN_A', '=== CNN_A ==='; empty where it is something else."""
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
        value = _fraction(match["number"], match["percent"])
        bare = match["number"].isdecimal() and not match["percent"] and not re.search(r"[=:|/]", match[0])
        if value is None or bare:  # 'accuracy on all 4 cases'
            continue
        train = TRAIN.search(words) and not HELD_OUT.search(words)
        plain = not HELD_OUT.search(words) and several  # Keras: 'accuracy: ... - val_accuracy: ...'
        yield Number("", "train accuracy" if train or plain else "accuracy", value, place)


def _name_in(line: str, epoch: re.Match[str] | None, naming: Naming) -> str:
    """The model that a line of figures is about: before the epoch, or anywhere where there is but one."""
    before = line[: epoch.start()] if epoch else ""
    return naming.the_one_in(before) or naming.the_one_in(line)


def _named(match: re.Match[str], context: str, place: str) -> Iterator[Number]:
    """A name with a number: an accuracy where the code that printed it, or the line above, speaks of one and of no loss."""
    name = match["name"].strip()
    value = _fraction(match["number"], match["percent"])
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
    """The table that is printed in a text: a heading row and two or more rows of as many cells, with figures at their ends."""
    lines = [_cells(line) for line in text.splitlines() if len(line) <= LONGEST_LINE]
    lines = [cells for cells in lines if any(re.search(r"\w", cell) for cell in cells)]
    for start, head in enumerate(lines):
        rows = []
        for cells in lines[start + 1 :]:
            if len(cells) - len(head) not in (0, 1) or len(cells) < 2 or not _number(cells[-1]):
                break
            rows.append(cells)
        if len(rows) > 1 and not _number(head[-1]) and len({len(cells) for cells in rows}) == 1:
            missing = ("",) * (len(rows[0]) - len(head))  # pandas gives its index no heading
            return ((*missing, *head), *rows)
    return ()


def _cells(line: str) -> tuple[str, ...]:
    cells = re.split(r"\s*[|│]\s*|\t+|\s{2,}", line.strip().strip("|│"))
    return tuple(cell.strip() for cell in cells)


def _tabled(rows: Rows, place: str) -> Iterator[Number]:
    """The numbers in a table whose heading row says what they are; a table that lies on its side is turned."""
    if len(rows) < 2:
        return
    width = min(map(len, rows))
    rows = tuple(row[:width] for row in rows)
    turned = tuple(zip(*rows, strict=True))
    by_layer = len(rows) > 2 and all(LAYER.fullmatch(row[0]) for row in rows[1:])
    if (by_layer or not any(_quantities(rows))) and any(_quantities(turned)):
        rows = turned
    header, *body = rows
    width = len(header)
    quantities = _quantities(rows)
    held_out = [index for index, each in enumerate(quantities) if each == "accuracy" and HELD_OUT.search(header[index])]
    names = next((index for index in range(width) if _is_names(body, index)), None)
    if names is None:
        return
    wanted: dict[tuple[Quantity, str], int] = {}
    for index, title in enumerate(header):
        quantity = quantities[index]
        several = quantity in IN_SEVERAL or (len(held_out) > 1 and index in held_out)  # 'best' and 'final' ones
        told = title.strip() if several else ""
        told = f"gradient {told}" if quantity == "gradient" and LAYER.fullmatch(told) else told
        if quantity and index != names and ((quantity, told) not in wanted or HELD_OUT.search(title)):
            wanted[quantity, told] = index
    shares = [index for (quantity, _), index in wanted.items() if quantity in SHARES]
    in_percent = any((_number(row[index]) or 0.0) > 1 for row in body for index in shares if "%" not in row[index])
    for row in body:
        for (quantity, told), index in wanted.items():
            value = _value(row[index], quantity, "%" in header[index] or (quantity == "gap" and in_percent))
            if (
                value is not None
                and quantity == "seconds"
                and IN_MINUTES.search(header[index])
                and "min" not in row[index]
            ):
                value *= 60
            name = " ".join(row[names].split())[:60]
            if value is not None and name:
                yield Number(name, quantity, value, place, title=told)


def _quantities(rows: Rows) -> list[Quantity | None]:
    """What each column holds: by its heading, or by its figures where several headings say only where: 'Train' and 'Test' are
    accuracies where all could be and more are right in training; fractions by layer are gradients."""
    header, *body = rows
    found = [_quantity(title) for title in header]
    layers = [index for index, title in enumerate(header) if LAYER.fullmatch(title.replace("_", " "))]
    if len(layers) > 1 and all(0 < abs(_number(row[index]) or 0) < 1 for row in body for index in layers):
        found = ["gradient" if index in layers else each for index, each in enumerate(found)]
    splits = {index: _values(body, index) for index, title in enumerate(header) if SPLIT.fullmatch(title)}
    means = {bool(TRAIN.search(header[index])): sum(values) for index, values in splits.items()}
    if "accuracy" in found or len(means) < 2 or means[True] <= means[False]:
        return found
    if all(len(values) == len(body) and min(values) >= LEAST_ACCURACY for values in splits.values()):
        for index in splits:
            found[index] = "train accuracy" if TRAIN.search(header[index]) else "accuracy"
    return found


def _values(body: Sequence[tuple[str, ...]], index: int) -> list[float]:
    """A column's figures as shares of 1."""
    numbers = [value for row in body if (value := _number(row[index])) is not None]
    return [value / 100 for value in numbers] if numbers and max(numbers) > 1 else numbers


def _quantity(title: str) -> Quantity | None:
    quantity = next(
        (quantity for quantity, pattern in COLUMNS.items() if pattern.search(title.replace("_", " "))), None
    )
    if quantity == "accuracy" and re.search(r"\bgap\b", title, re.IGNORECASE):
        return "gap"
    if TRAIN.search(title) and not HELD_OUT.search(title):
        return {"accuracy": "train accuracy", "loss": "train loss"}.get(quantity or "", quantity)  # type: ignore[return-value]
    return quantity


def _is_names(body: Sequence[tuple[str, ...]], index: int) -> bool:
    return all(re.search(r"[^\W\d]", row[index]) and _number(row[index]) is None for row in body)


def _value(cell: str, quantity: Quantity, percent: bool) -> float | None:
    if quantity == "parameters":
        digits = re.sub(r"(?<=\d)[,.' \u202f](?=\d{3})", "", cell)
        match = re.match(r"\s*(\d+(?:\.\d+)?)\s*([kKmM]?)", digits)
        return float(match[1]) * {"": 1, "k": 1e3, "m": 1e6}[match[2].lower()] if match else None
    match = re.match(rf"\s*({NUMBER})\s*(%?)", cell)
    if match is None:
        return None
    if quantity in SHARES:
        return _fraction(match[1], match[2] or ("%" if percent else ""), least=-1 if quantity == "gap" else 0)
    value = float(match[1].replace(",", ".").replace("−", "-"))
    return value * 60 if quantity == "seconds" and re.search(r"\bmin", cell) else value


def _number(cell: str) -> float | None:
    match = re.fullmatch(rf"\s*({NUMBER}|\d{{1,3}}(?:,\d{{3}})+)\s*(?:%|s|sec|min)?\s*", cell)
    return float(re.sub(r",(?=\d{3}(?:,|$))", "", match[1]).replace(",", ".").replace("−", "-")) if match else None


def _fraction(digits: str, percent: str, least: float = 0) -> float | None:
    """A number as a fraction of `least` to 1; above 1 it is taken for a percentage; None where it is neither."""
    value = float(digits.replace(",", ".").replace("−", "-"))
    if percent or abs(value) > 1:
        value /= 100
    return value if least <= value <= 1 else None
