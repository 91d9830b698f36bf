"""How often is a sentence asked about that the student's numbers contradict, and how often is one that they don't?

    python -m benchmarks.claims [FILE.yaml ...] [--show]

By default over the sets in `tests/claims`. An entry:

```yaml
- part: 1B
  numbers:                                  # what the student's table holds: a row for each configuration
    ReLU: {test accuracy: 0.9778}
    tanh: {test accuracy: 0.9760}
  text: Tanh came out ahead of ReLU.        # one sentence, or a few
  verdict: contradicts                      # or agrees, or unclear: only the first is to be asked about
  why: ReLU is ahead
```

`--show` prints the sentences that went wrong. Exits with 1 when fewer than 85 % of the contradictions are asked about, or more
than 3 % of the other sentences.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from autograder.assignment import find_rubric
from autograder.handed_in.claims import questions
from autograder.handed_in.evidence import evidence
from autograder.handed_in.naming import Naming
from autograder.handed_in.passages import Passage, Rows
from autograder.handed_in.printed_numbers import numbers
from autograder.handed_in.sentences import sentences
from autograder.rubric import Rubric, load_rubric

ROOT: Final = Path(__file__).resolve().parents[1]
SETS: Final = ROOT / "tests" / "claims"
LEAST_ASKED: Final = 0.85
MOST_FALSE: Final = 0.03


class Entry(BaseModel):
    """A text with the numbers that it is held against, and what a person says of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    part: str
    numbers: dict[str, dict[str, float | str]]
    text: str
    verdict: Literal["contradicts", "agrees", "unclear"]
    why: str | float = ""


@dataclass(frozen=True)
class Outcome:
    """An entry with the questions that were asked about it."""

    entry: Entry
    asked: tuple[str, ...]

    @property
    def right(self) -> bool:
        return bool(self.asked) == (self.entry.verdict == "contradicts")


@dataclass(frozen=True)
class Figures:
    """How many contradictions there are and how many were asked about; the same of all other texts."""

    contradictions: int
    asked: int
    others: int
    falsely_asked: int

    @property
    def asked_rate(self) -> float:
        return self.asked / max(self.contradictions, 1)

    @property
    def false_rate(self) -> float:
        return self.falsely_asked / max(self.others, 1)


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of a file. Raises pydantic's ValidationError."""
    return TypeAdapter(tuple[Entry, ...]).validate_python(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def outcome(entry: Entry, rubric: Rubric) -> Outcome:
    """What is asked about a text beside a table of these numbers."""
    part = rubric.part(entry.part)
    naming = Naming(part.names)
    table = Passage("table", "report.md", "table 1", "", rows=_rows(entry.numbers))
    found = evidence(numbers([table], naming))
    return Outcome(entry, tuple(each.found for each in questions(sentences(entry.text), found, naming, part.groups)))


def figures(outcomes: Iterable[Outcome]) -> Figures:
    outcomes = list(outcomes)
    contradicting = [bool(each.asked) for each in outcomes if each.entry.verdict == "contradicts"]
    others = [bool(each.asked) for each in outcomes if each.entry.verdict != "contradicts"]
    return Figures(len(contradicting), sum(contradicting), len(others), sum(others))


def _rows(table: Mapping[str, Mapping[str, float | str]]) -> Rows:
    titles = list(dict.fromkeys(title for values in table.values() for title in values))
    return (
        ("", *titles),
        *((name, *(str(values.get(title, "")) for title in titles)) for name, values in table.items()),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=sorted(SETS.glob("*.yaml")))
    parser.add_argument("--show", action="store_true", help="print the sentences that went wrong")
    options = parser.parse_args(arguments)
    rubric = load_rubric(find_rubric(None, ROOT))
    good = True
    for path in options.files:
        outcomes = [outcome(entry, rubric) for entry in read_entries(path)]
        found = figures(outcomes)
        if options.show:
            for each in (each for each in outcomes if not each.right):
                print(
                    f"[{each.entry.verdict}] {each.entry.part}: {each.entry.text}\n    {each.entry.why}\n    {each.asked[:1]}"
                )
        print(
            f"{path.name}: {found.asked} of {found.contradictions} contradictions asked about ({found.asked_rate:.0%}), "
            f"{found.falsely_asked} of {found.others} other texts asked about falsely ({found.false_rate:.1%})"
        )
        good = good and found.asked_rate >= LEAST_ASKED and found.false_rate <= MOST_FALSE
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
