"""A subclassed Keras model that is built by calling it on zeros is a network like any other."""

from __future__ import annotations

import pytest

from autograder.results import Status
from tests.integration.small_runs import judged, only

KERAS = """
import keras
from keras import layers
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train.reshape(-1, 784) / 255.0, x_test.reshape(-1, 784) / 255.0

class MLP(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.others = layers.Dense(128, activation="relu"), [layers.Dense(64, activation="relu")]
        self.out = layers.Dense(10, activation="softmax")
    def call(self, x):
        x = self.first(x)
        for layer in self.others:
            x = layer(x)
        return self.out(x)

model = MLP()
BUILD
model.compile(optimizer=keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=3, batch_size=64, verbose=0)
print("test accuracy", model.evaluate(x_test, y_test, verbose=0)[1])
"""


@pytest.mark.parametrize("build", ["model(keras.ops.zeros((1, 784)))", "model.build((None, 784))", ""])
def test_its_training_is_recorded_and_repeated(ran, build):
    observed = ran(KERAS.replace("BUILD", build))
    assert [each.dropped for each in observed.sources] == [0]
    assert only(observed).epochs == 3
    assert judged(observed, "1A.training-step").status is Status.PASSED
