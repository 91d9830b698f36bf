"""Final accuracies that are printed one by one, with an epoch's lines between them."""

from __future__ import annotations

import pytest

from autograder.judging.verdicts import verdicts
from tests.integration.small_runs import MNIST, RUBRIC, judged

THREE = """
for name, activation in {"ReLU": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}.items():
    print("-----", name, "-----")
    net = mlp(activation)
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(6):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            opt.step()
        print("Epoch", epoch + 1, "is over, the loss of the last batch is", loss.item())
        print(f"    and the accuracy on the test data is {accuracy(net):.5f}")
        print("-" * 40)
"""
EACH = "    print(f'Done: the {word}accuracy is {accuracy(net):.5f}')\n"


@pytest.mark.parametrize("word", ["", "final test "])
def test_accuracies_that_are_printed_after_each_training_lack_only_their_table(ran, word):
    verdict = judged(ran(MNIST + THREE + EACH.replace("{word}", word)), "1B.comparison")
    assert verdict.credit == pytest.approx(0.75)
    assert "stand side by side" in verdict.message


@pytest.mark.parametrize(
    "line",
    [
        "print({name: 100 * value for name, value in final.items()})",
        "print(', '.join(f'{name} {value:.2%}' for name, value in final.items()))",
        "print(final)",
    ],
)
def test_names_and_accuracies_in_one_line_stand_side_by_side(ran, line):
    kept = (
        THREE.replace("for name,", "final = {}\nfor name,", 1)
        + "    final[name] = accuracy(net)\n"
        + EACH.replace("{word}", "")
    )
    assert judged(ran(f"{MNIST}{kept}{line}\n"), "1B.comparison").credit == 1


def test_what_is_printed_for_each_epoch_is_no_final_accuracy(ran):
    assert not verdicts(RUBRIC, ran(MNIST + THREE), "quick", ["1B.comparison"])
