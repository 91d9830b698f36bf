from __future__ import annotations

from pathlib import Path

import pytest

from autograder.mapping import MappingError, files_named, load_maps, targets_for
from autograder.submission import Submission

FUNCTIONS = ["build_mlp", "evaluate"]


def handed_in(folder: Path, text: str | bytes, path: str = "autograder.toml", name: str = "ada") -> Submission:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return Submission(name, "", folder, ("hw1.py",), (path, "hw1.py"), (), None, ())


def test_a_student_names_what_is_what(tmp_path):
    submission = handed_in(tmp_path, '[functions]\nbuild_mlp = "models.py:Net"\n')
    targets, notes = targets_for(submission, {}, FUNCTIONS)
    assert targets == {"build_mlp": ("models.py:Net", "autograder.toml, [functions] build_mlp")}
    assert notes == []


def test_a_file_in_a_folder_counts(tmp_path):
    submission = handed_in(tmp_path, '[functions]\nevaluate = "test"\n', "src/autograder.toml")
    assert targets_for(submission, {}, FUNCTIONS)[0]["evaluate"][0] == "test"


def test_the_word_for_one_comes_before_that_for_all_and_both_before_the_students(tmp_path):
    submission = handed_in(tmp_path, '[functions]\nbuild_mlp = "a"\nevaluate = "a"\n')
    file = tmp_path / "map.toml"
    file.write_text('["*"]\nbuild_mlp = "b"\nevaluate = "b"\n[ada]\nbuild_mlp = "c"\n[bob]\nevaluate = "d"\n')
    targets, _ = targets_for(submission, load_maps(file, FUNCTIONS), FUNCTIONS)
    assert targets == {
        "build_mlp": ("c", "the instructor's map.toml, [ada]"),
        "evaluate": ("b", "the instructor's map.toml, [*]"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[functions]\nbuild_mpl = 'Net'",
            "autograder.toml, [functions]: `build_mpl` is not a function of this assignment; did you mean 'build_mlp'?",
        ),
        (
            "[functions]\nevaluate = 3",
            "autograder.toml, [functions]: `evaluate` is given something that is not text; "
            '"file.py:name" or "name" was expected.',
        ),
        (
            "[functions]\nevaluate = 'models.py'",
            '`evaluate` is given `models.py`; "file.py:name" or "name" was expected.',
        ),
        ("functions = 3", "autograder.toml: `functions` must be a table"),
        ("[function]\nevaluate = 'test'", "autograder.toml: `[function]` is not known; did you mean 'functions'?"),
        ("[functions\n", "autograder.toml is not used, since it can't be read as TOML: "),
        (b"\xff\xfe[", "autograder.toml is not used, since it can't be read as TOML: "),
        ("#" * 200_000, "autograder.toml is not used: it has more than 100,000 bytes."),
    ],
)
def test_a_students_mistake_is_told_with_file_and_key_and_costs_that_entry(tmp_path, text, told):
    targets, notes = targets_for(handed_in(tmp_path, text), {}, FUNCTIONS)
    assert targets == {}
    assert told in notes[0]


def test_an_instructors_mistakes_are_told_all_at_once_with_their_lines(tmp_path):
    file = tmp_path / "map.toml"
    file.write_text('evaluate = "test"\n["*"]\nbuild_mlp = "Net"\n[ada]\nbuild_mlp = 1\nevalute = "x"\n')
    with pytest.raises(MappingError) as error:
        load_maps(file, FUNCTIONS)
    first, second, third = str(error.value).splitlines()
    assert first.startswith(f"{file}:1: `evaluate` is in no table")
    assert second.startswith(f"{file}:5: `build_mlp` is given something that is not text")
    assert third == f"{file}:6: `evalute` is not a function of this assignment; did you mean 'evaluate'?"


def test_an_instructors_file_may_begin_with_a_byte_order_mark(tmp_path):
    file = tmp_path / "map.toml"
    file.write_bytes(b'\xef\xbb\xbf["*"]\nbuild_mlp = "Net"\n')
    assert load_maps(file, FUNCTIONS)["*"]["build_mlp"][0] == "Net"


def test_what_is_no_toml_is_told_with_its_line(tmp_path):
    file = tmp_path / "map.toml"
    file.write_text("[ada\n")
    with pytest.raises(MappingError, match="line 1"):
        load_maps(file, FUNCTIONS)


def test_the_files_that_a_mapping_speaks_of_are_those_for_everyone_and_for_this_submission():
    maps = {
        "*": {"build_mlp": ("models.py:Net", "")},
        "ada": {"train": ("old.py:fit", ""), "evaluate": ("accuracy", "")},
        "bob": {"train": ("b.py:fit", "")},
    }
    assert files_named(maps, "ada", "ada.zip") == ["models.py:Net", "old.py:fit"]
