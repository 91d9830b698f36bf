"""Which of several versions of a document is graded, and that parts of a work never count as versions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import pytest

from autograder.submission import Submission, collect
from autograder.submission.versions import families

SUBMISSIONS = Path(__file__).parents[2] / "submissions"
MODEL = """class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)
"""
TRAINING = """def train(model, loader, optimizer):
    losses = []
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)
"""
ACTIVATIONS = """histories = {}
for name, activation in activations.items():
    network = Net([784, 128, 64, 10])
    histories[name] = [train(network, loader, torch.optim.Adam(network.parameters())) for epoch in range(10)]
    plt.plot(histories[name], label=name)
print(histories)
"""
XOR = """points = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
targets = torch.tensor([0, 1, 1, 0], dtype=torch.float32)
xor = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
for step in range(2000):
    error = nn.functional.binary_cross_entropy(xor(points).squeeze(), targets)
    error.backward()
grid = torch.cartesian_prod(torch.linspace(-1, 2, 100), torch.linspace(-1, 2, 100))
"""
FIRST = (MODEL, TRAINING)
SECOND = (MODEL, TRAINING.replace("losses.append", "losses += [loss.item()]  # "), ACTIVATIONS)
WHOLE = (MODEL, TRAINING, ACTIVATIONS, XOR)

Collecting = Callable[..., Submission]


@pytest.fixture
def collected(folder_of, notebook, tmp_path) -> Collecting:
    """Collect notebooks of cells, scripts of parts, and texts, by their names."""
    numbers = count()

    def build(files: Mapping[str, tuple[str, ...] | str], **given) -> Submission:
        name = f"handed_in_{next(numbers)}"
        made = {
            path: content
            if isinstance(content, str)
            else notebook(*content)
            if path.endswith("nb")
            else "\n\n".join(content)
            for path, content in files.items()
        }
        return collect(folder_of(made, name), tmp_path / f"{name}_collected", **given)

    return build


def test_of_three_versions_the_final_one_is_graded_and_the_report_says_so(collected):
    submission = collected({"hw1_v1.ipynb": FIRST, "hw1_v2_fixed.ipynb": SECOND, "hw1_FINAL.ipynb": WHOLE})
    assert submission.sources == ("hw1_FINAL.ipynb",)
    assert submission.files == ("hw1_FINAL.ipynb", "hw1_v1.ipynb", "hw1_v2_fixed.ipynb")
    assert submission.notes == (
        "hw1_v1.ipynb and hw1_v2_fixed.ipynb look like earlier versions of hw1_FINAL.ipynb: only hw1_FINAL.ipynb was graded. "
        "If they have work of their own, hand that in under another name, or name the file in `autograder.toml`.",
    )


@pytest.mark.parametrize(
    ("last", "earlier"),
    [
        ("hw1_final.ipynb", "hw1_v3.ipynb"),
        ("hw1_v10.ipynb", "hw1_v9.ipynb"),
        ("hw1_v2.ipynb", "hw1.ipynb"),
        ("hw1.ipynb", "hw1_v1.ipynb"),  # by its code
        ("hw1.ipynb", "hw1_old.ipynb"),
        ("hw1.ipynb", "backup/hw1.ipynb"),
        ("hw1.ipynb", "hw1-Copy1.ipynb"),
        ("hw1.ipynb", "Copy of hw1.ipynb"),
        ("hw1.ipynb", "hw1 draft.ipynb"),
        ("hw1 (1).ipynb", "hw1.ipynb"),
        ("hw1_fixed.ipynb", "hw1.ipynb"),
        ("hw1_2026-03-02.ipynb", "hw1_2026-03-01.ipynb"),
        ("hw1_final2.ipynb", "hw1_final.ipynb"),
        ("hw1_FINAL_FINAL.ipynb", "hw1_FINAL.ipynb"),
        ("hw1_final.py", "hw1.py"),
    ],
)
def test_what_names_say_of_the_last_version_holds(collected, last, earlier):
    assert collected({last: WHOLE, earlier: SECOND}).sources == (last,)


def test_the_name_decides_even_where_an_earlier_version_has_a_little_more(collected):
    files = {"hw1_final.ipynb": WHOLE, "hw1.ipynb": (*WHOLE, "print(torch.__version__)")}
    assert collected(files).sources == ("hw1_final.ipynb",)


def test_of_two_that_hold_the_same_one_is_graded(collected):
    assert len(collected({"hw1.ipynb": WHOLE, "hw1_v1.ipynb": WHOLE}).sources) == 1


def test_where_neither_name_nor_content_decides_all_are_graded(collected):
    changed = (MODEL.replace("relu", "tanh"), *WHOLE[1:])
    assert len(collected({"hw1.ipynb": WHOLE, "hw1_v1.ipynb": changed}).sources) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("problem1.ipynb", "problem2.ipynb"),
        ("hw1_1.ipynb", "hw1_2.ipynb"),
        ("part1_final.ipynb", "part2_final.ipynb"),
        ("final_1.ipynb", "final_2.ipynb"),
        ("task (1).ipynb", "task (2).ipynb"),  # there is no "task.ipynb" of which they are downloads
        ("cnn.py", "cnn_deep.py"),
    ],
)
def test_names_that_tell_parts_apart_keep_both_though_they_hold_the_same(collected, one, other):
    assert len(collected({one: WHOLE, other: WHOLE}).sources) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hw1_v1.ipynb", "hw1_v2.ipynb"),
        ("hw1.ipynb", "hw1_final.ipynb"),
        ("hw1_old.ipynb", "hw1.ipynb"),
        ("hw1-Copy1.ipynb", "hw1.ipynb"),
    ],
)
def test_a_version_that_holds_work_of_its_own_is_graded_too(collected, one, other):
    first, second = (MODEL, TRAINING, ACTIVATIONS), (MODEL, TRAINING, XOR)
    assert set(collected({one: first, other: second}).sources) == {one, other}


def test_a_copy_in_which_the_work_went_on_is_graded(collected):
    assert "hw1-Copy1.ipynb" in collected({"hw1.ipynb": FIRST, "hw1-Copy1.ipynb": WHOLE}).sources


def test_numbered_networks_beside_other_work_are_no_versions(collected):
    networks = {f"cnn_v{n}.py": (MODEL.replace("784", str(n)), TRAINING) for n in (1, 2, 3)}
    assert len(collected({**networks, "mlp.py": (ACTIVATIONS, XOR)}).sources) == 4


@pytest.mark.parametrize(
    "line",
    [
        "from hw1_v1 import train",
        "import hw1_v1 as first",
        "from . import (\n    other,\n    hw1_v1,\n)",
        "first = importlib.import_module('hw1_v1')",
        "exec(open('hw1_v1.py').read())",
        "subprocess.run([sys.executable, 'hw1_v1.py'])",
        "%run hw1_v1",
    ],
)
def test_a_version_that_another_source_uses_stays(collected, line):
    files = {"hw1_v1.py": FIRST, "hw1_v2.py": SECOND, "hw1_v3.py": (line, *WHOLE)}
    assert collected(files).sources == ("hw1_v1.py", "hw1_v3.py")


@pytest.mark.parametrize("line", ["# from hw1_v1 import train", "!jupyter nbconvert --to pdf hw1_v1.py", "hw1_v10 = 3"])
def test_what_only_speaks_of_an_earlier_version_does_not_keep_it(collected, line):
    assert collected({"hw1_v1.py": FIRST, "hw1_v3.py": (line, *WHOLE)}).sources == ("hw1_v3.py",)


def test_a_version_that_is_used_by_one_that_stays_stays_too(collected):
    files = {"a_v1.py": FIRST, "a_v2.py": (*FIRST, "import b_old"), "a_v3.py": (*FIRST, "import a_v2")}
    files |= {"b_old.py": (XOR,), "b.py": (XOR,)}
    assert collected(files).sources == ("a_v2.py", "a_v3.py", "b.py", "b_old.py")


def test_an_old_folder_is_left_out_though_its_files_have_the_names_of_those_in_use(collected):
    files = {"main.py": ("from model import Net", *WHOLE[1:]), "model.py": (MODEL,), "old/model.py": (MODEL,)}
    assert collected(files).sources == ("main.py", "model.py")
    files["main.py"] = ("from old.model import Net", *WHOLE[1:])
    assert collected(files).sources == ("main.py", "model.py", "old/model.py")


def test_what_is_used_beside_it_or_from_the_top_stays(collected):
    files = {"model.py": (MODEL,), "old/model.py": (MODEL,), "old/more.py": ("from model import Net", XOR)}
    assert "old/model.py" in collected(files).sources
    files = {"model.py": (MODEL,), "final/model.py": (MODEL,), "train.py": ("from model import Net", XOR)}
    assert "model.py" in collected(files).sources


def test_of_many_earlier_versions_some_are_named(collected):
    versions = {f"hw1_v{number}.ipynb": SECOND for number in range(1, 10)}
    (note,) = collected({**versions, "hw1_final.ipynb": WHOLE}).notes
    assert note.startswith(
        "hw1_v1.ipynb, hw1_v2.ipynb, hw1_v3.ipynb, hw1_v4.ipynb, hw1_v5.ipynb and 4 more look like earlier"
    )


def test_a_file_that_a_mapping_names_stays(collected):
    files = {"hw1_v1.ipynb": FIRST, "hw1_v2.ipynb": WHOLE}
    mapping = '[functions]\nbuild_mlp = "hw1_v1.ipynb:Net"'
    assert len(collected({**files, "autograder.toml": mapping}).sources) == 2
    assert len(collected(files, named=["hw1_v1.ipynb:Net"]).sources) == 2
    assert len(collected(files, named=["hw1_v2.ipynb:Net"]).sources) == 1


def of_several(suffix: str) -> list[list[Path]]:
    """The sources of one kind of each of our submissions that has more than one."""
    folders = [
        folder for kind in ("right", "toplevel", "freeform") for folder in sorted((SUBMISSIONS / kind).iterdir())
    ]
    found = [sorted(folder.rglob(f"*{suffix}")) for folder in folders if folder.is_dir()]
    return [paths for paths in found if len(paths) > 1]


PARTED = [*of_several(".py"), *of_several(".ipynb")]


@pytest.mark.parametrize("paths", PARTED, ids=lambda paths: f"{paths[0].parent.name}{paths[0].suffix}")
def test_parts_of_our_own_submissions_stay_even_under_the_names_of_versions(paths, tmp_path):
    (tmp_path / "work").mkdir()
    for number, path in enumerate(paths[:-1], 1):
        shutil.copyfile(path, tmp_path / "work" / f"hw1_v{number}{path.suffix}")
    shutil.copyfile(paths[-1], tmp_path / "work" / f"hw1_final{paths[-1].suffix}")
    names = [path.name for path in (tmp_path / "work").iterdir()]
    assert len(families(names)[0]) == len(paths)
    substantial = {f"hw1_v{n}{p.suffix}" for n, p in enumerate(paths[:-1], 1) if "def " in p.read_text("utf-8")}
    assert substantial <= set(collect(tmp_path / "work", tmp_path / "collected").sources)


WHOLE_NOTEBOOKS = sorted((SUBMISSIONS / "toplevel").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", WHOLE_NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_notebook_as_it_was_when_half_of_it_was_written_is_an_earlier_version(path, tmp_path):
    (tmp_path / "work").mkdir()
    content = json.loads(path.read_text("utf-8"))
    shutil.copyfile(path, tmp_path / "work" / "hw1_v2.ipynb")
    content["cells"] = content["cells"][: len(content["cells"]) // 2]
    (tmp_path / "work" / "hw1_v1.ipynb").write_text(json.dumps(content), "utf-8")
    assert collect(tmp_path / "work", tmp_path / "collected").sources == ("hw1_v2.ipynb",)
