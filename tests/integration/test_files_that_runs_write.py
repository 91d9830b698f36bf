"""What a run writes: checkpoints on Colab's drive, folders that a shell line makes, results that a second run must not find."""

from __future__ import annotations

import json

from autograder.results import Status
from autograder.sandbox import Kind
from autograder.submission import collect
from autograder.tracing import trace
from tests.integration.small_runs import FIT, MNIST, RUBRIC, judged, only

CHECKPOINTS = """
import os
class CFG:
    folder = "/content/drive/MyDrive/DL_HW1"
    kept = folder + "/ckpt"
os.makedirs(CFG.kept, exist_ok=True)
os.chdir("/content/drive/MyDrive/DL_HW1")
net = mlp()
fit(net)
torch.save(net.state_dict(), f"{CFG.kept}/mlp.pt")
torch.save(net.state_dict(), "/kaggle/working/mlp.pt")
torch.save(net.state_dict(), "/Users/ana/Desktop/hw1/models/mlp.pt")
net.load_state_dict(torch.load("/content/drive/MyDrive/DL_HW1/ckpt/mlp.pt"))
print("test accuracy", accuracy(net), os.path.exists("helper.txt"))
"""


def test_checkpoints_on_the_drive_of_colab_are_written_and_read(ran):
    observed = ran(MNIST + FIT + CHECKPOINTS, {"helper.txt": "beside the script"})
    assert judged(observed, "1A.training-step").status is Status.PASSED
    assert observed.sources[0].printed[-1].text.strip().endswith("True")


def test_a_notebook_may_make_folders_by_shell_lines(tmp_path):
    drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('plots/a.png')\nplt.savefig('more/a.png')"
    cells = ["!mkdir -p plots\n%mkdir more", drawn]
    notebook = {"cells": [{"cell_type": "code", "source": each, "outputs": [], "metadata": {}} for each in cells]}
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "hw1.ipynb").write_text(
        json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 4, "metadata": {}})
    )
    submission = collect(tmp_path / "work", tmp_path / "submission")
    (source,) = trace(RUBRIC, submission, "quick", Kind.NONE, 60, 1, 0).sources
    assert source.failures == () and len(source.figures) == 1


SAVED = """
import os
import numpy as np
x, y = train.data[:60000].reshape(-1, 784).float() / 255, train.targets[:60000]
ready = os.path.exists("mlp.pt")
net = mlp()
if not ready:
    opt = torch.optim.Adam(net.parameters())
    for epoch in range(2):
        for start in range(0, len(x), 64):
            opt.zero_grad()
            F.cross_entropy(net(x[start:start + 64]), y[start:start + 64]).backward()
            opt.step()
    torch.save(net.state_dict(), "mlp.pt")
print("ready", ready)
weights = np.ones(int("60000")) * x[:, 0].numpy()
"""


def test_a_second_run_on_all_data_does_not_find_what_the_first_has_saved(ran):
    observed = ran(MNIST + SAVED)
    assert only(observed).run.steps > 0
    assert observed.sources[0].printed[-1].text.strip() == "ready False"
