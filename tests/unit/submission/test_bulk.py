from __future__ import annotations

import os
import tarfile
import unicodedata

import pytest

from autograder.submission.bulk import find_submissions
from autograder.submission.collect import collect
from autograder.submission.records import SubmissionError

SCRIPT = "print('mlp')\n"


def students(path, tmp_path, **options):
    return [one.student for one in find_submissions(path, tmp_path / "unpacked", **options).submissions]


def test_a_canvas_download_has_a_submission_for_each_student(zip_of, tmp_path):
    path = zip_of(
        {
            "lovelaceada_LATE_12345_67890_homework1.zip": b"PK\x03\x04",
            "turingalan_222_333_mlp-2.py": SCRIPT,
            "turingalan_222_334_report.pdf": b"%PDF",
        },
        "submissions.zip",
    )
    ada, alan = find_submissions(path, tmp_path / "unpacked").submissions
    assert (ada.student, ada.id, ada.late) == ("lovelaceada", "12345", True)
    assert [name for name, _ in ada.files] == ["homework1.zip"]
    assert (alan.student, alan.id, alan.late) == ("turingalan", "222", False)
    assert [name for name, _ in alan.files] == ["mlp.py", "report.pdf"]
    assert collect(alan.files, tmp_path / "out", name=alan.student).files == ("mlp.py", "report.pdf")


def test_a_canvas_text_entry_is_not_lost(folder_of, tmp_path):
    folder = folder_of({"lovelaceada_12345_text.html": "", "turingalan_222_333_a.py": SCRIPT})
    assert students(folder, tmp_path) == ["lovelaceada", "turingalan"]


def test_a_moodle_download_has_a_submission_for_each_student(zip_of, tmp_path):
    path = zip_of(
        {
            "Ada Lovelace_123_assignsubmission_file_/hw1.ipynb": "{}",
            "Ada Lovelace_123_assignsubmission_onlinetext_/onlinetext.html": "",
            "José Núñez_124_assignsubmission_file_hw1.py": SCRIPT,
            "Alan Turing_125_assignsubmission_onlinetext_/onlinetext.html": "",
        }
    )
    ada, alan, jose = find_submissions(path, tmp_path / "unpacked").submissions
    assert (ada.student, ada.id, len(ada.files)) == ("Ada Lovelace", "123", 1)
    assert (alan.student, len(alan.files)) == ("Alan Turing", 1)
    assert (jose.student, [name for name, _ in jose.files]) == ("José Núñez", ["hw1.py"])
    assert collect(jose.files, tmp_path / "out").sources == ("hw1.py",)


def test_a_moodle_download_of_one_student_is_still_a_class(zip_of, tmp_path):
    path = zip_of({"Ada Lovelace_123_assignsubmission_file_/hw1.py": SCRIPT})
    (ada,) = find_submissions(path, tmp_path / "unpacked").submissions
    assert (ada.student, ada.id) == ("Ada Lovelace", "123")
    assert collect(ada.files, tmp_path / "out").sources == ("hw1.py",)


def test_a_gradescope_export_takes_names_from_its_metadata(zip_of, tmp_path):
    metadata = """---
submission_111:
  :submitters:
  - :name: Ada Lovelace
    :sid: '7'
  - :name: Alan Turing
    :sid: '8'
  :score: 0.0
"""
    path = zip_of(
        {
            "assignment_1_export/submission_metadata.yml": metadata,
            "assignment_1_export/submission_111/a.py": SCRIPT,
            "assignment_1_export/submission_222/a.py": SCRIPT,
        }
    )
    both, unknown = find_submissions(path, tmp_path / "unpacked").submissions
    assert (both.student, both.id) == ("Ada Lovelace and Alan Turing", "111")
    assert (unknown.student, unknown.id) == ("submission_222", "222")
    assert collect(both.files, tmp_path / "out", name=both.student).sources == ("a.py",)


def test_strange_gradescope_metadata_costs_only_the_names(folder_of, tmp_path):
    folder = folder_of({"submission_metadata.yml": "- [", "submission_111/a.py": SCRIPT})
    assert students(folder, tmp_path) == ["submission_111"]


@pytest.mark.parametrize(
    "names",
    [
        ["ada/hw1.py", "alan/hw1.ipynb"],
        ["ada.zip", "alan.zip", "grades.csv"],
        ["class/ada/hw1.py", "class/alan/deep/hw1.py"],
        ["ada/hw1.zip", "alan.tar.gz"],
    ],
)
def test_a_plain_folder_of_submissions_is_a_class(folder_of, zip_of, tmp_path, names):
    files = dict.fromkeys(names, SCRIPT)
    assert students(folder_of(files), tmp_path) == ["ada", "alan"]
    assert students(zip_of(files), tmp_path) == ["ada", "alan"]


@pytest.mark.parametrize(
    "names",
    [
        ["hw1.ipynb"],
        ["a.ipynb", "b.ipynb"],
        ["ada/hw1.py", "alan/hw1.py", "main.py"],
        ["ada/hw1.py", "alan/hw1.py", "report.pdf"],
        ["ada/hw1.py", "alan/hw1.py", "requirements.txt"],
        ["problem1/a.py", "problem2/a.py"],
        ["Problem_1.zip", "Problem_2.zip"],
        ["ada/a.py", "src/b.py"],
        ["one/__init__.py", "two/a.py"],
        ["ada/hw1.py"],
        ["problem_1_2_solution.py"],
    ],
)
def test_one_students_work_is_never_torn_apart(folder_of, zip_of, tmp_path, names):
    files = dict.fromkeys(names, SCRIPT)
    for path in (folder_of(files), zip_of(files)):
        (one,) = find_submissions(path, tmp_path / "unpacked").submissions
        assert (one.student, one.files) == ("hw1", ((path.name, path),))
    assert not (tmp_path / "unpacked").exists()


