"""Pictures that Keras's code enlarges for a published network are enlarged less. In a process of its own, as it changes Keras."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json
from autograder.worker.tracing.enlarging_in_keras import enlarge_less_in_keras
enlarge_less_in_keras()
import keras
from keras import layers

def published(kind, side, **options):
    return getattr(keras.applications, kind)(input_shape=(side, side, 3), include_top=False, weights=None, **options)

pictures = keras.Input((32, 32, 3))
resized = layers.Resizing(160, 160)
repeated, head = layers.UpSampling2D((7, 7)), layers.Dense(10)
network = keras.Sequential([pictures, repeated, published("MobileNetV2", 224, pooling="avg"), head])
print(json.dumps({
    "what a layer resizes": published("MobileNetV2", 160)(resized(pictures)).shape[1:3],
    "what a layer repeats": network.layers[0].output.shape[1:3],
    "an answer": network.output_shape[1:],
    "Xception's": published("Xception", 150).input_shape[1:3],
    "inputs of a network": keras.Input(shape=(224, 224, 3)).shape[1:3],
    "inputs in the other layout": keras.Input(batch_shape=(128, 3, 224, 224)).shape,
    "a first layer's": keras.Sequential([layers.Conv2D(4, 3, input_shape=(224, 224, 3))]).input_shape[1:3],
    "what a function resizes": tuple(keras.ops.image.resize(keras.ops.zeros((2, 32, 32, 3)), (224, 224)).shape)[1:3],
    "a saved layer's": layers.Resizing.from_config(resized.get_config()).height,
    "small pictures": pictures.shape[1:],
    "many numbers": keras.Input((784,)).shape[1:],
    "a batch of small ones": keras.Input(batch_shape=(128, 32, 32, 3)).shape,
    "repeated twice": layers.UpSampling2D()(pictures).shape[1:3],
}))
"""


@pytest.fixture(scope="module")
def shapes() -> dict[str, list[int]]:
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "what",
    [
        "what a layer resizes",
        "what a layer repeats",
        "Xception's",
        "inputs of a network",
        "inputs in the other layout",
        "a first layer's",
        "what a function resizes",
    ],
)
def test_pictures_are_96_pixels_across_at_most(shapes, what):
    expected = {"what a layer resizes": [3, 3], "inputs in the other layout": [128, 3, 96, 96]}  # five times halved
    assert shapes[what] == expected.get(what, [96, 96])


def test_a_network_answers_as_before(shapes):
    assert shapes["an answer"] == [10]


def test_a_layer_is_saved_with_the_size_that_it_has(shapes):
    assert shapes["a saved layer's"] == 96


def test_other_sizes_stay(shapes):
    assert shapes["small pictures"] == [32, 32, 3]
    assert shapes["many numbers"] == [784]
    assert shapes["a batch of small ones"] == [128, 32, 32, 3]
    assert shapes["repeated twice"] == [64, 64]
