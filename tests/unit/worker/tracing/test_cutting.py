"""Which code takes data sets as arrays, and which of its numbers are sizes of those."""

from __future__ import annotations

import ast

import pytest

from autograder.worker.tracing.cutting import Shrinking, compiled, is_needed, may_be_due_to_it, named_sizes

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
    ("code", "shrunk"),
    [
        ("x[:50000], x[50000:], x[-10000:]", "(x[:500], x[500:], x[-100:])"),
        ("x[-5000:, :28]", "x[-50:, :28]"),
        ("x.reshape(60000, 28 * 28)", "x.reshape(600, 28 * 28)"),
        ("x.reshape((10000, 784)) / 255", "x.reshape((100, 784)) / 255"),
        ("x.reshape(len(x), 4096)", "x.reshape(len(x), 4096)"),
        ("random_split(data, [55000, 5000])", "random_split(data, [550, 50])"),
        ("Subset(data, range(10000))", "Subset(data, range(100))"),
        ("torch.randperm(60000)[:128]", "torch.randperm(600)[:128]"),
        ("train_test_split(x, y, test_size=10000)", "train_test_split(x, y, test_size=100)"),
        ("correct / 10000", "correct / 100"),
        ("assert len(x) == 60000", "assert len(x) == 600"),
        ("60000 // 64", "600 // 64"),
        ("range(0, 60000, 64)", "range(0, 600, 64)"),
        ("n = 50000\nx[:n]", "n = 500\nx[:n]"),
        ("a, b = (55000, 5000)\nrandom_split(data, [a, b])", "a, b = (550, 50)\nrandom_split(data, [a, b])"),
        ("x[:len(x) - 5000]", "x[:len(x) - 50]"),
        ("random_split(data, [len(data) - 5000, 5000])", "random_split(data, [len(data) - 50, 50])"),
        ("n: int = 5000\nx[:x.shape[0] - n]", "n: int = 50\nx[:x.shape[0] - n]"),
        ("class C:\n    held: int = 5000\nx[:C().held]", "class C:\n    held: int = 50\nx[:C().held]"),
        ("c = Config(held=5000)\nx[c.held:]", "c = Config(held=50)\nx[c.held:]"),
        ("c = {'held': 5000}\nx[:-c['held']]", "c = {'held': 50}\nx[:-c['held']]"),
        ("def cut(x, n=5000):\n    return x[n:]", "def cut(x, n=50):\n    return x[n:]"),
        (
            "def cut(x, *, n=5000):\n    return x[n:]\ncut(x, n=n)",
            "def cut(x, *, n=50):\n    return x[n:]\ncut(x, n=n)",
        ),
        # numbers that are none of a size
        ("c = Config(steps=5000)\nx[c.held:]", "c = Config(steps=5000)\nx[c.held:]"),
        ("for i in range(10000):\n    step()", "for i in range(10000):\n    step()"),
        ("epochs = 10000\nfor i in range(epochs):\n    step()\nlosses[:epochs]", None),
        ("x[a:a + 1000]", "x[a:a + 1000]"),
        ("x[:500]", "x[:500]"),
        ("while i < 10000:\n    i += 1", "while i < 10000:\n    i += 1"),
    ],
)
def test_sizes_in_code_are_divided_and_other_numbers_stay(code: str, shrunk: str | None) -> None:
    tree = ast.parse(code)
    found = Shrinking(named_sizes([tree])).visit(tree)
    assert ast.unparse(found) == (ast.unparse(ast.parse(code)) if shrunk is None else shrunk)


def test_a_script_that_was_copied_out_of_a_notebook_is_compiled_without_its_commands(tmp_path, capsys):
    script = tmp_path / "hw1.py"
    script.write_text("!pip install torch \\\n    torchvision\n%matplotlib inline\nif True:\n    !ls\nprint(2)\n")
    exec(compiled(script, ()), {})
    assert capsys.readouterr().out == "2\n"


def test_a_script_with_a_mistake_is_no_python_with_or_without_its_commands(tmp_path):
    script = tmp_path / "hw1.py"
    script.write_text("!pip install torch\nwhile True print(1)\n")
    with pytest.raises(SyntaxError) as raised:
        compiled(script, ())
    assert (raised.value.filename, raised.value.lineno) == (str(script), 2)


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
