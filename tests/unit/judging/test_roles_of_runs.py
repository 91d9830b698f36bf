"""What a student's own words name."""

from __future__ import annotations

import pytest

from autograder.trace.observed import Observed
from autograder.trace.records import Trace
from traced.named import activation_in, configuration_in, optimizer_in
from traced.roles import stops_early


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SGD", "SGD"),
        ("SGD (0.9)", "SGD+Momentum"),
        ("SGD, lr 0.01, 0.9", "SGD+Momentum"),
        ("sgd+mom", "SGD+Momentum"),
        ("SGD  0.2600  0.9", "SGD"),
        ("RMSprop  final test accuracy 0.8900  training time 0.9 s", "RMSprop"),
        ("Adam  0.9", "Adam"),
        ("SGD 0.9 s", "SGD"),
        ("SGD and Adam", ""),
        ("СГС с импульсом", "SGD+Momentum"),
        ("SGD mit Impuls", "SGD+Momentum"),
        ("стохастический градиентный спуск", "SGD"),
    ],
)
def test_an_optimizer_is_named_by_its_words_and_not_by_a_time(text, named):
    assert optimizer_in(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("сигмоида", "sigmoid"),
        ("гиперб. тангенс", "tanh"),
        ("tangente hiperbólica", "tanh"),
        ("fonction sigmoïde", "sigmoid"),
        ("ReLU против сигмоиды", ""),
    ],
)
def test_activations_are_known_in_other_languages(text, named):
    assert activation_in(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("без регуляризации", "no regularization"),
        ("базовая модель", "no regularization"),
        ("дропаут 0.5", "dropout"),
        ("sans dropout", "no regularization"),
        ("using L2", "L2"),
        ("затухание весов", "L2"),
    ],
)
def test_configurations_are_known_in_other_languages(text, named):
    assert configuration_in(text) == named


@pytest.mark.parametrize(
    ("code", "early"),
    [
        ("if bad_epochs >= patience:\n    break", True),
        ("if self.counter > self.patience: return True", True),
        ("callbacks=[EarlyStopping(patience=3)]", True),
        ("scheduler = ReduceLROnPlateau(optimizer, patience=3)", False),
        ("for epoch in range(20): train()", False),
    ],
)
def test_a_schedules_patience_ends_no_training(code, early):
    assert stops_early(Observed(Trace(), code=(code,))) is early
