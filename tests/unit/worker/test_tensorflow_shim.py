"""`tensorflow.keras` is Keras where TensorFlow is not installed, and the rest of TensorFlow says what is missing."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from textwrap import dedent

import pytest

from autograder.worker import tensorflow_shim

pytestmark = pytest.mark.skipif(importlib.util.find_spec("tensorflow") is not None, reason="TensorFlow is installed")

BEFORE = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras
from autograder.worker import tensorflow_shim
tensorflow_shim.make_importable()
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What one process with the stand-in prints, line by line: importing Keras takes seconds."""
    code = """
        import tensorflow as tf
        import tensorflow.keras.optimizers as optimizers
        from tensorflow import keras as other
        from tensorflow.keras import layers
        from tensorflow.keras.layers import Dense
        print(other is keras, tf.keras is keras, layers is keras.layers, Dense is keras.layers.Dense)
        print(optimizers is keras.optimizers, keras.layers.__name__)
        for statement in ("tf.lite.Interpreter", "from tensorflow import lite", "import tensorflow.lite"):
            try:
                exec(statement)
            except Exception as error:
                print(type(error).__name__, error)
        print(hasattr(tf, "is_tensor"), tensorflow_shim.notes())
    """
    done = subprocess.run([sys.executable, "-c", BEFORE + dedent(code)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_its_keras_is_the_one_that_is_installed(said):
    assert said[0] == "True True True True"
    assert said[1] == "True keras.layers"


def test_the_rest_names_what_is_needed_and_what_to_install(said):
    assert [line.split()[0] for line in said[2:5]] == ["TensorFlowNeeded", *["TensorFlowModuleNeeded"] * 2]
    assert all("`tensorflow.lite` needs TensorFlow itself" in line for line in said[2:5])
    assert all("requirements-tensorflow.txt" in line for line in said[2:5])


def test_libraries_that_ask_for_its_tensors_see_none_and_the_report_is_told(said):
    assert said[5].startswith("False") and "`tensorflow.keras` stands for Keras 3" in said[5]


def test_an_error_from_inside_tensorflow_is_told_for_what_it_is(tmp_path, monkeypatch):
    package = tmp_path / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text("def argmax(tensor):\n    raise RuntimeError('no numpy()')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "tensorflow", importlib.import_module("tensorflow"))
    with pytest.raises(RuntimeError) as inside:
        sys.modules["tensorflow"].argmax(1)
    told = tensorflow_shim.explained(inside.value)
    assert type(told).__name__ in tensorflow_shim.ERRORS and "RuntimeError: no numpy()" in str(told)
    own = ValueError("the student's own")
    assert tensorflow_shim.explained(own) is own
