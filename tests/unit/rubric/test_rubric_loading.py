"""A file that is no readable rubric is refused, naming the line and the field."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_rubric import line_of, problems_after, write

from autograder.rubric import RubricError, load_rubric


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    with pytest.raises(RubricError) as caught:
        load_rubric(path)
    assert str(caught.value).startswith(f"{path}: no such file; ")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="cannot be read"):
        load_rubric(tmp_path)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"assignment:\n  title: caf\xe9\n")
    with pytest.raises(RubricError, match=r"latin\.yaml:2: not UTF-8 text"):
        load_rubric(path)


def test_an_empty_file_is_not_a_rubric(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="must be a mapping of fields; found None"):
        load_rubric(write(tmp_path, ""))


def test_a_syntax_error_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("needs: [build_mlp]", "needs: [build_mlp"))
    assert problem.startswith(f"{line_of('checks: [test_layers')}: not valid YAML: ")


def test_a_key_given_twice_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("points: 0.9\n", "points: 0.9\n        points: 0.8\n"))
    assert problem.startswith(f'{line_of("points: 0.9") + 1}: found duplicate key "points"; keep one of the two')


def test_an_unknown_field_names_the_nearest(tmp_path: Path) -> None:
    changes = ("points: 0.9", "points: 0.9\n        mesage: No."), ("bugs: tests", "bugz: tests")
    assert problems_after(tmp_path, *changes) == [
        f"{line_of('assignment:')}: assignment.bugs: missing; add it",
        f"{line_of('bugs:')}: assignment.bugz: unknown field; did you mean 'bugs'?",
        f"{line_of('points: 0.9') + 1}: parts[0].items[0].mesage: unknown field; did you mean 'message'?",
    ]


def test_an_unknown_field_far_from_all_lists_them(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("sample: true}", "sample: true, colour: red}"))
    line = line_of("quick:")
    assert problem == (
        f"{line}: profiles.quick.colour: unknown field; choose from description, visibilities, sample, training"
    )


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("points: 0.9", "points: many", "parts[0].items[0].points", "must be a valid number; found 'many'"),
        ("points: 0.9", "points: -1", "parts[0].items[0].points", "must be greater than 0; found -1"),
        ("points: 0.9", "points: .nan", "parts[0].items[0].points", "must be a finite number; found nan"),
        ("id: small", "id: 7", "assignment.id", "must be text; write it in quotes; found 7"),
        ("kind: review", "kind: human", "parts[0].items[2].kind", "must be 'automatic' or 'review'; found"),
        ("[test_layers, test_logits]", "test_layers", "parts[0].items[0].checks", "must be a list; found"),
        ("is_off: 0.3", "is_off: most", "parts[0].items[1].checks.test_dropout_is_off", "valid number"),
        ("bonus: true", "bonus: 'yes'", "parts[1].bonus", "must be true or false; found 'yes'"),
        ("[2, 3]", "[2]", "parts[0].items[2].sentences[1]", "missing; add it"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(tmp_path: Path, old: str, new: str, field: str, said: str) -> None:
    (problem,) = problems_after(tmp_path, (old, new))
    assert problem.startswith(f"{line_of(old)}: {field}: ")
    assert said in problem


def test_a_field_beside_a_merged_anchor_keeps_its_own_line(tmp_path: Path) -> None:
    quick = "{description: public checks, visibilities: [public], sample: true}"
    merged = f"&quick {quick}\n  slow:\n    <<: *quick\n    sample: perhaps"
    (problem,) = problems_after(tmp_path, (quick, merged))
    assert problem.startswith(f"{line_of(quick) + 3}: profiles.slow.sample: must be true or false")


def test_a_control_character_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("title: Networks", "title: Net\x07works"))
    assert problem.startswith(f"{line_of('title: Networks')}: not valid YAML: special characters")


def test_the_example_in_the_documentation_is_a_right_rubric(tmp_path: Path) -> None:
    documentation = Path(__file__).parents[3] / "docs" / "rubric-format.md"
    example = documentation.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert load_rubric(write(tmp_path, example)).assignment.id == "hw1"
