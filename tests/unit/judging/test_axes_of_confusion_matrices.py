"""What the axes of a confusion matrix say of true and predicted classes, in the words of many students."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from traced.confusion import _has_names_of_its_own, _predicted, _true


@pytest.mark.parametrize(
    ("true", "predicted"),
    [
        ("True label", "Predicted label"),
        ("actual", "output"),
        ("vérité", "prédiction"),
        ("Tatsächliche Klasse", "Vorhersage"),
        ("Gerçek", "Tahmin"),
        ("prawdziwa klasa", "przewidziana klasa"),
        ("Истинный класс", "Предсказанный класс"),
        ("真实标签", "预测标签"),
        ("실제", "예측"),
    ],
)
def test_true_and_predicted_classes_are_told_apart(true, predicted):
    assert (_true(true), _predicted(true)) == (True, False)
    assert (_true(predicted), _predicted(predicted)) == (False, True)


def panel(x: str, y: str) -> Any:
    return SimpleNamespace(axes=SimpleNamespace(x_label=x, y_label=y))


def test_two_names_in_a_language_that_is_not_known_are_names():
    assert _has_names_of_its_own(panel("klasa e parashikuar", "klasa e vërtetë"))
    assert not _has_names_of_its_own(panel("class", "class"))
    assert not _has_names_of_its_own(panel("", "klasa e vërtetë"))
