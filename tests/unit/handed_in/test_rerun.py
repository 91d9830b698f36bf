"""What a run showed stands beside the documents' passages; of its numbers those count that do not depend on the cut data."""

from __future__ import annotations

from autograder.handed_in.naming import Naming
from autograder.handed_in.passages import Passage
from autograder.handed_in.printed_numbers import numbers
from autograder.handed_in.rerun import of_the_run, with_the_run
from autograder.trace.outputs import Axes, Figure, Line, Printed, Table
from autograder.trace.places import Place
from autograder.trace.records import Data, Network, Pass, Run, SourceTrace, Trace

FILE = "hw1.ipynb"
NAMING = Naming({"baseline": [], "deeper": []})
TABLE = (("model", "parameters", "test accuracy"), ("baseline", "100", "0.41"), ("deeper", "200", "0.42"))


def a_trace(samples: int, **fields: object) -> Trace:
    data = (Data(id=1, samples=samples, whole=1000),)
    return Trace(sources=(SourceTrace(source=FILE, end="finished", seconds=1, data=data, **fields),))  # type: ignore[arg-type]


def shown(trace: Trace) -> dict[str, dict[str, float]]:
    """The numbers of the run that count, by quantity."""
    passages = with_the_run([Passage("code", FILE, "cell 1", "train()")], trace)
    found: dict[str, dict[str, float]] = {}
    for each in of_the_run(numbers(passages, NAMING), trace):
        found.setdefault(each.quantity, {})[each.name] = each.value
    return found


def test_of_a_run_on_a_part_of_the_data_only_the_parameters_count():
    table = Table(place=Place(source=FILE, cell=1), rows=TABLE)
    assert shown(a_trace(100, tables=(table,))) == {"parameters": {"baseline": 100, "deeper": 200}}


def test_of_a_run_on_all_data_all_numbers_count():
    printed = Printed(place=Place(source=FILE, cell=1), text="baseline accuracy: 0.41\ndeeper accuracy: 0.42\n")
    assert shown(a_trace(1000, printed=(printed,))) == {"accuracy": {"baseline": 0.41, "deeper": 0.42}}


def test_a_labelled_line_of_a_figure_tells_the_network_that_it_shows():
    place = Place(source=FILE, cell=1)
    networks = tuple(Network(id=n, name="Net", made=place, parameters=100 * n, trainable=0) for n in (1, 2))
    runs = tuple(Run(id=n, network=n, optimizer="Adam", place=place, steps=9) for n in (1, 2))
    hits = {1: (100, 200, 300), 2: (150, 250, 350)}
    passes = tuple(
        Pass(id=10 * run + epoch, network=run, run=run, after=epoch, data=1, samples=1000, correct=correct, place=place)
        for run, all_hits in hits.items()
        for epoch, correct in enumerate(all_hits, 1)
    )
    lines = tuple(
        Line(label=label, x=(1, 2, 3), y=tuple(hit / 1000 for hit in hits[run]))
        for run, label in ((1, "baseline"), (2, "deeper"))
    )
    figure = Figure(id=1, place=place, axes=(Axes(lines=lines),))
    data = (Data(id=1, split="test", samples=1000, whole=1000),)
    source = SourceTrace(
        source=FILE,
        end="finished",
        seconds=1,
        data=data,
        networks=networks,
        runs=runs,
        passes=passes,
        figures=(figure,),
    )
    found = shown(Trace(sources=(source,)))
    assert found == {"parameters": {"baseline": 100, "deeper": 200}, "accuracy": {"baseline": 0.3, "deeper": 0.35}}


def test_what_a_cell_showed_stands_before_the_next_heading():
    passages = [
        Passage("code", FILE, "cell 1", "a()"),
        Passage("heading", FILE, "after cell 1", "Problem 2"),
        Passage("code", FILE, "cell 2", "b()"),
    ]
    printed = tuple(Printed(place=Place(source=FILE, cell=cell), text=f"of cell {cell}") for cell in (2, 1))
    found = with_the_run(passages, a_trace(100, printed=printed))
    assert [each.text for each in found] == ["a()", "of cell 1", "Problem 2", "b()", "of cell 2"]
    assert found[1].place == f"{FILE} cell 1, when it was run"


def test_what_a_script_printed_stands_behind_the_code_that_did():
    passages = [Passage("code", "hw1.py", "line 1", "a()"), Passage("comment", "hw1.py", "line 10", "Problem 2")]
    printed = tuple(Printed(place=Place(source="hw1.py", line=line), text=f"of line {line}") for line in (5, 12))
    source = SourceTrace(source="hw1.py", end="finished", seconds=1, printed=printed)
    found = with_the_run(passages, Trace(sources=(source,)))
    assert [each.text for each in found] == ["a()", "of line 5", "Problem 2", "of line 12"]
