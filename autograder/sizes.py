"""How large a result may become. A submission decides what its figures, texts and names are; these bounds limit how much of it
is kept, and the result says what was left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from autograder.results import CheckResult, Curves, Exhibit, Fact, HeatMap, Picture, Record, Result, Table

LONGEST: Final = 10_000  # characters of any text: tracebacks are the longest that honest code leads to
LONGEST_FACT: Final = 500  # characters of what was expected, or found
MOST_LINES: Final = 200  # entries of a list of texts, such as remarks
MOST_FACTS: Final = 60  # of one check
MOST_EXHIBITS: Final = 12  # of one check
MOST_CURVES: Final = 30  # of one exhibit
MOST_VALUES: Final = 2_000  # of one curve, and marks on a map
MOST_ROWS: Final = 100
MOST_COLUMNS: Final = 30
MOST_ACCOUNTED: Final = 1_000  # statements of the top level
LARGEST_PICTURE: Final = 2_000_000  # characters in base64
LARGEST: Final = 20_000_000  # characters of a result, and of a report
PICTURES: Final = 8_000_000  # characters of all pictures of the checks, if the result is too large with all of them
FEW_FACTS: Final = 8
CUT: Final = " … and {:,} more characters"
SLACK: Final = 40  # characters that CUT may add, so that shortening a text twice changes nothing

Kept = TypeVar("Kept", bound=Record)


def bounded(check: CheckResult) -> CheckResult:
    """The check with as much of its evidence as a result may contain, and a fact that says what was left out."""
    exhibits = [_exhibit(each) for each in check.exhibits[:MOST_EXHIBITS]]
    kept = [each for each in exhibits if not isinstance(each, Picture) or len(each.png) <= LARGEST_PICTURE]
    left_out = len(check.exhibits) - len(kept)
    facts = _facts(check.facts, MOST_FACTS)
    if left_out:
        told = f"{left_out:,} of what it shows: a check may show {MOST_EXHIBITS} pictures and tables, of 1.5 MB at most"
        facts = (*facts, Fact(label="left out", found=told))
    update = {"facts": facts, "exhibits": tuple(kept), "measures": check.measures[:MOST_FACTS]}
    return shortened(check.model_copy(update=update))


def shortened(record: Kept) -> Kept:
    """The record with every text in it cut to 10,000 characters, and every list of texts to 200 entries; each cut is marked."""
    changed = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        shorter = value if name in ("png", "files") else _short(value)
        if shorter is not value:
            changed[name] = shorter
    return record.model_copy(update=changed) if changed else record


def fitted(
    result: Result,
    what: str = "result",
    size: Callable[[Result], int] = lambda result: len(result.model_dump_json(indent=1)),
) -> Result:
    """The result, reduced so that its `size` is at most 20 million; a note says what was left out of `what`."""
    result = shortened(result.model_copy(update={"loading": result.loading[:MOST_ACCOUNTED]}))
    left_out: list[str] = []
    for named, less in STEPS:
        if size(result) <= LARGEST:
            break
        result = less(result)
        left_out.append(named)
    if not left_out:
        return result
    note = (
        f"Left out so that the {what} stays below {LARGEST // 1_000_000} MB: {', '.join(left_out)}. "
        "Where they matter, have the code draw and print less, and grade it again."
    )
    submission = result.submission.model_copy(update={"notes": (*result.submission.notes, note)})
    return result.model_copy(update={"submission": submission})


def _short(value: Any) -> Any:
    """The value with shorter texts; the value itself if nothing has to be shortened."""
    match value:
        case str() if len(value) > LONGEST + SLACK:
            return _cut(value, LONGEST)
        case Record():
            return shortened(value)
        case dict():
            return {_short(key): _short(entry) for key, entry in value.items()}
        case tuple() if value and isinstance(value[0], str) and len(value) > MOST_LINES + 1:
            return (*map(_short, value[:MOST_LINES]), f"and {len(value) - MOST_LINES:,} more")
        case tuple() if value and not isinstance(value[0], float | int):
            shorter = tuple(map(_short, value))
            return value if all(one is other for one, other in zip(shorter, value, strict=True)) else shorter
    return value


def _facts(facts: Sequence[Fact], most: int) -> tuple[Fact, ...]:
    more = len(facts) - most
    if more <= len(("…", "left out")):
        most = len(facts)
    kept = tuple(
        Fact(label=_cut(each.label), expected=_cut(each.expected), found=_cut(each.found)) for each in facts[:most]
    )
    if most == len(facts):
        return kept
    return (*kept, Fact(label="…", found=f"and {more:,} more"))


def _cut(text: str, most: int = LONGEST_FACT) -> str:
    return text if len(text) <= most + SLACK else f"{text[:most]}{CUT.format(len(text) - most)}"


def _exhibit(exhibit: Exhibit) -> Exhibit:
    title = _cut(exhibit.title)
    match exhibit:
        case Curves():
            lines = {_cut(name): values[:MOST_VALUES] for name, values in list(exhibit.lines.items())[:MOST_CURVES]}
            cut = len(exhibit.lines) - MOST_CURVES, max(map(len, exhibit.lines.values()), default=0) - MOST_VALUES
            labels = {"x_label": _cut(exhibit.x_label), "y_label": _cut(exhibit.y_label)}
            return exhibit.model_copy(
                update={"title": title + _more(("line", cut[0]), ("value", cut[1])), "lines": lines, **labels}
            )
        case HeatMap():
            more = _more(("mark", len(exhibit.points) - MOST_VALUES))
            return exhibit.model_copy(update={"title": title + more, "points": exhibit.points[:MOST_VALUES]})
        case Table():
            more = _more(("row", len(exhibit.rows) - MOST_ROWS), ("column", len(exhibit.columns) - MOST_COLUMNS))
            rows = tuple(tuple(map(_cut, row[:MOST_COLUMNS])) for row in exhibit.rows[:MOST_ROWS])
            columns = tuple(map(_cut, exhibit.columns[:MOST_COLUMNS]))
            return exhibit.model_copy(update={"title": title + more, "columns": columns, "rows": rows})
        case Picture():
            return exhibit.model_copy(update={"title": title, "alt": _cut(exhibit.alt)})


def _more(*counts: tuple[str, int]) -> str:
    told = [f"{more:,} more {noun}{'s' * (more > 1)}" for noun, more in counts if more > 0]
    return f" (and {' and '.join(told)})" if told else ""


def _of_checks(less: Callable[[CheckResult], dict[str, Any]]) -> Callable[[Result], Result]:
    def of_all(result: Result) -> Result:
        items = tuple(
            item.model_copy(update={"checks": tuple(each.model_copy(update=less(each)) for each in item.checks)})
            for item in result.items
        )
        return result.model_copy(update={"items": items})

    return of_all


def _first_pictures(result: Result) -> Result:
    left = PICTURES

    def fits(exhibit: Exhibit) -> bool:
        nonlocal left
        left -= len(exhibit.png) if isinstance(exhibit, Picture) else 0
        return not isinstance(exhibit, Picture) or left >= 0

    return _of_checks(lambda check: {"exhibits": tuple(filter(fits, check.exhibits))})(result)


# What is dropped from a result that is too large, in this order: first what helps a reader least for its size.
STEPS: Final[tuple[tuple[str, Callable[[Result], Result]], ...]] = (
    ("pictures that the checks show", _first_pictures),
    ("curves, maps, tables and the other pictures that they show", _of_checks(lambda check: {"exhibits": ()})),
    ("tracebacks, and what the code printed", _of_checks(lambda check: {"traceback": "", "output": ""})),
    ("facts", _of_checks(lambda check: {"facts": _facts(check.facts, FEW_FACTS)})),
    ("what of the top level was run, and how the run went", lambda result: result.model_copy(update={"loading": (), "ran": ()})),
    ("what the documents hold", lambda result: result.model_copy(update={"handed_in": ()})),
    ("messages of the checks", _of_checks(lambda check: {"message": _cut(check.message), "diagnosis": ()})),
)  # fmt: skip