def test_the_caller_can_settle_what_a_folder_is(folder_of, tmp_path):
    folder = folder_of({"problem1/a.py": SCRIPT, "problem2/a.py": SCRIPT, "ada.py": SCRIPT})
    assert students(folder, tmp_path, is_class=True) == ["ada", "problem1", "problem2"]
    folder = folder_of({"ada/a.py": SCRIPT, "alan/a.py": SCRIPT}, "class")
    assert students(folder, tmp_path, is_class=False) == ["class"]


def test_a_lone_script_or_damaged_archive_is_one_submission(folder_of, tmp_path):
    folder = folder_of({"ada.py": SCRIPT, "alan.zip": b"nothing"})
    assert students(folder / "ada.py", tmp_path) == ["ada"]
    assert students(folder / "alan.zip", tmp_path) == ["alan"]


def test_what_was_refused_in_a_class_archive_is_noted(zip_of, tmp_path):
    path = zip_of({"ada/a.py": SCRIPT, "alan/a.py": SCRIPT, "../evil.py": ""})
    found = find_submissions(path, tmp_path / "unpacked")
    assert len(found.submissions) == 2
    assert found.notes == ("Refused because the path leaves the submission's folder: ../evil.py.",)


def test_a_class_archive_is_unpacked_into_a_fresh_folder_only(zip_of, tmp_path):
    path = zip_of({"ada/a.py": SCRIPT, "alan/a.py": SCRIPT})
    find_submissions(path, tmp_path / "unpacked")
    with pytest.raises(FileExistsError, match="needs a folder of its own"):
        find_submissions(path, tmp_path / "unpacked")


def test_names_that_cannot_be_shown_are_cleaned(folder_of, tmp_path):
    folder = folder_of({os.fsdecode(b"a\xff/a.py"): SCRIPT, "b/a.py": SCRIPT})
    found = find_submissions(folder, tmp_path / "unpacked")
    assert [one.student for one in found.submissions] == ["a_", "b"]
    assert collect(found.submissions[0].files, tmp_path / "out").sources == ("a.py",)


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(SubmissionError, match="no file or folder"):
        find_submissions(tmp_path / "absent", tmp_path / "unpacked")


MOODLE_CLASS = {
    "Ana Silva_1_assignsubmission_file_/hw1.py": SCRIPT,
    "Dana O'Neil_2_assignsubmission_file_/": "",
    "Émile_3_assignsubmission_file_/.DS_Store": "x",
    "Fay_4_assignsubmission_file_/": "",
    "Fay_4_assignsubmission_onlinetext_/onlinetext.html": "<p>My work</p>",
    "__MACOSX/Ana Silva_1_assignsubmission_file_/._hw1.py": "x",
}


def unpacked(contents, folder):
    for name, content in contents.items():
        path = folder / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_text(content)
    return folder


@pytest.mark.parametrize("wrapper", ["", "download/"])
@pytest.mark.parametrize("kind", ["zip", "tar", "folder"])
def test_a_student_with_an_empty_folder_has_a_place_in_the_class(zip_of, tmp_path, kind, wrapper):
    contents = {wrapper + name: content for name, content in MOODLE_CLASS.items()}
    path = zip_of(contents) if kind == "zip" else unpacked(contents, tmp_path / "class")
    if kind == "tar":
        with tarfile.open(tmp_path / "class.tar.gz", "w:gz") as archive:
            archive.add(path, arcname=".")
        path = tmp_path / "class.tar.gz"
    ana, dana, fay, emile = find_submissions(path, tmp_path / "unpacked").submissions
    assert (ana.student, dana.student, fay.student, emile.student) == ("Ana Silva", "Dana O'Neil", "Fay", "Émile")
    assert [name for name, _ in fay.files] == ["Fay"]
    assert collect(ana.files, tmp_path / "out").sources == ("hw1.py",)
    with pytest.raises(SubmissionError, match="Nothing was handed in: Dana O'Neil is empty"):
        collect(dana.files, tmp_path / "dana", name=dana.student)


def test_in_a_plain_class_an_empty_folder_is_a_student_unless_tools_or_works_have_folders_of_that_name(tmp_path):
    contents = {
        "ada/a.py": SCRIPT,
        "ben/b.py": SCRIPT,
        "cy/": "",
        "results/": "",
        ".cache/": "",
        "__pycache__/x.pyc": "x",
    }
    assert students(unpacked(contents, tmp_path / "class"), tmp_path) == ["ada", "ben", "cy"]


def test_an_empty_folder_of_a_gradescope_export_is_a_student(tmp_path):
    contents = {"submission_11/a.py": SCRIPT, "submission_12/": ""}
    assert students(unpacked(contents, tmp_path / "class"), tmp_path) == ["submission_11", "submission_12"]


def test_an_empty_folder_in_one_work_is_nobody(zip_of, tmp_path):
    assert students(zip_of({"work/hw1.py": SCRIPT, "work/empty/": "", "work/plots/": ""}), tmp_path) == ["hw1"]


def test_a_name_is_written_as_a_keyboard_writes_it(tmp_path):
    decomposed = unicodedata.normalize("NFD", "Émile")
    folder = unpacked({f"{decomposed}_3_assignsubmission_file_/hw1.py": SCRIPT}, tmp_path / "class")
    assert students(folder, tmp_path) == [unicodedata.normalize("NFC", "Émile")]
