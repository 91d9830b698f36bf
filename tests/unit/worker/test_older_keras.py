"""Code that was written for Keras 2 finds what it imports."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

BEFORE = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras
from autograder.worker import older_keras, tensorflow_shim
older_keras.fill_in()
tensorflow_shim.make_importable()
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What one process prints, line by line: importing Keras takes seconds."""
    code = """
        from keras.utils import np_utils
        from keras.utils.np_utils import to_categorical
        from keras.layers.core import Dense, Dropout
        from keras.layers.convolutional import Conv2D
        from tensorflow.keras.layers.experimental.preprocessing import Rescaling
        from tensorflow.keras.preprocessing.image import ImageDataGenerator
        import numpy as np
        print(np_utils.to_categorical([1], 3).tolist(), Conv2D is keras.layers.Conv2D)
        batches = ImageDataGenerator(horizontal_flip=True, rescale=1 / 255)
        batches = batches.flow(np.ones((6, 8, 8, 3)), np.arange(6), batch_size=4)
        print(next(batches)[0].shape, len(batches))
        print(round(float(keras.optimizers.Adam(lr=0.02).learning_rate), 5))
        decayed = keras.optimizers.SGD(lr=0.1, decay=0.5, momentum=0.9)
        print([round(float(decayed._learning_rate(step)), 4) for step in (0, 2)])
        for kind, settings in ((keras.optimizers.Adam, ()), (keras.optimizers.SGD, (0.3,))):
            print(round(float(kind(*settings, decay=0.5)._learning_rate(2)), 5))
        print(isinstance(keras.optimizers.legacy.Adam(0.1), keras.optimizers.Adam))
    """
    done = subprocess.run([sys.executable, "-c", BEFORE + dedent(code)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_modules_that_are_no_more_hold_what_they_held(said: list[str]) -> None:
    assert said[0] == "[[0.0, 1.0, 0.0]] True"


def test_pictures_are_augmented_by_its_generator(said: list[str]) -> None:
    assert said[1] == "(4, 8, 8, 3) 2"


def test_optimizers_take_a_rate_by_its_older_name_and_let_it_decay(said: list[str]) -> None:
    assert said[2:] == ["0.02", "[0.1, 0.05]", "0.0005", "0.15", "True"]
