"""What a submission of our own declares is checked, and a slip in it told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.diagnosis import load_bugs
from autograder.reference import Reference
from autograder.rubric import RubricError, load_rubric
from autograder.validation.declared import EXPECTED, Declared, DeclaredFreeform, read_declared
from tests.unit.validation.test_cases import HW1, ROOT

RUBRIC = load_rubric(HW1)
LIBRARY = load_bugs(ROOT / RUBRIC.assignment.bugs, Reference(ROOT / RUBRIC.assignment.reference))


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (
            "loses:\n  - 1A.network\n  - 1A.netwrok\n",
            Declared,
            "3: loses[1]: '1A.netwrok' is not there; did you mean '1A.network'?",
        ),
        ("# why\nlose: [1A.network]\n", Declared, "2: lose: unknown field; did you mean 'loses'?"),
        ("may_wait: [bonus.cod]\n", Declared, "1: may_wait[0]: 'bonus.cod' is not there; did you mean 'bonus.code'?"),
        ("bugs: [evaluate.eror-rate]\n", Declared, "1: bugs[0]: 'evaluate.eror-rate' is not there; did you mean"),
        ("nightly: often\n", Declared, "1: nightly: must be true or false; found 'often'"),
        ("loses: 1A.network\n", Declared, "1: loses: must be a list; found '1A.network'"),
        ("earns: {1A.netwrok: 1}\n", DeclaredFreeform, "1: earns.1A.netwrok: '1A.netwrok' is not there; did you mean"),
        ("review: [1A.plott]\n", DeclaredFreeform, "1: review[0]: '1A.plott' is not there"),
        ("bindings: {build_mpl: hw1.py MLP}\n", DeclaredFreeform, "did you mean 'build_mlp'?"),
        ("loses: [\n", Declared, "not valid YAML"),
    ],
)
def test_a_slip_is_told_with_its_file_and_line(tmp_path: Path, text, kind, told):
    (tmp_path / EXPECTED).write_text(text, encoding="utf-8")
    with pytest.raises(RubricError) as error:
        read_declared(tmp_path, kind, RUBRIC, LIBRARY)
    assert str(tmp_path / EXPECTED) in str(error.value)
    assert told in str(error.value)


def test_what_is_declared_is_read(tmp_path: Path):
    (tmp_path / EXPECTED).write_text("loses: [1A.network]\nbugs: [build_mlp.no-biases]\nnightly: true\n")
    declared = read_declared(tmp_path, Declared, RUBRIC, LIBRARY)
    assert declared == Declared(loses=("1A.network",), bugs=("build_mlp.no-biases",), nightly=True)


def test_every_field_is_described_and_no_other():
    described = re.findall(
        r"^\| `(\w+)` \| (?:all|right|free-form)", (ROOT / "docs" / "proving.md").read_text("utf-8"), re.M
    )
    assert set(described) == {*Declared.model_fields, *DeclaredFreeform.model_fields}
