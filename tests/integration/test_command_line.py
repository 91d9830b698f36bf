"""The commands as a user types them: what they print, write and exit with.

A grading takes seconds, so that tests share one where they can. They only read what it wrote, or change a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.results import Result, read_result

RIGHT = "def halve(x): return x / 2\ndef quarter(x): return halve(x) / 2\n"
DOUBLES = "def halve(x): return x * 2\ndef quarter(x): return x / 4\n"


Done = subprocess.CompletedProcess[str]
Autograder = Callable[..., Done]


@dataclass(frozen=True)
class Grading:
    """A run of `grade` that tests share: what it printed, and the folder that it wrote."""

    done: Done
    out: Path

    def result(self, name: str) -> Result:
        return read_result(self.out / name / "result.json")

    def report(self, name: str) -> str:
        return (self.out / name / "report.html").read_text()

    def secrets(self) -> set[int]:
        return {read_result(path).secret for path in self.out.rglob("result.json")}


def hand_in(folder: Path, **homework: str) -> list[Path]:
    """The homework of each student in a folder of its own, as `submit` writes it for a single test."""
    for name, text in homework.items():
        (folder / name).mkdir()
        (folder / name / "homework.py").write_text(text, encoding="utf-8")
    return [folder / name for name in homework]


@pytest.fixture(scope="module")
def autograder(assignment: Path) -> Autograder:
    def run(*words: object, **environment: str) -> Done:
        command = [sys.executable, "-m", "autograder.cli", *map(str, words)]
        path = str(Path(__file__).resolve().parents[2])
        merged = os.environ | {"PYTHONPATH": path, "COLUMNS": "100"} | environment
        return subprocess.run(
            command, cwd=assignment, env=merged, capture_output=True, text=True, timeout=200, check=False
        )

    return run


@pytest.fixture(scope="module")
def graded(autograder: Autograder, tmp_path_factory: pytest.TempPathFactory) -> Grading:
    """A class: ada's homework is right, bob's doubles, and a third is broken."""
    folder = tmp_path_factory.mktemp("class")
    broken = folder / "broken.zip"
    broken.write_bytes(b"not a zip at all")
    submissions = [broken, *hand_in(folder, ada=RIGHT, bob=DOUBLES)]
    out = folder / "out"
    return Grading(autograder("grade", *submissions, "--sandbox", "none", "--out", out), out)


@pytest.fixture(scope="module")
def resumed(graded: Grading, autograder: Autograder, tmp_path_factory: pytest.TempPathFactory) -> Grading:
    """The same class again in a copy of that folder: eve has come, and a person has given her points."""
    folder = tmp_path_factory.mktemp("resumed")
    out = shutil.copytree(graded.out, folder / "out")
    reviews = folder / "reviews.yaml"
    reviews.write_text("eve:\n  A.why: {points: 1, comment: Well said.}\n")
    earlier = graded.out.parent
    submissions = [earlier / "ada", earlier / "bob", *hand_in(folder, eve=RIGHT)]
    options = ["--sandbox", "none", "--out", out, "--resume", "--reviews", reviews]
    return Grading(autograder("grade", *submissions, *options), out)


@pytest.fixture(scope="module")
def downloaded(autograder: Autograder, tmp_path_factory: pytest.TempPathFactory) -> Grading:
    """A class as Canvas gives it: one homework is late, and one is of a kind that nobody can grade."""
    folder = tmp_path_factory.mktemp("canvas")
    download = folder / "submissions.zip"
    with zipfile.ZipFile(download, "w") as archive:
        archive.writestr("lovelaceada_LATE_12345_67890_homework-1.py", RIGHT)
        archive.writestr("turingalan_222_333_homework.py", DOUBLES)
        archive.writestr("noethere_444_555_report.docx", "nothing that can be graded")
    out = folder / "out"
    return Grading(autograder("grade", download, "--sandbox", "none", "--out", out), out)


@pytest.fixture(scope="module")
def instructed(autograder: Autograder, tmp_path_factory: pytest.TempPathFactory) -> Grading:
    """Two submissions, for which the instructor says which function is which, which GPUs they get, and the secret.

    The driver's program is stood in for; PyTorch finds no card to start.
    """
    folder = tmp_path_factory.mktemp("instructed")
    ada = "def h(x): return x / 2\ndef quarter(x): return x / 4\n"
    bob = "def hälfte(x): return x / 2\nvierteln = lambda x: x / 4\n"
    submissions = hand_in(folder, ada=ada, bob=bob)
    by_hand = folder / "map.toml"
    by_hand.write_text(
        '["*"]\nhalve = "h"\n\n[bob]\nhalve = "homework.py:hälfte"\nquarter = "vierteln"\n[eve]\nhalve = "x"\n'
    )
    driver = folder / "bin" / "nvidia-smi"
    driver.parent.mkdir()
    driver.write_text("#!/bin/sh\necho '0, Card A'; echo '1, Card B'\n")
    driver.chmod(0o755)
    path = f"{driver.parent}:{os.environ['PATH']}"
    out = folder / "out"
    options = ["--sandbox", "none", "--out", out, "--map", by_hand, "--gpus", "0,1", "--secret", 1234]
    return Grading(autograder("grade", *submissions, *options, PATH=path), out)


@pytest.fixture(scope="module")
def below_minimum(autograder: Autograder, tmp_path_factory: pytest.TempPathFactory) -> Grading:
    """One submission that is right and still scores less than it has to, printed for machines."""
    folder = tmp_path_factory.mktemp("below_minimum")
    (submission,) = hand_in(folder, student=RIGHT)
    out = folder / "out"
    options = ["--sandbox", "none", "--out", out, "--min-score", 4, "--json"]
    return Grading(autograder("grade", submission, *options), out)


@pytest.fixture(scope="module")
def own_work(autograder: Autograder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Done]:
    """One's own work with a `quarter` of another name: checked as it is, and again with the line that binds it."""
    folder = tmp_path_factory.mktemp("own_work")
    (work,) = hand_in(folder, student="def half(x): return x / 2\ndef quarters(x): return x / 4\n")
    unbound = autograder("check", work)
    (work / "autograder.toml").write_text('[functions]\nquarter = "homework.py:quarters"\n')
    return unbound, autograder("check", work)


