"""Seeds: which generators the code draws from, and which it seeds."""

from __future__ import annotations

import pytest

from autograder.requirements import seeds
from autograder.results import Met
from autograder.worker.binding.sources import read


@pytest.fixture
def look(submitted):
    def run(files):
        submission = submitted(files)
        return seeds.look(submission, [read(submission.folder, path) for path in submission.sources])

    return run


def test_a_seed_is_found_with_its_place(look):
    found = look({"hw1.py": "import torch\n\ntorch.manual_seed(42)\n"})
    assert found.status is Met.MET
    assert found.details == ("hw1.py line 3: `torch.manual_seed(42)`",)


def test_a_missing_seed_is_told_with_the_line_to_write(look):
    found = look({"hw1.py": "import torch\nmodel = torch.nn.Linear(2, 1)\n"})
    assert found.status is Met.UNMET
    assert "`torch.manual_seed(0)`" in found.advice


@pytest.mark.parametrize(
    "code",
    [
        "from torch import manual_seed as ms\nms(1)",
        "import torch as th\nth.manual_seed(seed=1)",
        "import torch\nSEED = 3\ntorch.manual_seed(SEED)",
        "import torch\nloader = f(generator=torch.Generator().manual_seed(0))",
        "import keras, torch\nkeras.utils.set_random_seed(1)",
        "import tensorflow as tf\ntf.random.set_seed(1)",
        "import tensorflow as tf\nfrom tensorflow import keras\ntf.keras.utils.set_random_seed(1)",
        "import torch\nfrom pytorch_lightning import seed_everything\nseed_everything(0)",
    ],
)
def test_seeds_are_known_under_many_names(look, code):
    assert look({"hw1.py": code}).status is Met.MET


@pytest.mark.parametrize(
    ("code", "generator"),
    [
        ("import numpy as np\nx = np.random.rand(3)", "numpy"),
        ("import random\nrandom.shuffle(names)", "random"),
        ("from random import shuffle\nshuffle(names)", "random"),
        ("import numpy as np\nrng = np.random.default_rng()\nx = np.random.rand()", "numpy"),
        ("import torch, time\ntorch.manual_seed(int(time.time()))", "torch"),
        ("import torch\ntorch.cuda.manual_seed_all(1)", "torch"),
    ],
)
def test_a_generator_that_is_drawn_from_needs_a_seed_of_its_own(look, code, generator):
    found = look({"hw1.py": code})
    assert found.status is Met.UNMET
    assert f"`{generator}`" in found.found


def test_numpy_that_draws_nothing_needs_no_seed(look):
    assert look({"hw1.py": "import numpy as np\nx = np.zeros(3)\n"}).status is Met.UNSEEN


def test_a_seed_in_a_function_that_nobody_calls_does_not_count(look):
    found = look({"hw1.py": "import torch\ndef set_seed():\n    torch.manual_seed(0)\n"})
    assert found.status is Met.UNMET
    assert "nothing calls `set_seed`" in found.details[0]


def test_a_seed_in_a_function_that_is_called_counts(look):
    code = "import torch\ndef set_seed():\n    torch.manual_seed(0)\nset_seed()\n"
    assert look({"hw1.py": code}).status is Met.MET


def test_each_notebook_needs_its_own_seed_for_each_is_run_by_itself(look, notebook):
    found = look({"a.ipynb": notebook("import torch", "torch.manual_seed(0)"), "b.ipynb": notebook("import torch")})
    assert found.status is Met.UNMET
    assert found.found == "No seed is set for `torch` in b.ipynb."


def test_a_notebook_is_seeded_by_the_scripts_that_it_imports(look, notebook):
    script = "import torch\ndef seed_all():\n    torch.manual_seed(0)\n"
    found = look({"hw1.ipynb": notebook("import torch\nfrom common import *\nseed_all()"), "common.py": script})
    assert "hw1.ipynb" not in found.found


@pytest.mark.parametrize(
    ("cell", "status"), [("from tools import seeded\nseeded()", Met.MET), ("import tools", Met.UNMET)]
)
def test_a_module_that_only_notebooks_import_is_seeded_by_what_they_call(look, notebook, cell, status):
    module = "import torch\n\ndef seeded(n=1):\n    torch.manual_seed(n)\n"
    assert look({"tools.py": module, "hw1.ipynb": notebook(cell)}).status is status
