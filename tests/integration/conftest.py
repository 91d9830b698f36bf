"""A whole small assignment, so that the engine is tested without Homework 1: one function to write, `halve(x)`."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from autograder.isolation import Kind
from autograder.sandbox import launch
from autograder.sandbox.bubblewrap import bubblewrap_problem
from autograder.sandbox.container import KINDS, container_problem
from autograder.trace.observed import Observed
from tests.integration.small_runs import run
from tests.integration.warm import Warm, warm_worker

RUBRIC = """
assignment:
  id: small
  title: A small assignment
  points: 4
  reference: solutions
  probes: tests/probes
  checks: {public: tests/public, hidden: tests/hidden}
  bugs: tests/bugs
profiles:
  quick: {description: public checks, visibilities: [public], sample: true}
  standard: {description: all checks, visibilities: [public, hidden], sample: true}
functions:
  halve: {signature: halve(x), aliases: [half]}
  quarter: {signature: quarter(x)}
thresholds: {number: [tolerance]}
parts:
  - id: A
    title: Halving
    points: 4
    items:
      - {id: A.halve, title: Halve a number, points: 1, kind: automatic, needs: [halve], checks: [test_numbers_are_halved],
         hint: Divide by two., thresholds: {tolerance: 0.001}}
      - {id: A.secret, title: Halve odd numbers, points: 1, kind: automatic, needs: [halve], checks: [test_odd_numbers]}
      - {id: A.quarter, title: Quarter a number, points: 1, kind: automatic, needs: [quarter], uses: [halve],
         signs: ["quarter", "/ 4"], checks: [test_numbers_are_quartered]}
      - {id: A.why, title: Say why, points: 1, kind: review, sentences: [1, 2]}
"""
FILES = {
    "rubric/small.yaml": RUBRIC,
    "solutions/__init__.py": "",
    "solutions/numbers.py": """
        def halve(x):
            half = x / 2
            return half


        def quarter(x):
            return halve(halve(x))
        """,
    "tests/probes/__init__.py": "",
    "tests/probes/asks.py": """
        def halve(code, *, x):
            return code.halve(x)


        def quarter(code, *, x):
            return code.quarter(x)


        def call(code, *, name, arguments=()):
            return getattr(code, name)(*arguments)


        def count(code, *, to):
            for number in range(to):
                yield code.halve(number)
        """,
    "tests/public/test_small.py": '''
        from probes import asks

        from autograder.checks import expect_close, item


        @item("A.halve", seconds=6)
        def test_numbers_are_halved(student, reference, thresholds, evidence):
            """`halve` gives half of a number."""
            for x in (2.0, 10.0):
                found, expected = student.ask(asks.halve, x=x), reference.ask(asks.halve, x=x)
                evidence.fact(f"half of {x}", found, expected)
                expect_close(found, expected, f"`halve({x})`", tolerance=thresholds["tolerance"])


        @item("A.quarter", seconds=6)
        def test_numbers_are_quartered(student, reference, evidence):
            """`quarter` gives a quarter of a number."""
            found = student.ask(asks.quarter, x=8.0)
            evidence.fact("a quarter of 8", found)
            expect_close(found, reference.ask(asks.quarter, x=8.0), "`quarter(8)`")
        ''',
    "tests/hidden/test_small_hidden.py": '''
        from probes import asks

        from autograder.checks import expect_close, item


        @item("A.secret", seconds=6)
        def test_odd_numbers(student, reference):
            """`halve` gives half of an odd number."""
            expect_close(student.ask(asks.halve, x=3.0), reference.ask(asks.halve, x=3.0), "`halve(3)`")
        ''',
    "tests/bugs/small.yaml": """
        - bug: halve.doubles
          cause: "`halve` multiplies by two."
          mend: Divide.
          loses: [A.halve, A.secret]
          patch: [{replace: "x / 2", by: "x * 2"}]
        - bug: halve.floors
          cause: "`halve` rounds down."
          mend: Use `/`.
          loses: [A.secret]
          patch: [{replace: "x / 2", by: "float(x // 2)"}]
        - bug: quarter.halves
          cause: "`quarter` only halves."
          mend: Halve twice.
          loses: [A.quarter]
          patch: [{replace: "halve(halve(x))", by: "halve(x)"}]
        """,
}


@pytest.fixture(scope="session")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small assignment; its rubric is `rubric/small.yaml`."""
    root = tmp_path_factory.mktemp("assignment")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    templates = Path(__file__).resolve().parents[2] / "templates"
    (root / "templates").symlink_to(templates)
    return root


@pytest.fixture
def submit(tmp_path: Path) -> Callable[..., Path]:
    """Write a submission: `submit("def halve(x): ...")`, or several files by name."""

    def write(text: str = "", name: str = "student", **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        if text:
            files["homework"] = text
        for stem, content in files.items():
            (folder / f"{stem}.py").write_text(textwrap.dedent(content), encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    with warm_worker(tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture
def ran(tmp_path: Path, warm: Warm, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Observed]:
    """What a script of Homework 1, maybe with other files beside it, shows when it is run without a sandbox by a warm worker."""
    monkeypatch.setattr(launch, "start", warm.start)
    return lambda code, files=MappingProxyType({}): run(code, tmp_path, files)


def _needs(problem: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(bool(problem), reason=f"no sandbox here: {problem}")


needs_bubblewrap = _needs(bubblewrap_problem())
# As parameters of a test: each sandbox with a wall, skipped where this machine lacks it.
CONTAINERS = [pytest.param(kind, marks=_needs(container_problem(kind)), id=kind.value) for kind in KINDS]
WALLED = [pytest.param(Kind.BUBBLEWRAP, marks=needs_bubblewrap, id="bubblewrap"), *CONTAINERS]
