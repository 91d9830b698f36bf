"""What Keras notebooks use of TensorFlow beside its Keras, where TensorFlow is not installed: one process, many questions."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("tensorflow") is not None, reason="TensorFlow is installed")

PROGRAM = """
import json, os
os.environ["KERAS_BACKEND"] = "torch"
import keras
from autograder.worker import tensorflow_shim
tensorflow_shim.make_importable()
import numpy as np
import tensorflow as tf
from tensorflow.data import Dataset

told = {}
keras.utils.set_random_seed(3)
first = tf.random.normal((2, 3)).numpy()
tf.random.set_seed(3)
told["seeds"] = bool((tf.random.normal((2, 3)).numpy() == first).all())

x = tf.constant([[1.0, -2.0], [3.0, 4.0]])
told["numbers"] = [
    float(tf.reduce_mean(tf.abs(x))), float(tf.norm(x)), tf.argmax(x, axis=1).numpy().tolist(),
    float(tf.math.reduce_max(x)), tf.cast(x, tf.int32).numpy().tolist(), tf.one_hot([1], 3).numpy().tolist(),
]
told["keywords"] = [
    float(tf.reduce_mean(input_tensor=x)), tf.concat(values=[x, x], axis=1).shape[1], tf.matmul(x, x, transpose_b=True).shape[0],
    tf.reshape(tensor=x, shape=[4]).shape[0], tf.range(start=0, limit=3, delta=1).numpy().tolist(), int(tf.rank(input=x)),
    tf.nn.softmax(logits=x, axis=-1).shape[1], tf.losses is keras.losses,
    repr(tf.config.list_physical_devices("GPU")),
]
weight = keras.Variable([2.0, 3.0])
difference = np.array([5.0, 5.0]) - weight.value  # NumPy's own result would have no gradient
told["arrays"] = [str(difference.dtype), difference.requires_grad, (weight.value * np.ones(2)).requires_grad]
told["saved"] = keras.saving.serialize_keras_object(keras.layers.Dense(3))["class_name"]
told["as arrays"] = [batch.tolist() for batch in Dataset.range(5).batch(2).as_numpy_iterator()]
told["counts"] = tf.math.confusion_matrix([0, 1, 1], [0, 1, 0], num_classes=3).numpy().tolist()

model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)])
with tf.GradientTape(persistent=True) as tape:
    loss = tf.reduce_mean(tf.square(model(x, training=True) - 1.0))
gradients = tape.gradient(loss, model.trainable_variables)
bias = tape.gradient(loss, model.trainable_variables[-1])
with tf.GradientTape() as inputs:
    z = tf.constant([1.0, 2.0])
    inputs.watch(z)
    y = tf.reduce_sum(z ** 2)
same = bool((bias == gradients[-1]).all())
told["gradients"] = [[list(each.shape) for each in gradients], same, inputs.gradient(y, z).numpy().tolist()]
told["read"] = isinstance(loss.numpy().item(), float) and np.asarray(loss).shape == ()
before = model.get_weights()[0].copy()
keras.optimizers.SGD(0.1).apply_gradients(zip(gradients, model.trainable_variables))
told["applied"] = bool((model.get_weights()[0] != before).any())

@tf.function
def halved(value):
    return value / 2
told["function"] = float(halved(tf.constant(4.0)))

images, labels = np.arange(20, dtype="uint8").reshape(10, 2), np.arange(10) % 2
data = Dataset.from_tensor_slices((images, labels)).map(lambda i, l: (tf.cast(i, tf.float32) / 255, l))
data = data.shuffle(100).batch(4).prefetch(tf.data.AUTOTUNE)
told["batches"] = [[list(i.shape), list(l.shape)] for i, l in data]
plain = Dataset.from_tensor_slices(images).batch(5).map(lambda i: i * 2)
told["plain"] = [batch.numpy().tolist() for batch in plain.take(1)]
small = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2, activation="softmax")])
small.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
told["fitted"] = len(small.fit(data, epochs=2, validation_data=data, verbose=0).history["val_accuracy"])

told["nothing"] = [len(tf.config.list_physical_devices("GPU")), bool(tf.config.experimental), str(tf.__version__)[:2]]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_seeds_are_those_of_keras(told):
    assert told["seeds"] is True


def test_numbers_are_those_of_tensorflow(told):
    assert told["numbers"] == [2.5, pytest.approx(30**0.5), [0, 1], 4.0, [[1, -2], [3, 4]], [[0.0, 1.0, 0.0]]]
    assert told["counts"] == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]


def test_functions_take_tensorflows_names_of_their_parameters(told):
    assert told["keywords"] == [1.5, 4, 2, 4, [0, 1, 2], 2, 2, True, "[]"]


def test_gradients_go_through_what_is_computed_with_arrays(told):
    assert told["arrays"] == ["torch.float32", True, True]


def test_a_layer_can_be_saved(told):
    assert told["saved"] == "Dense"


def test_a_tape_gives_gradients_and_an_optimizer_applies_them(told):
    assert told["gradients"] == [[[2, 3], [3], [3, 1], [1]], True, [2.0, 4.0]]
    assert told["applied"] is True


def test_a_loss_that_gradients_depend_on_can_be_read(told):
    assert told["read"] is True


def test_functions_are_run_as_they_are(told):
    assert told["function"] == 2.0


def test_data_sets_over_arrays_are_mapped_batched_and_fitted(told):
    assert told["batches"] == [[[4, 2], [4]], [[4, 2], [4]], [[2, 2], [2]]]
    assert told["plain"] == [[[0, 2], [4, 6], [8, 10], [12, 14], [16, 18]]]
    assert told["fitted"] == 2
    assert told["as arrays"] == [[0, 1], [2, 3], [4]]


def test_devices_and_logs_are_nothing(told):
    assert told["nothing"] == [0, False, "2."]
