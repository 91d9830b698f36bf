from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.limited import Bounds
from autograder.submission.collect import collect
from autograder.submission.records import Limits, MachineError, SubmissionError

SCRIPT = "print('mlp')\n"


def test_a_zip_becomes_a_folder_with_its_sources_reports_and_requirements(zip_of, notebook, tmp_path):
    path = zip_of(
        {"hw1.ipynb": notebook("x = 1"), "mlp.py": SCRIPT, "report.pdf": b"%PDF", "requirements.txt": "torch"}
    )
    submission = collect(path, tmp_path / "out")
    assert submission.name == "hw1"
    assert submission.folder == tmp_path / "out"
    assert submission.sources == ("hw1.ipynb", "mlp.py")
    assert submission.files == ("hw1.ipynb", "mlp.py", "report.pdf", "requirements.txt")
    assert submission.reports == ("report.pdf",)
    assert submission.requirements == "requirements.txt"
    assert submission.notes == ()
    assert (tmp_path / "out" / "mlp.py").read_text() == SCRIPT


@pytest.mark.parametrize("name", ["hw1.tar", "hw1.tar.gz", "hw1.tar.bz2", "hw1.tar.xz"])
def test_a_tar_is_collected_however_it_is_packed(tar_of, tmp_path, name):
    submission = collect(tar_of({"hw1/mlp.py": SCRIPT, "hw1/report.pdf": b"%PDF"}, name=name), tmp_path / "out")
    assert (submission.name, submission.files) == ("hw1", ("mlp.py", "report.pdf"))
    assert submission.notes == ()


def test_the_folder_one_is_in_has_its_own_name(folder_of, tmp_path, monkeypatch):
    monkeypatch.chdir(folder_of({"mlp.py": SCRIPT}, name="ada"))
    assert collect(Path(), tmp_path / "out").name == "ada"


def test_a_single_script_or_notebook_is_a_submission(folder_of, notebook, tmp_path):
    folder = folder_of({"mlp.py": SCRIPT, "hw1.ipynb": notebook("x = 1")})
    assert collect(folder / "mlp.py", tmp_path / "script").sources == ("mlp.py",)
    assert collect(folder / "hw1.ipynb", tmp_path / "notebook").sources == ("hw1.ipynb",)


def test_a_folder_and_its_archives_have_the_same_hash(folder_of, zip_of, tar_of, tmp_path):
    files = {"mlp.py": SCRIPT, "code/cnn.py": "print('cnn')\n", ".DS_Store": "x"}
    wrapped = {f"ada/{name}": content for name, content in files.items()}
    handed_in = [folder_of(files), zip_of(files), zip_of(wrapped, "wrapped.zip"), tar_of(wrapped)]
    hashes = {collect(path, tmp_path / f"out{number}").sha256 for number, path in enumerate(handed_in)}
    assert len(hashes) == 1


def test_the_hash_does_not_depend_on_timestamps_but_on_names_and_contents(tmp_path):
    def digest(name: str, content: str, year: int) -> str:
        path = tmp_path / f"{name}{content}{year}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), content)
        return collect(path, path.with_suffix("")).sha256

    assert digest("a.py", "1", 1999) == digest("a.py", "1", 2024)
    assert len({digest("a.py", "1", 2000), digest("b.py", "1", 2000), digest("a.py", "2", 2000)}) == 3


def test_the_hash_is_taken_before_repairs(folder_of, tmp_path):
    latin, utf8 = "# Größe\n".encode("cp1252"), "# Größe\n".encode()
    one = collect(folder_of({"a.py": latin}, "one"), tmp_path / "out1")
    two = collect(folder_of({"a.py": utf8}, "two"), tmp_path / "out2")
    assert (tmp_path / "out1/a.py").read_bytes() == (tmp_path / "out2/a.py").read_bytes()
    assert one.sha256 != two.sha256


def test_notebooks_come_first_each_kind_in_natural_order_and_a_note_says_so(folder_of, notebook, tmp_path):
    names = ["problem10.ipynb", "problem2.ipynb", "Problem1.ipynb", "b10.py", "b9.py"]
    submission = collect(folder_of({name: notebook("x") if "nb" in name else SCRIPT for name in names}), tmp_path / "o")
    assert submission.sources == ("Problem1.ipynb", "problem2.ipynb", "problem10.ipynb", "b9.py", "b10.py")
    order = "Problem1.ipynb, problem2.ipynb, problem10.ipynb"
    assert submission.notes == (f"3 notebooks were handed in and are read in this order: {order}.",)


