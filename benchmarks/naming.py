"""How often is the right bug named, in submissions that the bug library was not written from?

    python -m benchmarks.naming [tuning|held-out] [--only TEXT]

The cases are right submissions of `tests/submissions/right` with a mistake put in: other styles, other names, mistakes that the
library does not know, two at once. `tests/unseen/held-out.yaml` is for measuring; what `tuning.yaml` shows may be used to
improve the library. An entry:

```yaml
- case: "evaluation: a condition turned round"
  submission: from_scratch        # of tests/submissions/right
  file: mlp.py
  inside: evaluate                # the function or class whose text is changed; the whole file unless given
  loses: [1A.evaluation]          # what it must lose; these items alone are run
  bugs: [evaluate.error-rate]     # the names that are true of it; none where the library has no true one
  patch:
    - {replace: "if guess == label:", by: "if guess != label:"}
```

A name is right when it is one of `bugs`, and wrong when it is not, whatever else was named. With `bugs` empty, silence is right.
Exits with 1 when the rates are worse than `autograder.validation` allows, or a case keeps points that it should lose.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from ruamel.yaml import YAML

from autograder import sandbox, validation
from autograder.assignment import find_rubric
from autograder.checks.settings import Settings
from autograder.diagnosis.bugs import Patch, span

ROOT: Final = Path(__file__).resolve().parents[1]
Outcome = Literal["right", "silent", "wrong"]


class Unseen(BaseModel):
    """One wrong submission with the names that are true of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    case: str
    submission: str
    file: str
    inside: str = ""
    loses: tuple[str, ...] = Field(min_length=1)
    bugs: tuple[str, ...]
    patch: tuple[Patch, ...] = Field(min_length=1)

    def as_case(self) -> validation.Case:
        """Raises ValueError when a piece of text does not occur exactly once."""
        folder = ROOT / "tests" / "submissions" / "right" / self.submission
        text = (folder / self.file).read_text(encoding="utf-8")
        start, end = span(text, self.inside) if self.inside else (0, len(text))
        changed = text[start:end]
        for patch in self.patch:
            if changed.count(patch.replace) != 1:
                raise ValueError(f"{self.case}: {patch.replace!r} occurs {changed.count(patch.replace)} times")
            changed = changed.replace(patch.replace, patch.by)
        files = {self.file: text[:start] + changed + text[end:]}
        items = frozenset(self.loses)
        return validation.Case(self.case, "wrong", folder, files, items, bugs=self.bugs, only=items)


def read_unseen(half: str) -> tuple[Unseen, ...]:
    """The cases of 'tuning' or 'held-out'. Raises pydantic's ValidationError."""
    content = YAML(typ="safe").load((ROOT / "tests" / "unseen" / f"{half}.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(tuple[Unseen, ...]).validate_python(content)


def outcome(row: validation.Row) -> Outcome:
    """What became of the naming."""
    if not set(row.named_bugs) <= set(row.expected_bugs):
        return "wrong"
    return "silent" if row.expected_bugs and not row.named_bugs else "right"


def main() -> None:
    parser = argparse.ArgumentParser(description="Naming rates on unseen wrong submissions.")
    parser.add_argument("half", nargs="?", choices=["tuning", "held-out"], default="held-out")
    parser.add_argument("--only", default="", help="cases whose name contains this text")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    cases = [unseen.as_case() for unseen in read_unseen(arguments.half) if arguments.only in unseen.case]
    settings = Settings("standard", sandbox.choose(sandbox.Kind.AUTO), threads=1)
    rows = []
    for row in validation.validate(find_rubric(None, ROOT), cases, settings, arguments.jobs):
        rows.append(row)
        kept = "" if row.as_declared else f"   KEPT {', '.join(sorted(row.loses - row.lost))}"
        print(f"{outcome(row):7} {row.case}: {', '.join(row.named_bugs) or '–'}{kept}", flush=True)
        if outcome(row) != "right" or kept:
            print(f"        true: {', '.join(row.expected_bugs) or 'no name'}")
            for note in row.notes:
                print(f"        {note}")
    if not (print_rates(rows).good_enough and all(row.as_declared for row in rows)):
        raise SystemExit(1)


def print_rates(rows: Sequence[validation.Row]) -> validation.NamingRates:
    reachable = [row for row in rows if row.expected_bugs]
    wrong = sum(outcome(row) == "wrong" for row in rows)
    named = sum(outcome(row) == "right" for row in reachable)
    silent = sum(outcome(row) == "silent" for row in reachable)
    print(f"\n{len(rows)} cases, {len(reachable)} of them with a true name in the library")
    if reachable:
        print(f"named right: {named} of {len(reachable)} ({named / len(reachable):.0%}); silent: {silent}")
    if rows:
        print(f"named wrongly: {wrong} of {len(rows)} ({wrong / len(rows):.1%})")
    print(f"kept points that it should lose: {sum(not row.as_declared for row in rows)}")
    return validation.NamingRates(len(rows), len(reachable), named, wrong)


if __name__ == "__main__":
    main()
