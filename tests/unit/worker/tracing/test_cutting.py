"""Which code takes data sets as arrays, and which errors that may cause."""

from __future__ import annotations

import ast

import pytest

from autograder.worker.tracing.cutting import is_needed, may_be_due_to_it

KERAS = "from keras.datasets import mnist\n(x, y), _ = mnist.load_data()"
TORCH = "data = datasets.MNIST('.')\nloader = DataLoader(data)\n"
SLICED = "for i in range(0, len(x), 64):\n    step(x[i:i + 64], y[order[i:i + 64]])"


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        (KERAS, True),
        ("data = datasets.MNIST('.')\nx = data.data / 255", True),
        (TORCH, False),
        (TORCH + SLICED, True),
        (TORCH + "for i in range(n // 64):\n    step(x[i * 64:(i + 1) * 64])", True),
        (TORCH + "for i in range(9):\n    show(model(x[i:i + 1]))", False),
        (TORCH + "def load_data():\n    return loader\nload_data()", False),
        (TORCH + "true = torch.tensor([y for _, y in test_set])", True),
        (TORCH + "true = np.array([int(label) for image, label in self.test_set])", True),
        (TORCH + "true = [data[i][1] for i in range(len(data))]", True),
        (TORCH + "true = torch.cat([y for _, y in test_loader])", False),
        (TORCH + "best = max(acc for name, acc in results)", False),
        (TORCH + "ends = [curve[i][0] for i in range(4)]", False),
        ("print(1)", False),
    ],
)
def test_code_that_takes_arrays_needs_small_sets(code: str, needed: bool) -> None:
    assert is_needed([ast.parse(code)]) == needed


@pytest.mark.parametrize(
    "error",
    [
        "IndexError: list index out of range",
        "ValueError: cannot reshape array of size 470400 into shape (60000,784)",
        "ValueError: Found input variables with inconsistent numbers of samples: [500, 600]",
        "ValueError: Sum of input lengths does not equal the length of the input dataset!",
        "ValueError: num_samples should be a positive integer value, but got num_samples=0",
        "ValueError: a must be greater than 0 unless no samples are taken",
        "ValueError: Cannot take a larger sample than population when 'replace=False'",
        "ValueError: Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.",
        "ValueError: x and y must have same first dimension, but have shapes (60,) and (600,)",
        "ValueError: operands could not be broadcast together with shapes (5,) (6,)",
        "ValueError: high <= 0",
        "RuntimeError: stack expects a non-empty TensorList",
        "RuntimeError: shape '[60000, 784]' is invalid for input of size 470400",
        "AssertionError",
        "ZeroDivisionError: division by zero",
    ],
)
def test_errors_that_speak_of_how_many_there_are_may_be_due_to_the_cut(error):
    assert may_be_due_to_it(error)


@pytest.mark.parametrize(
    "error",
    [
        "ValueError: The `data_format` argument must be one of {'channels_first', 'channels_last'}. Received: data_format=(2, 2)",
        "ValueError: Unknown activation: swish2",
        "ValueError: You must call `compile()` before using the model.",
        "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
        "NameError: name 'shape' is not defined",
        "RuntimeError: DefaultCPUAllocator: can't allocate memory: you tried to allocate 12288000 bytes. shape=[128, 5, 5]",
        "FileNotFoundError: [Errno 2] No such file or directory: 'data/sizes.csv'",
    ],
)
def test_other_errors_are_not_due_to_the_cut(error):
    assert not may_be_due_to_it(error)