def test_grading_writes_a_result_and_a_report_for_each_submission(graded):
    assert graded.done.returncode == 0, graded.done.stderr
    assert "ada: 3 of 4" in graded.done.stdout
    assert "bob: 1 of 4" in graded.done.stdout
    assert graded.result("ada").score == 3
    assert "multiplies by two" in graded.report("bob")
    assert graded.done.stderr == ""
    assert "bob/report.html" in (graded.out / "index.html").read_text()
    assert "\nbob,1,0,1,0," in (graded.out / "grades.csv").read_text()


def test_a_grading_ends_with_how_many_submissions_there_were_and_how_many_answers_await_a_person(graded, instructed):
    assert "3 submissions, 1 of them not graded; 2 answers awaiting manual grading" in graded.done.stdout
    assert "2 submissions; 2 answers awaiting manual grading" in instructed.done.stdout


def test_a_class_is_asked_with_one_secret_that_was_never_used_before(graded, downloaded):
    for run in (graded, downloaded):
        assert run.done.returncode == 0, run.done.stderr
    assert [len(run.secrets()) for run in (graded, downloaded)] == [1, 1]
    assert graded.secrets() != downloaded.secrets()


def test_a_secret_that_is_given_is_used(instructed):
    assert instructed.done.returncode == 0, instructed.done.stderr
    assert [instructed.result(name).secret for name in ("ada", "bob")] == [1234, 1234]


def test_a_gpu_that_is_asked_for_and_is_not_there_is_the_machines_lack(autograder, submit, tmp_path):
    done = autograder("grade", submit(RIGHT, "ada"), "--sandbox", "none", "--gpu", PATH=str(tmp_path))
    assert done.returncode == 3
    assert "this machine has no GPU that `nvidia-smi` lists" in done.stderr


def test_submissions_get_the_gpus_in_turn_and_the_results_name_the_cards(instructed):
    assert instructed.done.returncode == 0, instructed.done.stderr
    devices = [instructed.result(name).environment.device for name in ("ada", "bob")]
    assert devices == ["Card A", "Card B"]


def test_a_canvas_download_is_graded_student_by_student(downloaded):
    assert downloaded.done.returncode == 0, downloaded.done.stderr
    students = {"lovelaceada", "turingalan", "noethere"}
    assert {path.name for path in downloaded.out.iterdir()} == {*students, "index.html", "grades.csv"}
    assert downloaded.result("turingalan").score == 1
    ada = downloaded.result("lovelaceada")
    assert (ada.score, ada.submission.name, ada.submission.files) == (3, "lovelaceada", ("homework.py",))
    assert any("late" in note for note in ada.submission.notes)
    assert "noethere: 0 of 4" in downloaded.done.stdout
    assert "3 submissions were found" in downloaded.done.stderr


