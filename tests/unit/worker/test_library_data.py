"""Libraries' data sets made from stored arrays, as student code builds them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """Six training and two test pictures of each set; a picture's pixels and its label are its number."""
    for name, shape in (("mnist", (28, 28)), ("cifar10", (3, 32, 32))):
        (tmp_path / name).mkdir()
        for split, numbers in (("train", range(6)), ("test", range(8, 10))):
            images = np.stack([np.full(shape, number, np.uint8) for number in numbers])
            np.save(tmp_path / name / f"{split}-images.npy", images)
            np.save(tmp_path / name / f"{split}-labels.npy", np.array(numbers, np.uint8))
    return tmp_path


def run(code: str, folder: Path) -> str:
    """Run student code in a fresh process that finds the arrays in `folder`."""
    setup = (
        f"from pathlib import Path\nfrom autograder.worker import library_data as d\nd.provide(Path({str(folder)!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", setup + textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_sets_are_found_whatever_their_folder_and_have_torchvisions_forms(stored):
    code = """
        from torchvision import datasets, transforms
        from torchvision.datasets import CIFAR10
        digits = datasets.MNIST("/nowhere", train=True, download=True, transform=transforms.ToTensor())
        image, label = digits[3]
        print(len(digits), tuple(image.shape), label, digits.data.dtype, digits.targets.tolist(), len(digits.classes))
        pictures = CIFAR10(root="./data", train=False, transform=transforms.ToTensor())
        image, label = pictures[0]
        print(len(pictures), tuple(image.shape), label, pictures.data.shape, pictures.classes[pictures.targets[1]])
        pictures.data[0] = 0
    """
    digits, pictures = run(code, stored).splitlines()
    assert digits == "6 (1, 28, 28) 3 torch.uint8 [0, 1, 2, 3, 4, 5] 10"
    assert pictures == "2 (3, 32, 32) 8 (2, 32, 32, 3) truck"
    assert np.load(stored / "cifar10" / "test-images.npy")[0].max() == 8


def test_openmls_sets_are_rows_of_pixels_with_classes_as_texts_those_for_training_first(stored):
    code = """
        from sklearn.datasets import fetch_openml
        mnist = fetch_openml("MNIST_784", version=1)
        print(mnist.data.shape, list(mnist.data.columns[:2]), mnist.target.astype(int).tolist(), mnist["target"].dtype)
        pixels, classes = fetch_openml(data_id=40927, as_frame=False, return_X_y=True)
        print(pixels.shape, type(pixels).__name__, pixels[6].max(), classes[-1:])
    """
    digits, pictures = run(code, stored).splitlines()
    assert digits == "(8, 784) ['pixel1', 'pixel2'] [0, 1, 2, 3, 4, 5, 8, 9] category"
    assert pictures == "(8, 3072) ndarray 8 ['9']"


def test_without_test_labels_the_test_set_is_the_end_of_the_training_set(stored):
    (stored / "mnist" / "test-labels.npy").unlink()
    code = """
        from torchvision.datasets.mnist import MNIST
        test = MNIST("data", train=False)
        print(test.targets.tolist(), test.data[0, 0, 0].item())
    """
    assert run(code, stored) == "[4, 5] 4"


def test_a_students_own_kind_of_set_is_given_them_and_other_sets_are_not(stored):
    code = """
        from torchvision import datasets
        class Digits(datasets.MNIST):
            def __len__(self): return 3
        print(len(Digits("x")), Digits("x").data.shape[0])
        try:
            datasets.FashionMNIST("/nowhere", download=False)
        except RuntimeError as error:
            print(error)
    """
    own, other = run(code, stored).splitlines()
    assert own == "3 6"
    assert "not found" in other


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="Keras is not installed")
def test_keras_loads_them_in_its_own_forms(stored):
    code = """
        import os
        os.environ["KERAS_BACKEND"] = "torch"
        from keras.datasets import cifar10
        from keras.datasets.mnist import load_data
        (x, y), (x_test, y_test) = load_data()
        print(x.shape, y.tolist(), x_test.shape, y_test.tolist(), x.dtype)
        (x, y), _ = cifar10.load_data()
        print(x.shape, y.shape, x[2, 0, 0, 0], y[2, 0])
    """
    digits, pictures = run(code, stored).splitlines()
    assert digits == "(6, 28, 28) [0, 1, 2, 3, 4, 5] (2, 28, 28) [8, 9] uint8"
    assert pictures == "(6, 32, 32, 3) (6, 1) 2 2"


def test_nothing_is_imported_before_the_student_does(stored):
    assert run("import sys; print('torch' in sys.modules)", stored) == "False"


def test_a_set_that_is_not_stored_stays_as_it_is(tmp_path):
    code = """
        from torchvision import datasets
        try:
            datasets.MNIST("/nowhere")
        except RuntimeError as error:
            print(error)
    """
    assert "not found" in run(code, tmp_path)


@pytest.mark.parametrize("stored", [60_000, 2_000])
def test_small_sets_have_a_hundredth_of_the_whole_set_also_of_a_sample_and_share_no_picture(stored, tmp_path):
    (tmp_path / "mnist").mkdir()
    numbers = np.arange(stored)
    images = np.zeros((stored, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
    for name, array in {  # test labels stay with the grader
        "train-images": images,
        "train-labels": (numbers % 10).astype(np.uint8),
        "test-images": images[: stored // 6],
    }.items():
        np.save(tmp_path / "mnist" / f"{name}.npy", array)
    code = """
        from torchvision import datasets
        d.keep_every(100)
        shown = []
        for train in (True, False):
            data = datasets.MNIST(".", train=train)
            shown.append((data.data[:, 0, 0].int() * 256 + data.data[:, 0, 1]).tolist())
            assert [n % 10 for n in shown[-1]] == data.targets.tolist()
        print(*map(len, shown), len(set(shown[0]) & set(shown[1])))
    """
    assert run(code, tmp_path).split() == ["600", "100", "0"]
