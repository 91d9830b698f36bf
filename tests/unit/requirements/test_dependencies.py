"""Requirements files against the imports of a submission."""

from __future__ import annotations

import pytest

from autograder.requirements import dependencies
from autograder.results import Met
from autograder.worker.binding.sources import read


@pytest.fixture
def look(submitted):
    def run(files):
        submission = submitted(files)
        return dependencies.look(submission, [read(submission.folder, path) for path in submission.sources])

    return run


def test_all_that_is_imported_must_be_named_and_each_gap_has_its_line_and_place(look):
    found = look({"hw1.py": "import torch\nimport pandas as pd\n", "requirements.txt": "torch==2.1\n"})
    assert found.status is Met.UNMET
    assert "1 of the 2 libraries" in found.found
    assert found.details == ("`pandas` (imported in hw1.py line 2) is not covered: add the line `pandas`",)


def test_a_file_that_covers_everything_is_met(look):
    found = look({"hw1.py": "import os, torch\n", "requirements.txt": "torch\n"})
    assert (found.status, found.details, found.advice) == (Met.MET, (), "")


@pytest.mark.parametrize(
    ("imported", "package"),
    [("sklearn.metrics", "scikit-learn"), ("cv2", "opencv-python"), ("PIL.Image", "pillow"), ("yaml", "pyyaml")],
)
def test_packages_that_are_called_otherwise_than_their_imports_are_known(look, imported, package):
    assert look({"hw1.py": f"import {imported}", "requirements.txt": package}).status is Met.MET


def test_an_imports_own_name_in_place_of_the_packages_is_told(look):
    found = look({"hw1.py": "import sklearn", "requirements.txt": "sklearn"})
    assert found.status is Met.UNMET
    assert "write `scikit-learn` in place of `sklearn` in line 1" in found.details[0]


def test_what_comes_along_with_another_package_is_covered_and_told(look):
    found = look({"hw1.py": "import numpy, torchvision", "requirements.txt": "torchvision"})
    assert found.status is Met.MET
    assert "`numpy`" in found.details[0]


def test_python_itself_and_the_submissions_own_files_need_no_line(look, notebook):
    files = {
        "main.ipynb": notebook("import json, helpers\nfrom src.models import Net\nfrom data import load"),
        "helpers.py": "from . import data",
        "src/models.py": "",
        "src/data.py": "",
        "requirements.txt": "",
    }
    assert look(files).status is Met.MET


def test_ipython_comes_with_a_notebook(look, notebook):
    code = "from IPython.display import Markdown"
    assert look({"hw1.ipynb": notebook(code), "requirements.txt": "torch"}).status is Met.MET


def test_ipython_comes_with_no_script(look):
    code = "from IPython.display import Markdown"
    assert look({"hw1.py": code, "requirements.txt": "torch"}).status is Met.UNMET


def test_an_import_whose_failure_is_caught_is_no_need(look):
    code = """
        try:
            import wandb
        except ImportError:
            wandb = None
    """
    assert look({"hw1.py": code, "requirements.txt": "torch"}).status is Met.MET


def test_what_only_a_hosted_notebook_has_is_no_need(look, notebook):
    code = "from google.colab import drive\nimport google.colab.files\nfrom google import colab"
    assert look({"hw1.ipynb": notebook(code), "requirements.txt": "torch"}).status is Met.MET


def test_a_line_that_pip_would_not_take_is_named_even_where_all_is_covered(look):
    found = look({"hw1.py": "import torch, numpy", "requirements.txt": "torch\nnumpy=1.26=py311_0\n"})
    assert found.status is Met.UNMET
    assert "does not cover" not in found.found
    assert found.details == ("line 2, `numpy=1.26=py311_0`: that is conda's form; write `numpy==1.26`",)


def test_without_a_file_the_lines_to_write_are_told_as_the_notebook_installs_them(look, notebook):
    found = look({"hw1.ipynb": notebook("!pip install -q torchinfo==1.8.0", "import torch, torchinfo")})
    assert found.status is Met.UNMET
    assert found.details == ("line to write: `torch`", "line to write: `torchinfo==1.8.0`")


def test_a_misspelled_file_name_is_read_and_told(look):
    found = look({"hw1.py": "import torch", "requirments.txt": "torch"})
    assert found.status is Met.MET
    assert "name it requirements.txt" in found.details[0]


def test_powershell_writes_utf_16(look):
    assert look({"hw1.py": "import torch", "requirements.txt": "torch==2.1\r\n".encode("utf-16")}).status is Met.MET


def test_an_empty_file_is_told_as_such(look):
    assert "is empty" in look({"hw1.py": "import torch", "requirements.txt": "\n# nothing\n"}).found


def test_another_kind_of_file_does_not_take_its_place(look):
    assert "environment.yml" in look({"hw1.py": "import torch", "environment.yml": "dependencies: [pytorch]"}).found
