"""Curves drawn with plotly, and trainings by skorch on tensors that einops has shaped, are judged as if made by hand."""

from __future__ import annotations

from autograder.results import Status
from tests.integration.small_runs import FIT, MNIST, judged, only

CURVES = """
import plotly.graph_objects as go
losses = {"ReLU": fit(mlp(nn.ReLU), 4), "Sigmoid": fit(mlp(nn.Sigmoid), 4), "Tanh": fit(mlp(nn.Tanh), 4)}
fig = go.Figure()
for name, values in losses.items():
    fig.add_trace(go.Scatter(x=list(range(1, 5)), y=values, name=name))
fig.update_layout(title="Training loss", xaxis_title="epoch", yaxis_title="loss")
fig.show()
"""

BY_SKORCH = """
import numpy as np
from einops import rearrange
from skorch import NeuralNetClassifier
inputs = rearrange(train.data.numpy().astype("float32") / 255, "n h w -> n (h w)")
labels = train.targets.numpy()
net = NeuralNetClassifier(mlp(), criterion=nn.CrossEntropyLoss, optimizer=torch.optim.Adam, lr=0.001, max_epochs=3,
                          batch_size=64, iterator_train__shuffle=True, train_split=None)
net.fit(inputs, labels)
held_out = rearrange(test.data.numpy().astype("float32") / 255, "n h w -> n (h w)")
print(f"train accuracy {np.mean(net.predict(inputs) == labels):.4f}")
print(f"test accuracy {np.mean(net.predict(held_out) == test.targets.numpy()):.4f}")
"""


def test_curves_drawn_with_plotly_are_found_by_their_values(ran):
    assert judged(ran(MNIST + FIT + CURVES), "1B.plot").status is Status.PASSED


def test_curves_of_plotly_under_exchanged_names_are_told(ran):
    exchanged = CURVES.replace(
        "in losses.items():\n    fig", "in zip(['Tanh', 'ReLU', 'Sigmoid'], losses.values()):\n    fig"
    )
    found = judged(ran(MNIST + FIT + exchanged), "1B.plot")
    assert "labels the wrong lines" in found.message
    assert found.status is Status.PARTIAL


def test_a_training_by_skorch_is_a_training(ran):
    observed = ran(MNIST + BY_SKORCH)
    assert only(observed).epochs == 3
    assert judged(observed, "1A.training-step").status is Status.PASSED
    assert judged(observed, "1A.evaluation").status is Status.PASSED
