"""Packing: what is missing is told with what to do, and the zip is what the grader will collect."""

from __future__ import annotations

import json
import random
import zipfile

import matplotlib.figure
import pytest

from autograder.starter.completeness import State
from autograder.starter.filling import fill_notebook, fill_scripts
from autograder.starter.packing import pack
from autograder.starter.skeleton import read_modules
from autograder.submission import SubmissionError


@pytest.fixture
def modules(rubric, assignment):
    return read_modules(assignment / "solutions", list(rubric.functions))


@pytest.fixture
def complete(kit, modules):
    """A kit whose notebook is filled, with its answer and a report."""
    fill_notebook(kit / "homework.ipynb", modules)
    answer(kit / "homework.ipynb", "It learns, because it steps.")
    report(kit / "report.pdf")
    return kit


def answer(path, text):
    notebook = json.loads(path.read_text())
    (cell,) = [cell for cell in notebook["cells"] if cell.get("id") == "A-why"]
    cell["source"] = text
    path.write_text(json.dumps(notebook))


def report(path, text="My results"):
    figure = matplotlib.figure.Figure()
    figure.text(0.1, 0.5, text)
    figure.savefig(path, metadata={"CreationDate": None})


def told(packed, what):
    (finding,) = [finding for finding in packed.findings if what in finding.what]
    return finding.state, finding.todo


def test_complete_work_is_packed(complete, rubric, tmp_path):
    packed = pack(complete, tmp_path / "ada.zip", rubric)
    assert {finding.state for finding in packed.findings} == {State.THERE}
    with zipfile.ZipFile(packed.out) as archive:
        names = {"README.md", "homework.ipynb", "networks.py", "pictures.py", "report.pdf", "requirements.txt"}
        assert set(archive.namelist()) == names


def test_the_unfilled_kit_lacks_everything_but_its_requirements(kit, rubric, tmp_path):
    packed = pack(kit, tmp_path / "ada.zip", rubric)
    assert packed.out is None
    assert not (tmp_path / "ada.zip").exists()
    assert [finding.what for finding in packed.findings if finding.state is State.THERE] == ["A requirements.txt"]
    assert told(packed, "`train`") == (
        State.MISSING,
        "Still to be written (homework.ipynb cell 3 line 1, networks.py line 22).",
    )
    assert told(packed, "A: Why it learns") == (State.MISSING, "Write it in homework.ipynb (2 to 3 sentences).")
    assert told(packed, "PDF")[0] is State.MISSING


def test_incomplete_work_is_packed_all_the_same_if_asked_for(kit, rubric, tmp_path):
    packed = pack(kit, tmp_path / "ada.zip", rubric, anyway=True)
    assert packed.out == tmp_path / "ada.zip"
    assert not packed.complete


def test_answers_of_those_who_work_in_scripts_are_looked_for_in_the_report(kit, modules, rubric, tmp_path):
    fill_scripts(kit, modules)
    report(kit / "report.pdf")
    packed = pack(kit, tmp_path / "ada.zip", rubric)
    state, todo = told(packed, "A: Why it learns")
    assert packed.complete
    assert state is State.LOOK
    assert "Make sure that it is in report.pdf (2 to 3 sentences)" in todo


def test_answers_belong_into_the_notebook_that_has_the_functions_whatever_its_name(complete, rubric, tmp_path):
    answer(complete / "homework.ipynb", "YOUR ANSWER HERE")
    (complete / "homework.ipynb").rename(complete / "my homework.ipynb")
    state, todo = told(pack(complete, tmp_path / "ada.zip", rubric), "A: Why it learns")
    assert state is State.MISSING
    assert "Write it in my homework.ipynb" in todo


@pytest.mark.parametrize("about", [None, ["A-why"]], ids=["nothing", "a list"])
def test_a_cell_whose_entry_for_nbgrader_is_spoilt_is_no_answer(complete, rubric, tmp_path, about):
    notebook = json.loads((complete / "homework.ipynb").read_text())
    (cell,) = [cell for cell in notebook["cells"] if cell.get("id") == "A-why"]
    cell["metadata"]["nbgrader"] = about
    (complete / "homework.ipynb").write_text(json.dumps(notebook))
    state, _ = told(pack(complete, tmp_path / "hw.zip", rubric), "A: Why it learns")
    assert state is not State.THERE


