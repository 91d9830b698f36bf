"""What a submission is written in is told by what builds its networks."""

from __future__ import annotations

import pytest

KERAS = """
    {imports}
    def build_mlp(layer_sizes, activation="relu"):
        return {model}
"""


@pytest.mark.parametrize(
    ("imports", "model"),
    [
        ("import keras", "keras.Sequential([keras.layers.Dense(size) for size in layer_sizes])"),
        ("from keras import layers, Sequential", "Sequential([layers.Dense(size) for size in layer_sizes])"),
        ("import tensorflow as tf", "tf.keras.models.Sequential([tf.keras.layers.Dense(3)])"),
        ("from tensorflow.keras.layers import Dense", "Dense(3)"),
    ],
)
def test_networks_of_keras_layers_are_keras(submit, imports, model):
    assert submit({"hw.py": KERAS.format(imports=imports, model=model)}).framework == "keras"


def test_data_from_keras_leave_pytorch_what_it_is(submit):
    text = """
        from keras.datasets import mnist
        from torch import nn
        def build_mlp(layer_sizes, activation="relu"):
            return nn.Sequential(nn.Linear(*layer_sizes))
    """
    assert submit({"hw.py": text}).framework == "pytorch"


def test_a_gradient_switched_off_by_torch_leaves_keras_what_it_is(submit):
    text = """
        import keras, torch
        def build_mlp(layer_sizes, activation="relu"):
            return keras.Sequential([keras.layers.Dense(10)])
        def evaluate(model, loader):
            with torch.no_grad():
                return model(loader)
    """
    assert submit({"hw.py": text}).framework == "keras"


def test_the_files_that_functions_are_found_in_decide(submit):
    keras = KERAS.format(
        imports="import keras", model="keras.Sequential([keras.layers.Dense(1)] + [keras.layers.ReLU()])"
    )
    torch = "import torch\ndef build_mlp(layer_sizes, activation='relu'):\n    return torch.nn.Linear(1, 1)\n"
    assert submit({"a/hw.py": keras, "hw.py": torch}).framework == "pytorch"


def test_nothing_told_is_pytorch(submit):
    assert submit({"hw.py": "def build_mlp(layer_sizes, activation='relu'): return None"}).framework == "pytorch"
