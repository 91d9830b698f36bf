"""What Keras does is told as if PyTorch had done it. In a process of its own, as it changes both libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import json, sys, pathlib
import numpy as np, torch
from autograder.worker.tracing import keras_training, timelapse
from autograder.worker.tracing.hooks import watch
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.pretrained import Pretrained
from autograder.worker.tracing.recorder import Recorder

told = []
recorder = Recorder(told.append, Places(pathlib.Path("."), "hw1.py"), None, Pretrained())
timelapse.cut_loaders()
watch(recorder)
keras_training.watch(recorder)
import keras

x, y = np.random.rand(3000, 12).astype("float32"), np.random.randint(0, 10, 3000)
model = keras.Sequential([
    keras.layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
    keras.layers.Dropout(0.5, name="drop"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, batch_size=64, epochs=2, validation_split=0.1, verbose=0).history
model.evaluate(x[:500], y[:500], verbose=0)
print(model.predict(x, verbose=0).shape)
recorder.finish()
latest = {(each["what"], each.get("id")): each for each in told if each["what"] in ("run", "pass", "network", "data")}
sys.stdout.write(json.dumps([history, list(latest.values())], default=str))
"""


@pytest.fixture(scope="module")
def told() -> tuple[dict[str, list[float]], list[dict[str, Any]]]:
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    shape, _, rest = done.stdout.partition("\n")
    assert shape == "(3000, 10)"  # an answer for each
    history, records = json.loads(rest)
    return history, records


def test_a_run_has_keras_settings_and_its_regularizer(told: Any) -> None:
    (run,) = [each for each in told[1] if each["what"] == "run"]
    assert (run["optimizer"], run["steps"], run["steps_in_training_mode"]) == ("SGD", 8, 8)
    settings = run["settings"]
    assert (settings["library"], settings["lr"], settings["momentum"], settings["l2"]) == ("keras", 0.1, 0.9, 0.01)
    (part,) = run["kept"][0]["parts"]
    assert (part["loss"]["name"], part["loss"]["itself"]) == ("sparse_categorical_crossentropy", True)
    ((name, factors),) = part["loss"]["penalties"].items()
    assert name.endswith("dense/kernel")
    assert factors == [0.0, 0.01]


def test_passes_have_the_numbers_of_the_history(told: Any) -> None:
    history, records = told
    data = {each["id"]: each for each in records if each["what"] == "data"}
    passes = [each for each in records if each["what"] == "pass" and each["data"] is not None]
    training = [each for each in passes if each["steps"]]
    validation = [each for each in passes if not each["steps"] and data[each["data"]]["whole"] == 300]
    for name, those in (("", training), ("val_", validation)):
        assert len(those) == 2
        for epoch, each in enumerate(those):
            assert each["correct"] / each["samples"] == pytest.approx(history[f"{name}accuracy"][epoch])
            assert each["loss_weighted"] / each["samples"] == pytest.approx(history[f"{name}loss"][epoch], rel=1e-4)
    assert [each["samples"] for each in training] == [256, 256]
    assert (data[training[0]["data"]]["shuffled"], data[validation[0]["data"]]["shuffled"]) == (True, False)


def test_a_network_is_told_with_its_operators_and_without_keras_seeds(told: Any) -> None:
    (network,) = [each for each in told[1] if each["what"] == "network"]
    assert network["parameters"] == 12 * 8 + 8 + 8 * 10 + 10
    operators = [node[2].split(".")[1] for node in network["graph"] if node[0] == "op"]
    assert [name for name in operators if name not in ("to", "add")] == [
        "matmul",
        "relu",
        "dropout",
        "matmul",
        "softmax",
    ]


QUIET = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras, numpy as np
from autograder.worker.tracing import keras_training

