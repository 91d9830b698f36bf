"""English is read; other languages are named and left to a person."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import foreign_language, questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sigmoid reached the highest accuracy.", ""),
        ("Sigmoid erreichte die höchste Genauigkeit.", "German"),
        ("Adam fue el más rápido y SGD el más lento.", "Spanish"),
        ("Adam est le plus rapide, SGD le plus lent.", "French"),
        ("ReLU показала лучшую точность на тестовых данных.", "Russian"),
        ("ReLU ең жоғары дәлдікке жетті, ал sigmoid ең төмен.", "Kazakh"),
        ("ReLU 的准确率最高，sigmoid 最低。", "Chinese"),
        ("ReLU: 97.8 %", ""),
        ("sigmoid best", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_told(text, language):
    assert foreign_language([text]) == language


def test_nothing_is_asked_about_an_answer_in_another_language():
    standing = Standing("accuracy", {"Adam": 0.97, "SGD": 0.93}, "cell 1")
    german = [
        "SGD erreichte die höchste Genauigkeit.",
        "SGD outperformed Adam, wie man sieht, und war dabei am schnellsten.",
    ]
    assert list(questions(german, [standing], Naming({}))) == []