def test_single_folders_on_top_are_stripped_but_a_package_keeps_its_name(zip_of, tmp_path):
    assert collect(zip_of({"a/b/mlp.py": SCRIPT, "a/b/c/d.txt": ""}), tmp_path / "one").files == (
        "c/d.txt",
        "mlp.py",
    )
    package = zip_of({"a/pack/__init__.py": "", "a/pack/mlp.py": SCRIPT}, "two.zip")
    assert collect(package, tmp_path / "two").files == ("pack/__init__.py", "pack/mlp.py")


def test_a_folder_that_holds_one_of_its_own_name_is_stripped_twice(zip_of, tmp_path):
    assert collect(zip_of({"hw1/hw1/mlp.py": SCRIPT}), tmp_path / "out").files == ("mlp.py",)


def test_several_files_of_one_student_are_one_submission_under_the_students_names(folder_of, zip_of, tmp_path):
    folder = folder_of({"ada_123_456_mlp.py": SCRIPT, "ada_123_457_report.pdf": b"%PDF"})
    inner = zip_of({"cnn.py": SCRIPT}, "ada_123_458_rest.zip")
    files = [
        ("mlp.py", folder / "ada_123_456_mlp.py"),
        ("report.pdf", folder / "ada_123_457_report.pdf"),
        ("rest.zip", inner),
    ]
    submission = collect(files, tmp_path / "out", name="ada")
    assert submission.name == "ada"
    assert submission.files == ("mlp.py", "report.pdf", "rest/cnn.py")


@pytest.mark.parametrize(
    "name", ["requirments.txt", "Requirements.TXT", "requirement.txt", "requirements.txt.txt", "REQUIREMENTS"]
)
def test_a_misspelled_requirements_file_is_recognised_with_a_note(folder_of, tmp_path, name):
    submission = collect(folder_of({"a.py": SCRIPT, name: "torch", "notes.txt": ""}), tmp_path / "out")
    assert submission.requirements == name
    assert submission.notes == (f"{name} is taken for requirements.txt.",)


def test_without_a_requirements_file_there_is_none(folder_of, tmp_path):
    assert collect(folder_of({"a.py": SCRIPT, "readme.txt": ""}), tmp_path / "out").requirements is None


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(SubmissionError, match=r"no file or folder .*absent\.zip"):
        collect(tmp_path / "absent.zip", tmp_path / "out")


def test_an_empty_folder_is_called_empty(tmp_path):
    (tmp_path / "ada").mkdir()
    with pytest.raises(SubmissionError, match="ada is empty"):
        collect(tmp_path / "ada", tmp_path / "out")