def test_an_instructor_says_which_function_is_which_for_one_submission_or_for_all(instructed):
    assert "ada: 3 of 4" in instructed.done.stdout, instructed.done.stderr
    assert "bob: 3 of 4" in instructed.done.stdout
    assert "no submission is called 'eve'" in instructed.done.stderr
    assert "map.toml, [bob]" in instructed.report("bob")


def test_a_typo_in_an_instructors_mapping_is_told_with_its_line(autograder, submit, tmp_path):
    by_hand = tmp_path / "map.toml"
    by_hand.write_text('["*"]\nhalve = "h"\n[ada]\nqarter = "q"\n')
    done = autograder("grade", submit(RIGHT, "ada"), "--sandbox", "none", "--map", by_hand)
    assert done.returncode == 2
    assert f"{by_hand}:4: `qarter` is not a function of this assignment; did you mean 'quarter'?" in done.stderr


def test_a_broken_submission_does_not_keep_the_others_from_being_graded(graded):
    assert graded.done.returncode == 0
    assert "ada: 3 of 4" in graded.done.stdout
    assert "broken: 0 of 4, not graded: broken.zip holds no notebook" in graded.done.stdout
    assert graded.result("broken").problem


def test_where_nothing_can_be_graded_the_exit_code_says_so(autograder, submit, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    checked = autograder("check", empty)
    assert checked.returncode == 2
    assert "Nothing was handed in: empty is empty." in checked.stdout
    assert "hand it in again" in checked.stdout
    graded = autograder("grade", empty, "--sandbox", "none", "--out", tmp_path / "out")
    assert graded.returncode == 2
    assert "empty: 0 of 4, not graded: Nothing was handed in" in graded.stdout


def test_a_misspelt_check_in_the_rubric_is_told_before_a_submission_is_opened(autograder, assignment, tmp_path):
    right = assignment / "rubric" / "small.yaml"
    rubric = assignment / "misspelt" / "small.yaml"  # the assignment is that of all tests
    rubric.parent.mkdir()
    rubric.write_text(right.read_text().replace("[test_odd_numbers]", "[test_od_numbers]"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"not a zip at all")
    done = autograder("grade", broken, "--rubric", rubric, "--sandbox", "none", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "'test_od_numbers': no such check" in done.stderr
    assert "did you mean 'test_odd_numbers'?" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_resumed_run_grades_only_what_is_not_there_yet(graded, resumed):
    assert resumed.done.stdout.count("kept from an earlier run") == 2
    for name in ("ada", "bob"):
        written, kept = (run.out / name / "result.json" for run in (graded, resumed))
        assert kept.stat().st_mtime_ns == written.stat().st_mtime_ns
    assert (resumed.out / "eve" / "result.json").exists()


def test_a_score_below_the_minimum_exits_with_one(below_minimum):
    assert below_minimum.done.returncode == 1


def test_results_are_printed_as_json_for_machines(below_minimum):
    (result,) = json.loads(below_minimum.done.stdout)
    assert (result["schema"], result["score"]) == (4, 3)


def test_checking_ones_own_work_names_no_hidden_check(own_work):
    for done in own_work:
        assert done.returncode == 0, done.stderr
        assert "Halve a number" in done.stdout
        assert "odd" not in done.stdout.replace("Halve odd numbers", "")
        assert "test_odd_numbers" not in done.stdout


def test_checking_ones_own_work_gives_the_line_that_would_bind_a_function(own_work):
    told, bound = (done.stdout for done in own_work)
    assert "half" in told and "likely: homework.py line 1 `half`, by alias" in told
    assert '[functions]\nquarter = "homework.py:quarters"' in told
    assert "Not found" in told
    assert "1 point of" not in bound
    assert "Not found" not in bound


def test_plain_pytest_checks_a_submission_too(submit, assignment):
    command = [sys.executable, "-m", "pytest", "-p", "autograder.checks.plugin", "tests/public", "-q", "-c", os.devnull]
    command += ["--rootdir", ".", "--submission", str(submit(DOUBLES))]
    path = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        command,
        cwd=assignment,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "multiplies by two" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_reports_are_rendered_again_without_grading(graded, autograder, tmp_path):
    out = shutil.copytree(graded.out, tmp_path / "out")
    reports = {name: out / name / "report.html" for name in ("ada", "bob", "broken")}
    for report in reports.values():
        report.unlink()
    assert autograder("report", out).returncode == 0
    for name, report in reports.items():
        assert report.read_text() == graded.report(name)


def test_a_persons_points_enter_the_result(resumed):
    assert "eve: 4 of 4" in resumed.done.stdout
    assert "Well said." in resumed.report("eve")


def test_more_reviewed_points_than_an_item_has_are_refused(autograder, submit, tmp_path):
    reviews = tmp_path / "reviews.yaml"
    reviews.write_text("student:\n  A.why: {points: 7}\n")
    done = autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", tmp_path / "out", "--reviews", reviews)
    assert done.returncode == 2
    assert "reviews.yaml:2: student.A.why.points: more than A.why has: 7 of 1" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["grade", "nowhere.zip"], 2, "no such file or folder: nowhere.zip"),
        (["check", "nowhere.zip"], 2, "no such file or folder: nowhere.zip"),
        (["grade", ".", "--rubric", "rubric/small.yaml", "--profile", "thorough"], 2, "thorough"),
        (["grade", "."], 2, "it lies together with what is to be graded"),
        (["grade", ".", "--rubric", "rubric/none.yaml"], 2, "none.yaml"),
        (["grade", "rubric/small.yaml", "--rubric", "rubric/small.yaml"], 2, "there is nothing to grade"),
        (["report", "."], 2, "no result.json"),
        (["validate", "--only", "halve.doubls"], 2, "did you mean 'halve.doubles'?"),
        (["validate", "--submissions", "nowhere"], 2, "no such folder: nowhere"),
        (["data", "fetch", "imagenet"], 2, "imagenet"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(autograder, words, code, told):
    done = autograder(*words, "--sandbox", "none") if words[0] == "grade" else autograder(*words)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_sandbox_nothing_is_graded_unless_asked_for_by_name(autograder, submit, tmp_path):
    done = autograder("grade", submit(RIGHT), "--out", tmp_path / "out", PATH="/nonexistent")
    assert done.returncode == 3
    assert "--sandbox none" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence_before_anything_is_graded(autograder, submit):
    done = autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", "/dev/full/out")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "nothing can be written to /dev/full/out (Not a directory)" in done.stderr
    assert done.stdout == ""


def test_a_trace_that_cannot_be_written_is_told_before_anything_is_run(autograder, submit):
    done = autograder("trace", submit("print('it ran')"), "--sandbox", "none", "--out", "/dev/full/out/trace.json")
    assert done.returncode == 2
    assert "nothing can be written to /dev/full/out (Not a directory)" in done.stderr
    assert done.stdout == ""


def test_a_trace_with_the_data_of_a_profile_that_the_rubric_lacks_is_refused(autograder, submit):
    done = autograder("trace", submit(RIGHT), "--sandbox", "none", "--profile", "standart")
    assert done.returncode == 2
    assert "there is no profile 'standart' in this rubric; did you mean 'standard'?" in done.stderr


def test_validation_passes_when_every_wrong_submission_loses_what_it_declares(autograder, tmp_path):
    done = autograder("validate", "--sandbox", "none", "--submissions", tmp_path, "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bug named in 3 of 3, wrongly in 0" in done.stdout


def test_validation_fails_for_a_wrong_submission_that_keeps_its_points(autograder, tmp_path):
    lenient = tmp_path / "wrong" / "not_wrong"
    lenient.mkdir(parents=True)
    (lenient / "homework.py").write_text(RIGHT)
    (lenient / "expected.yaml").write_text("loses: [A.halve]\n")
    done = autograder("validate", "--sandbox", "none", "--submissions", tmp_path, "--only", "wrong/", "--no-cache")
    assert done.returncode == 1
    assert "wrong/not_wrong lost nothing; declared: A.halve" in done.stdout


def test_validation_fails_when_bugs_that_the_library_has_are_not_named(autograder, tmp_path):
    odd = tmp_path / "wrong" / "odd"
    odd.mkdir(parents=True)
    (odd / "homework.py").write_text(RIGHT.replace("return x / 2", "return x / 2 + 17.5"))
    (odd / "expected.yaml").write_text("loses: [A.halve]\nbugs: [halve.doubles]\n")
    done = autograder("validate", "--sandbox", "none", "--submissions", tmp_path, "--no-cache")
    assert done.returncode == 1
    assert "bug named in 3 of 4" in done.stdout
    assert "at least 90% of those that the library has" in done.stdout