def test_a_function_that_is_not_there_is_told(complete, rubric, tmp_path):
    for path in (complete / "homework.ipynb", complete / "networks.py"):
        path.write_text(path.read_text().replace("def train(", "def teach(").replace("steps", "number"))
    packed = pack(complete, tmp_path / "ada.zip", rubric)
    state, todo = told(packed, "`train`")
    assert state is State.MISSING
    assert todo.startswith("Was not found.")


def test_a_function_that_is_half_written_is_told_with_the_line(complete, rubric, tmp_path):
    (complete / "networks.py").write_text(
        "def train(model, steps=10):\n    if model:\n        raise NotImplementedError('later')\n    return 1.0\n"
    )
    packed = pack(complete, tmp_path / "ada.zip", rubric)
    assert told(packed, "`train`") == (State.MISSING, "It still raises NotImplementedError in line 3.")


def test_nothing_of_the_work_is_run(complete, rubric, tmp_path):
    ran = tmp_path / "ran"
    with (complete / "networks.py").open("a") as file:
        file.write(f"open({str(ran)!r}, 'w').close()\n")
    pack(complete, tmp_path / "ada.zip", rubric)
    assert not ran.exists()


def test_code_that_cannot_be_read_is_told(complete, rubric, tmp_path):
    (complete / "more.py").write_text("def broken(:\n")
    packed = pack(complete, tmp_path / "ada.zip", rubric)
    assert told(packed, "more.py can't be read: ")[0] is State.MISSING


def test_packages_that_are_not_listed_are_told_and_keep_nothing_back(complete, rubric, tmp_path):
    (complete / "more.py").write_text("import json\nimport networks\nfrom sklearn.metrics import confusion_matrix\n")
    packed = pack(complete, tmp_path / "ada.zip", rubric)
    state, todo = told(packed, "A requirements.txt")
    assert state is State.LOOK
    assert "scikit-learn" in todo
    assert packed.complete


def test_missing_requirements_are_told(complete, rubric, tmp_path):
    (complete / "requirements.txt").unlink()
    assert told(pack(complete, tmp_path / "ada.zip", rubric), "requirements.txt")[0] is State.MISSING


@pytest.mark.parametrize("data", [b"not a PDF", b""], ids=["something else", "empty"])
def test_a_report_that_cannot_be_read_is_told(complete, rubric, tmp_path, data):
    (complete / "report.pdf").write_bytes(data)
    state, todo = told(pack(complete, tmp_path / "ada.zip", rubric), "A report as PDF")
    assert state is State.MISSING
    assert "report.pdf cannot be read" in todo


def test_a_report_without_text_is_no_report(complete, rubric, tmp_path):
    report(complete / "report.pdf", text="")
    state, todo = told(pack(complete, tmp_path / "ada.zip", rubric), "A report as PDF")
    assert state is State.MISSING
    assert "scan" in todo


def test_caches_data_sets_environments_and_histories_stay_out(complete, rubric, tmp_path):
    leftovers = [
        "__pycache__/networks.cpython-311.pyc",
        ".git/config",
        ".venv/bin/activate_this.py",
        ".ipynb_checkpoints/homework-checkpoint.ipynb",
        "data/MNIST/raw/train-images-idx3-ubyte",
    ]
    for name in leftovers:
        (complete / name).parent.mkdir(parents=True)
        (complete / name).write_text("x = 1")
    packed = pack(complete, tmp_path / "ada.zip", rubric)
    assert not set(packed.files) & set(leftovers)
    assert any("a virtual environment" in note for note in packed.notes)


def test_the_zip_is_the_same_whenever_and_wherever_it_is_made(complete, rubric, tmp_path):
    moved = complete.rename(tmp_path / "elsewhere")
    first = pack(moved, tmp_path / "one.zip", rubric).out
    for path in moved.iterdir():
        path.touch()
    second = pack(moved, tmp_path / "two.zip", rubric).out
    assert first.read_bytes() == second.read_bytes()


def test_a_zip_inside_of_the_folder_is_refused_as_it_would_pack_itself(complete, rubric):
    with pytest.raises(SubmissionError, match="inside what it is made from"):
        pack(complete, complete / "ada.zip", rubric)


def test_a_large_zip_is_told_with_its_largest_files(complete, rubric, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.starter.packing.LARGE_BYTES", 100_000)
    (complete / "weights.bin").write_bytes(bytes(range(256)) * 10)
    assert pack(complete, tmp_path / "ada.zip", rubric).large == ()
    (complete / "weights.pt").write_bytes(random.Random(0).randbytes(200_000))
    assert pack(complete, tmp_path / "ada.zip", rubric).large[0] == ("weights.pt", 200_000)