def test_a_submission_without_sources_says_what_there_is(folder_of, tmp_path):
    with pytest.raises(SubmissionError, match=r"no notebook .* There is only: report\.pdf"):
        collect(folder_of({"report.pdf": b"%PDF"}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_of_another_kind_is_refused(folder_of, tmp_path):
    with pytest.raises(SubmissionError, match=r"report\.pdf is not a folder, archive"):
        collect(folder_of({"report.pdf": b"%PDF"}) / "report.pdf", tmp_path / "out")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "hw1.zip")
    with pytest.raises(SubmissionError, match="is not a folder"):
        collect(tmp_path / "hw1.zip", tmp_path / "out")


def test_an_unreadable_notebook_is_no_source_but_the_rest_is_graded(folder_of, tmp_path):
    submission = collect(folder_of({"hw1.ipynb": '{"cells": [', "mlp.py": SCRIPT}), tmp_path / "out")
    assert submission.sources == ("mlp.py",)
    assert submission.files == ("hw1.ipynb", "mlp.py")
    assert submission.notes[0].startswith("hw1.ipynb can't be read as a notebook: line 1 is not valid JSON")


def test_a_lone_unreadable_notebook_says_why(folder_of, tmp_path):
    with pytest.raises(SubmissionError, match=r"hw1\.ipynb can't be read as a notebook: the file is empty"):
        collect(folder_of({"hw1.ipynb": ""}), tmp_path / "out")


def test_sources_are_collected_as_utf8_with_a_note(folder_of, tmp_path):
    submission = collect(folder_of({"mlp.py": "# Größe\r\n".encode("cp1252")}), tmp_path / "out")
    assert (submission.folder / "mlp.py").read_bytes() == "# Größe\r\n".encode()
    assert submission.notes == ("mlp.py was converted from cp1252 to UTF-8.",)


def test_the_target_folder_must_be_fresh(folder_of, tmp_path):
    folder = folder_of({"a.py": SCRIPT})
    (tmp_path / "empty").mkdir()
    assert collect(folder, tmp_path / "empty").files == ("a.py",)
    with pytest.raises(FileExistsError, match="needs a folder of its own"):
        collect(folder, tmp_path / "empty")


def test_nothing_is_left_behind_when_collecting_fails(folder_of, tmp_path):
    folder = folder_of({"report.pdf": b"%PDF"})
    with pytest.raises(SubmissionError):
        collect(folder, tmp_path / "results" / "out")
    assert list((tmp_path / "results").iterdir()) == []


def test_a_name_that_cannot_be_shown_is_cleaned(folder_of, tmp_path):
    folder = folder_of({"a.py": SCRIPT}, os.fsdecode(b"ada\xff\x1b"))
    assert collect(folder, tmp_path / "out").name == "ada__"


def test_a_submission_over_the_limit_for_sources_is_explained(folder_of, tmp_path):
    folder = folder_of({"big.py": "#" * 3_000_001})
    with pytest.raises(SubmissionError, match="a source may have 3 MB at most"):
        collect(folder, tmp_path / "out", limits=Limits(source_bytes=3_000_000))


FULL_DISK = """
import sys
from pathlib import Path
from autograder.submission.collect import collect
from autograder.submission.records import MachineError
try:
    collect(Path(sys.argv[1]), Path(sys.argv[2]) / "out")
except MachineError as error:
    print(error)
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs a small file system of its own")
def test_a_full_disk_is_the_machines_fault(folder_of, tmp_path):
    folder = folder_of({"a.py": SCRIPT, "big.bin": b"x" * 3_000_000})
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=1m none "{disk}" || exit 77; exec "$0" "$@"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount]
    done = subprocess.run([*command, sys.executable, "-c", FULL_DISK, folder, disk], capture_output=True, text=True)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this machine allows no file system of one's own")
    assert "disk of the grading machine failed" in done.stdout
    assert "No space left on device" in done.stdout


def test_a_folder_that_cannot_be_written_is_the_machines_fault(folder_of, tmp_path):
    folder = folder_of({"a.py": SCRIPT})
    with pytest.raises(MachineError, match="Nothing can be written"):
        collect(folder, folder / "a.py" / "out")


def test_a_link_in_the_place_of_the_collected_folder_is_the_machines_fault(folder_of, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to("elsewhere")
    with pytest.raises(MachineError, match="out can't be made: Not a directory"):
        collect(folder_of({"a.py": SCRIPT}), tmp_path / "out")


def test_the_collected_folder_can_be_read_by_others(zip_of, tmp_path):
    old = os.umask(0o022)
    try:
        collect(zip_of({"a.py": SCRIPT}), tmp_path / "out")
    finally:
        os.umask(old)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_the_path_may_be_relative(folder_of, tmp_path, monkeypatch):
    folder_of({"a.py": SCRIPT})
    monkeypatch.chdir(tmp_path)
    assert collect(Path("hw1"), Path("out")).sources == ("a.py",)


@pytest.mark.apart
def test_a_notebook_that_fills_the_memory_costs_itself(folder_of, notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[collect.__module__], "READING", Bounds(seconds=60.0, memory=250_000_000))
    lists = "[" + "[]," * 900_000 + "[]]"
    flooded = '{"nbformat": 4, "nbformat_minor": 4, "cells": [], "metadata": {"a": ' + lists + "}}"
    submission = collect(
        folder_of({"a.ipynb": notebook("x = 1"), "b.ipynb": flooded, "c.py": SCRIPT}), tmp_path / "out"
    )
    assert submission.sources == ("a.ipynb", "c.py")
    assert any(note.startswith("b.ipynb is not graded: reading it takes more than") for note in submission.notes)


@pytest.mark.parametrize(
    ("values", "told"), [(3_000_000, "more than 2,000,000 values; clear the stored outputs"), (2, "it has no cells")]
)
def test_a_notebook_of_millions_of_values_is_refused_before_it_is_built(folder_of, tmp_path, values, told):
    flooded = '{"metadata": [' + "[]," * values + "[]]}"
    submission = collect(folder_of({"b.ipynb": flooded, "c.py": SCRIPT}), tmp_path / "out")
    assert submission.sources == ("c.py",)
    assert any(told in note for note in submission.notes)