keras_training.quieten()
class Own(keras.callbacks.TensorBoard):
    def __init__(self):
        super().__init__(log_dir="logs", histogram_freq=1)

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
keras.utils.plot_model(model, to_file="model.png", show_shapes=True)
model.compile("sgd", "mse")
model.fit(np.ones((8, 3)), np.ones((8, 1)), verbose=0, callbacks=[keras.callbacks.TensorBoard("logs"), Own()])
print("trained")
"""


def test_drawings_of_networks_and_boards_that_may_not_be_there_do_nothing():
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["trained"], done.stderr


WHOLE_NUMBERS = """
import json, sys
import numpy as np, torch
from autograder.worker.tracing.exporting import exported
import keras

model = keras.Sequential([keras.layers.Dense(2, input_dim=2, activation="relu"), keras.layers.Dense(1)])
graph, any_batch, why = exported(model, torch.tensor([[0, 1], [1, 0], [1, 1]]))
sys.stdout.write(json.dumps(graph))
"""


def test_a_network_that_was_given_whole_numbers_is_the_same_for_others() -> None:
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_NUMBERS], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    graph = json.loads(done.stdout)
    assert any(node[0] == "op" and node[2].startswith("aten.matmul") for node in graph)
    assert "int64" not in done.stdout


STOPPING = """
import sys
import numpy as np
from autograder.worker.tracing import keras_training
import keras
keras_training.put_off_early_stopping()

x, y = np.random.rand(60, 4).astype("float32"), np.random.randint(0, 2, 60)
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.SGD(0.0), loss="binary_crossentropy")
for epochs in (20, 80):
    stopping = keras.callbacks.EarlyStopping(monitor="loss", patience=2, restore_best_weights=True)
    history = model.fit(x, y, epochs=epochs, verbose=0, callbacks=[stopping]).history
    sys.stdout.write(f"{len(history['loss'])} ")
"""


def test_early_stopping_ends_no_training_of_a_few_epochs() -> None:
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", STOPPING], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    assert done.stdout == "20 50 "


NORMALISED = """
import json, sys
import numpy as np, torch
from autograder.trace.graphs import compute
from autograder.worker.tracing.exporting import exported
import keras

model = keras.Sequential([keras.layers.Dense(3, input_dim=4), keras.layers.BatchNormalization(momentum=0.5)])
x = torch.rand(8, 4)
graph, any_batch, why = exported(model, x)
named = {name: value.detach().clone() for name, value in model.named_parameters()}
learned = [name for name in named if "moving" not in name]
for name in learned:
    named[name].requires_grad_(True)
moved = []
for _ in range(2):  # two steps: what was kept in the first must not hinder the second
    compute(graph, named, x).sum().backward()
    moved.append(next(value for name, value in named.items() if "moving_mean" in name).clone())
due = model(x, training=True)
sys.stdout.write(json.dumps([
    bool(torch.allclose(compute(graph, named, x), due, atol=1e-5)),
    bool((moved[0] != 0).any()),
    bool((moved[1] != moved[0]).any()),
]))
"""


def test_what_keras_normalisation_keeps_moves_with_each_pass() -> None:
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", NORMALISED], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    assert json.loads(done.stdout) == [True, True, True]


LARGE = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import numpy as np
from autograder.worker.tracing import keras_training, timelapse

timelapse.cut_loaders()
keras_training.shorten_large_networks()
import keras

class Counting(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        sizes.append(self.params["steps"])

def fit(*first, **options):
    sizes.clear()
    model = keras.Sequential([keras.Input((32, 32, 3)), *first, keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=1, verbose=0, validation_split=0.1, callbacks=[Counting()], **options)
    return len(sizes), seen[-1]

sizes, seen = [], []
call = keras.layers.Flatten.call
def flatten(self, inputs):
    seen.append(inputs.shape[0])
    return call(self, inputs)
keras.layers.Flatten.call = flatten
x, y = np.random.rand(500, 32, 32, 3).astype("float32"), np.random.randint(0, 10, 500)
print(fit(keras.layers.Resizing(40, 40), batch_size=64), fit(keras.layers.Resizing(40, 40)), fit(batch_size=64)[0] > 1)
"""


def test_a_network_that_enlarges_its_pictures_trains_on_one_small_batch() -> None:
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", LARGE], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    assert done.stdout.strip() == "(1, 16) (1, 16) True"
