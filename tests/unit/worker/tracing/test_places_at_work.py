"""Where in the student's code something happens, also where none of it is on the stack."""

from __future__ import annotations

from pathlib import Path

from autograder.worker.tracing.places import Places


def test_what_happens_after_a_cell_has_ended_is_of_that_cell(tmp_path: Path):
    places = Places(tmp_path, "hw1.ipynb")
    assert places.here()["run_in"] == 0
    places.files |= {"<cell 1>": 1, "<cell 2>": 2}
    here = places.here()
    assert (here["source"], here["cell"], here["line"], here["run_in"]) == ("hw1.ipynb", 2, 0, 2)


def test_a_line_of_a_cell_on_the_stack_is_of_its_own_cell(tmp_path: Path):
    places = Places(tmp_path, "hw1.ipynb")
    places.files |= {"<cell 1>": 1, "<cell 2>": 2}
    found: dict[str, object] = {"here": places.here}
    exec(compile("\nplace = here()", "<cell 1>", "exec"), found)
    place = found["place"]
    assert isinstance(place, dict)
    assert (place["cell"], place["line"], place["run_in"]) == (1, 2, 1)


def test_callers_are_the_lines_from_which_the_innermost_code_was_called(tmp_path: Path):
    places = Places(tmp_path, "hw1.ipynb")
    places.files |= {"<cell 1>": 1, "<cell 2>": 2}
    found: dict[str, object] = {"callers": places.callers}
    exec(compile("def asks():\n    return callers()\ndef evaluate():\n\n    return asks()", "<cell 1>", "exec"), found)
    exec(compile("\nfirst = evaluate()\nsecond = evaluate()\nnone = callers()", "<cell 2>", "exec"), found)
    assert found["first"] == (("<cell 1>", 5), ("<cell 2>", 2))
    assert found["second"] == (("<cell 1>", 5), ("<cell 2>", 3))
    assert found["none"] == ()
