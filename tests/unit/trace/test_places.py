from __future__ import annotations

import pytest

from autograder.trace.places import Place


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place(source="hw1.ipynb", cell=3, line=2, run="hw1.ipynb", run_in=3), "hw1.ipynb, cell 3"),
        (Place(source="models.py", line=7, run="hw1.ipynb", run_in=3), "hw1.ipynb, cell 3"),
        (Place(source="main.py", line=7, run="main.py"), "main.py, line 7"),
        (Place(source="utils.py", line=7, run="problem2.py"), "problem2.py (utils.py, line 7)"),
        (Place(source="main.py"), "main.py"),
        (Place(source="HW1 - A. Turing.ipynb", cell=3, run="HW1 - A. Turing.ipynb"), "“HW1 - A. Turing.ipynb”, cell 3"),
        (Place(source="my utils.py", line=7, run="part 2.py"), "“part 2.py” (“my utils.py”, line 7)"),
    ],
)
def test_a_place_is_told_by_what_was_run(place, told):
    assert str(place) == told
