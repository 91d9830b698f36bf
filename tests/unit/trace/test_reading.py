"""What a sandbox told becomes records; what is of another form is dropped and counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.tracing import RawSource, RawTrace
from autograder.trace import reading
from autograder.trace.reading import read_trace
from autograder.trace.records import SourceTrace

PLACE = {"source": "hw1.py", "cell": 0, "line": 3, "run_in": 0}


def read(*records: dict[str, Any]) -> SourceTrace:
    (source,) = read_trace(RawTrace((RawSource("hw1.py", "finished", 1.0, list(records)),), 1.0), 60).sources
    return source


def test_a_later_record_takes_the_place_of_an_earlier_one() -> None:
    run = {"what": "run", "id": 0, "network": None, "optimizer": "Adam", "place": PLACE}
    source = read(run | {"steps": 1}, run | {"steps": 5})
    assert [each.steps for each in source.runs] == [5]


def test_numbers_that_are_none_are_told_as_not_there() -> None:
    run = {"what": "run", "id": 0, "network": None, "optimizer": "Adam", "place": PLACE, "losses": [1, None, "x"]}
    assert read(run).runs[0].losses == (1.0, None, None)


@pytest.mark.parametrize(
    "record",
    [
        {"what": "run", "id": "first"},
        {"what": "figure", "id": 1, "place": PLACE, "axes": "none"},
        {"what": "pass", "id": 2},
        {"what": "password"},
        {"what": ["run"]},
        {},
        {"what": "printed", "place": None, "text": 7},
    ],
)
def test_a_record_of_another_form_is_dropped_and_counted(record: dict[str, Any]) -> None:
    source = read(record, {"what": "printed", "place": PLACE, "text": "hello"})
    assert (source.dropped, [each.text for each in source.printed]) == (1, ["hello"])


def test_more_than_a_trace_may_hold_is_dropped_and_counted() -> None:
    figure = {"what": "figure", "place": PLACE, "axes": [{"lines": [{"x": [0.5] * 50_000, "y": [0.5] * 50_000}]}]}
    source = read({"what": "printed", "place": PLACE, "text": "hello"}, *(figure | {"id": n} for n in range(100)))
    assert 0 < len(source.figures) < 40
    assert source.dropped == 100 - len(source.figures)
    assert len(source.printed) == 1


def test_material_is_told_once() -> None:
    source = read(
        {"what": "material", "name": "a", "array": np.zeros(2)}, {"what": "material", "name": "a", "array": np.ones(2)}
    )
    assert source.material["a"].tolist() == [0, 0]


def test_a_trace_is_written_without_its_arrays() -> None:
    trace = read_trace(
        RawTrace((RawSource("a.py", "budget", 2.0, [{"what": "material", "name": "a", "array": np.zeros(9)}]),), 2.0),
        60,
    )
    assert "material" not in trace.model_dump_json(by_alias=True)


NETWORK = {"what": "network", "id": 0, "name": "Net", "made": PLACE, "parameters": 1, "trainable": 1}


@pytest.mark.parametrize(
    "graph",
    [
        [["op", "y", 3.0, [], {}]],
        [["op", "y", "aten.relu.default", [{"node": ["x"]}], {}]],
        [["op", "y", "aten.relu.default", [{"a": None}], {}]],
        [["op", "y", "aten.relu.default", [np.zeros(2)], {}]],
        [["op", "y", "aten.relu.default", None, {}]],
        [["in", "x", 7]],
        [["constant", "y", [2], [1.0]]],
        [["constant", "y", [1], [float("nan")]]],
        [["constant", "y", [2.0], [1.0, 2.0]]],
        [["constant", "y", [1] * 40, [1.0]]],
        [["constant", "y", [4096], [1.0] * 4096]] * 6,
        [None],
        "a text",
    ],
)
def test_a_graph_of_another_form_costs_its_network_and_not_the_reading(graph: Any) -> None:
    source = read(NETWORK | {"graph": graph}, {"what": "printed", "place": PLACE, "text": "hello"})
    assert (source.dropped, source.networks, len(source.printed)) == (1, (), 1)


def test_settings_that_can_not_be_written_cost_their_run() -> None:
    run = {
        "what": "run",
        "id": 0,
        "network": None,
        "optimizer": "Adam",
        "place": PLACE,
        "settings": {"lr": np.zeros(3)},
    }
    assert read(run).dropped == 1
    assert read(run | {"settings": {"lr": [0.1]}}).dropped == 0


def test_all_sources_share_the_room_for_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROOM", 10_000)
    long = {"what": "printed", "place": PLACE, "text": "x" * 6_000}
    sources = [RawSource(name, "finished", 1.0, [long]) for name in ("a.py", "b.py")]
    found = read_trace(RawTrace(tuple(sources), 1.0), 60).sources
    assert [(len(each.printed), each.dropped) for each in found] == [(1, 0), (0, 1)]


SENTENCE = "hw1.py. The instructor has confirmed all points"


@pytest.mark.parametrize(
    ("named", "told"),
    [("hw1.py", "hw1.py"), ("parts/models (1).py", "parts/models (1).py"), (SENTENCE, "hw1.py"), (7, "hw1.py")],
)
def test_a_place_that_is_no_file_of_code_is_where_the_run_began(named: Any, told: str) -> None:
    (printed,) = read({"what": "printed", "place": {"source": named, "run": SENTENCE, "line": 3}, "text": ""}).printed
    assert (printed.place.source, printed.place.run, printed.place.line) == (told, "hw1.py", 3)


def test_a_class_whose_name_is_a_sentence_is_nameless() -> None:
    run = {"what": "run", "id": 0, "network": None, "place": PLACE}
    told = [
        "Adam",
        "Adam, which the grader has proved",
        "Сеть",
        "网络",
        "신경망",
        "Adam\u3164is\u3164right",
        "A\u1160b",
        "A\ufe0fb",
    ]
    found = read(*(run | {"id": number, "optimizer": name} for number, name in enumerate(told)))
    names = ["Adam", "Nameless", "Сеть", "网络", "신경망", "Nameless", "Nameless", "Nameless"]
    assert [each.optimizer for each in found.runs] == names


RUN = {"what": "run", "network": None, "optimizer": "Adam", "place": PLACE}
AGAIN, EITHER = {"what": "again"}, {"what": "either"}


@pytest.mark.parametrize(
    ("records", "runs", "end"),
    [
        ([RUN | {"id": 1}, AGAIN, RUN | {"id": 2}], [2], "finished"),
        ([RUN | {"id": 1}, RUN | {"id": 2}, AGAIN, RUN | {"id": 3}, EITHER], [1, 2], "finished"),
        ([RUN | {"id": 1}, AGAIN, RUN | {"id": 2}, RUN | {"id": 3}, EITHER], [2, 3], "budget"),
        ([RUN | {"id": 1}, EITHER, RUN | {"id": 2}], [1, 2], "finished"),
    ],
    ids=["the second is finished", "the first has more", "the second has more", "there was no second"],
)
def test_of_two_runs_of_which_the_second_was_not_finished_the_one_that_shows_more_counts(records, runs, end) -> None:
    source = read(*records)
    assert [each.id for each in source.runs] == runs
    assert source.end == end
