"""How long it takes: `python -m benchmarks.table [--repeats 3] [--only TEXT ...] [--write]`.

Each row is a command that a user gives; rows are run in turn, so that a busy machine is as busy for all of them. Memory is the
most that the command and all that it starts have at one moment, with what they share counted for each. `--write` puts the table
into the README.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from benchmarks.memory import most_memory

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "README.md"
TABLE: Final = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", re.DOTALL)
REFERENCE: Final = "solutions/pytorch"
NOTEBOOK: Final = "tests/submissions/toplevel/one_flow"
STYLES: Final = ("subclass_style", "terse_names", "trainer_class", "typed_dataclasses")
FOUR: Final = tuple(f"tests/submissions/right/{name}" for name in STYLES)
GRADE: Final = ("-m", "autograder.cli", "grade")
GRADE_FOUR: Final = (*GRADE, *FOUR, "--profile", "quick", "--cores", "1", "--out", "OUT")


@dataclass(frozen=True)
class Row:
    name: str
    arguments: tuple[str, ...]  # of Python; `OUT` is a fresh folder


@dataclass(frozen=True)
class Taken:
    seconds: float
    mebibytes: int


ROWS: Final = (
    Row("the command line's help", ("-m", "autograder.cli", "--help")),
    Row("`check` of the reference (quick, no sandbox)", ("-m", "autograder.cli", "check", REFERENCE)),
    Row("`grade --profile quick` of the reference", (*GRADE, REFERENCE, "--profile", "quick", "--out", "OUT")),
    Row("`grade` of the reference, on one core", (*GRADE, REFERENCE, "--cores", "1", "--out", "OUT")),
    Row("`grade` of the reference", (*GRADE, REFERENCE, "--out", "OUT")),
    Row("`grade` of a notebook that does all at the top level", (*GRADE, NOTEBOOK, "--out", "OUT")),
    Row("`grade --profile quick` of four, one by one", (*GRADE_FOUR, "--jobs", "1")),
    Row("`grade --profile quick` of four, two at a time", (*GRADE_FOUR, "--jobs", "2")),
)


def taken(arguments: Sequence[str]) -> Taken:
    """Run Python with these arguments. Raises CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, *(folder if each == "OUT" else each for each in arguments)]
        started = time.perf_counter()
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with most_memory(process.pid) as most:
            process.wait()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return Taken(seconds, most[0])


def table(found: Mapping[str, Sequence[Taken]]) -> str:
    """As Markdown: medians, with the least and the most in brackets."""
    lines = ["| what | seconds | most memory |", "|---|---|---|"]
    for name, runs in found.items():
        seconds = [each.seconds for each in runs]
        spread = f"{statistics.median(seconds):.1f} [{min(seconds):.1f}-{max(seconds):.1f}]"
        lines.append(f"| {name} | {spread} | {max(each.mebibytes for each in runs) / 1024:.1f} GiB |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time what users do.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--only", action="append", help="rows whose name contains this text; may be given several times"
    )
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args()
    rows = [row for row in ROWS if any(text in row.name for text in options.only or ("",))]
    found: dict[str, list[Taken]] = {row.name: [] for row in rows}
    for _ in range(options.repeats):
        for row in rows:
            found[row.name].append(taken(row.arguments))
            print(f"{row.name}: {found[row.name][-1].seconds:.1f} s", file=sys.stderr)
    told = (
        f"Python {sys.version.split()[0]}, torch {torch.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f} "
        f"over the last quarter of an hour, {options.repeats} runs.\n\n{table(found)}\n"
    )
    print(told)
    if options.write:
        PAGE.write_text(TABLE.sub(lambda _: told, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
