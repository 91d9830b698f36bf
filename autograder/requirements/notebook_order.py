"""Whether a notebook's stored outputs come from one run from top to bottom without an error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograder.quoting import file_named
from autograder.requirements.finding import Finding, counted, shortened
from autograder.results import Met
from autograder.submission import Submission
from autograder.submission.names import is_notebook

RERUN = "Restart the kernel, run all cells, look at the outputs, save, and hand in that file."


def look(submission: Submission) -> Finding:
    """Look at the numbers and the errors that are stored with the cells. Cells are counted as `In [1]`, `In [2]`, ..."""
    notebooks = [path for path in submission.sources if is_notebook(path)]
    if not notebooks:
        return Finding(Met.UNSEEN, "No notebook was handed in.")
    problems: list[str] = []
    remarks: list[str] = []
    for path in notebooks:
        cells = list(_code_cells(submission.folder / path))
        problems += [f"{file_named(path)}: {problem}" for problem in (*_order(cells), *_errors(cells))]
        remarks += [f"{file_named(path)}: {remark}" for remark in _gaps(cells)]
    details = shortened([*problems[1:], *remarks])
    if problems:
        return Finding(
            Met.UNMET, f"The stored outputs are not those of one clean run: {_first(problems)}.", details, RERUN
        )
    whole = "The notebook was" if len(notebooks) == 1 else f"All {len(notebooks)} notebooks were"
    return Finding(Met.MET, f"{whole} run from top to bottom without an error, by the stored numbers.", details)


def _code_cells(path: Path) -> Iterator[dict[str, Any]]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = cell.get("source", "")
        if cell.get("cell_type") == "code" and "".join(source).strip():
            yield cell


def _order(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What in the stored execution counts contradicts one run from top to bottom."""
    counts = [(number, cell.get("execution_count")) for number, cell in enumerate(cells, start=1)]
    ran = [(number, count) for number, count in counts if isinstance(count, int)]
    if not ran:
        if cells:
            yield f"none of its {counted(len(cells), 'code cell')} was run"
        return
    left_out = [number for number, count in counts if not isinstance(count, int)]
    if left_out:
        yield f"{_cells(left_out)} not run"
    back = [(number, count, before) for (_, before), (number, count) in pairwise(ran) if count <= before]
    for number, count, before in back:
        yield f"code cell {number} was run before the one above it (In [{count}] below In [{before}])"


def _errors(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    for number, cell in enumerate(cells, start=1):
        tags = cell.get("metadata", {}).get("tags", ())
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error" and "raises-exception" not in tags:
                name = str(output.get("ename", "an error"))[:100]
                said = " ".join(str(output.get("evalue", "")).split())[:200]
                if name == "KeyboardInterrupt":
                    yield f"code cell {number} was stopped by hand (KeyboardInterrupt)"
                else:
                    yield f"code cell {number} ended in {name}" + (f": {said}" if said else "")


def _gaps(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Missing numbers: cells were run again, or deleted after they had run."""
    counts = [count for cell in cells if isinstance(count := cell.get("execution_count"), int)]
    if counts and counts == sorted(set(counts)) and counts != list(range(1, len(counts) + 1)):
        yield f"numbers are left out (the last of {len(counts)} cells is In [{counts[-1]}]): cells were run again or deleted"


def _cells(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"code cell {numbers[0]} was"
    shown = ", ".join(map(str, numbers[:10])) + (" and more" if len(numbers) > 10 else "")
    return f"code cells {shown} were"


def _first(problems: Sequence[str]) -> str:
    return problems[0] + (f"; and {len(problems) - 1} more, listed below" if len(problems) > 1 else "")
