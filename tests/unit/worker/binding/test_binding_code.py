"""Whole submissions answer by their standard names, and functions can be put in the place of others."""

from __future__ import annotations

import pytest
import torch

from autograder.worker.binding import MissingFunction

# In the manner of the assignment's printed answers: globals everywhere, and names used again for Problem 3.
PRINTED_NOTEBOOK = [
    """
    %matplotlib inline
    !pip install torch torchvision
    import torch
    import torch.nn as nn
    import torch.optim as optim
    import matplotlib.pyplot as plt
    from torch.utils.data import DataLoader, TensorDataset
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    print("Using", device)
    """,
    """
    class Forbidden:
        def __init__(self, name):
            raise AssertionError(f"{name} must not be made")
    train_set = TensorDataset(torch.rand(8, 784), torch.zeros(8, dtype=torch.long))
    train_loader = DataLoader(train_set, batch_size=4)
    test_loader = Forbidden("the MNIST test set")
    """,
    """
    class MLP(nn.Module):
        def __init__(self, layer_sizes, activation="relu"):
            super().__init__()
            layers = []
            for i in range(len(layer_sizes) - 1):
                layers.append(nn.Linear(layer_sizes[i], layer_sizes[i + 1]))
                if i < len(layer_sizes) - 2:
                    layers.append({"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[activation]())
            self.net = nn.Sequential(*layers)

        def forward(self, x):
            return self.net(x)
    """,
    """
    def train_epoch(model, loader, optimizer, loss_fn):
        raise AssertionError("this is the first version")

    def test(model, loader):
        model.eval()
        correct = 0
        total = 0
        with torch.no_grad():
            for x, y in loader:
                x, y = x.to(device), y.to(device)
                correct += (model(x).argmax(dim=1) == y).sum().item()
                total += y.size(0)
        return correct / total
    """,
    """
    %%time
    model = MLP([784, 128, 64, 10], "relu").to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_fn = nn.CrossEntropyLoss()
    losses = []
    for epoch in range(10):
        loss = train_epoch(model, train_loader, optimizer, loss_fn)
        acc = test(model, test_loader)
        losses.append(loss)
        print(f"Epoch {epoch+1}: loss={loss:.4f}, test_acc={acc:.4f}")
    """,
    """
    results = {}
    for act in ["relu", "sigmoid", "tanh"]:
        model = MLP([784, 128, 64, 10], act).to(device)
        results[act] = [train_epoch(model, train_loader, optimizer, loss_fn) for _ in range(10)]
    plt.plot(losses)
    plt.show()
    """,
    """
    X = torch.tensor([[0.,0.],[0.,1.],[1.,0.],[1.,1.]]).to(device)
    xor_model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid()).to(device)
    for _ in range(2000):
        optimizer.zero_grad()
        loss_fn(xor_model(X), X).backward()
        optimizer.step()
    """,
    """
    def get_gradients(activation):
        model = MLP([784, 32, 10], activation).to(device)
        x, y = next(iter(train_loader))
        loss_fn(model(x.to(device)), y.to(device)).backward()
        return [p.grad.abs().mean().item() for p in model.parameters() if p.grad is not None]

    sigmoid_grads = get_gradients("sigmoid")
    """,
    """
    class SimpleCNN(nn.Module):
        def __init__(self)
            super().__init__()
    """,
    """
    def train_epoch(model, loader, optimizer, loss_fn):
        model.train()
        total_loss = 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            total_loss += loss.item()
        return total_loss / len(loader)

    model = Forbidden("the network of Problem 3").to(device)
    acc = test(model, test_loader)
    """,
]


def test_a_notebook_in_the_printed_style_is_loaded_without_training(submit):
    code = submit({"hw1.ipynb": PRINTED_NOTEBOOK})
    model = code.build_mlp([784, 16, 10], "tanh")
    batches = [(torch.rand(4, 784), torch.tensor([1, 2, 3, 4]))] * 2
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    first = code.train_epoch(model, batches, optimizer, torch.nn.CrossEntropyLoss())
    second = code.train_epoch(model, batches, optimizer, torch.nn.CrossEntropyLoss())
    assert second < first
    assert 0 <= code.evaluate(model, batches) <= 1
    (get_gradients,) = code.definitions("get_gradients")
    assert len(code.obtain(get_gradients)("sigmoid")) == 4
    with pytest.raises(MissingFunction, match="can't be called for it: nothing is known to give for `activation`"):
        _ = code.gradient_magnitudes
    with pytest.raises(
        MissingFunction, match=r"`SimpleCNN` is in code that can't be read, hw1\.ipynb cell 9: .*line 2"
    ):
        _ = code.build_cnn
    assert code.notes() == ()
    assert [statement.place.cell for statement in code.ran() if statement.text.startswith(("for", "model"))] == []


def test_a_script_is_loaded_without_its_main_part(submit):
    code = submit(
        {
            "main.py": """
                import argparse
                import torch

                def parse():
                    parser = argparse.ArgumentParser()
                    parser.add_argument("--epochs", type=int, required=True)
                    return parser.parse_args()

                def evaluate(model, loader):
                    return torch.tensor(1.0).item()

                def main():
                    args = parse()
                    raise AssertionError("the main part must not run")

                if __name__ == "__main__":
                    main()
            """
        }
    )
    assert code.evaluate(None, None) == 1.0


def test_a_standard_function_can_be_replaced_for_all_of_the_students_code(submit):
    code = submit(
        {
            "main.py": """
                import training
                from training import train_epoch as run

                def compare_activations(train_loader, test_loader, epochs=10):
                    return run("by name"), training.train_epoch("by module"), training.twice("by another")
            """,
            "training.py": """
                def train_epoch(how):
                    raise AssertionError(how)

                def twice(how):
                    return train_epoch(how)
            """,
        }
    )
    original = code.replace("train_epoch", lambda how: f"replaced {how}")
    expected = ("replaced by name", "replaced by module", "replaced by another")
    assert code.compare_activations(None, None) == expected
    assert code.train_epoch("now") == "replaced now"
    assert code.replace("train_epoch", original)("again") == "replaced again"
    with pytest.raises(AssertionError):
        code.train_epoch("")


def test_a_replacement_lasts_when_more_of_the_source_is_run(submit):
    code = submit(
        {
            "hw1.ipynb": [
                "def evaluate():\n    return 'first'",
                "first_result = evaluate()",
                "def evaluate():\n    return 'second'",
                "def compare_activations():\n    return first_result, evaluate()",
            ]
        }
    )
    code.replace("evaluate", lambda: "replaced")
    assert code.compare_activations() == ("first", "replaced")


def test_a_stub_is_replaced_for_the_code_that_calls_it(submit):
    stub = "def train_epoch():\n    raise NotImplementedError"
    code = submit({"hw1.ipynb": [stub, "def compare_activations():\n    return train_epoch()"], "problem1.py": stub})
    code.replace("train_epoch", lambda: "replaced")
    assert code.compare_activations() == "replaced"


def test_a_missing_function_cannot_be_replaced(submit):
    with pytest.raises(MissingFunction):
        submit({"hw1.py": "x = 1\n"}).replace("train_epoch", print)


def test_whether_a_function_is_there_is_told_without_running_anything(submit):
    code = submit({"hw1.py": "def evaluate():\n    return 1\n"})
    assert ("evaluate" in code, "build_cnn" in code, "unheard_of" in code) == (True, False, False)
    assert code.ran() == ()


def test_a_name_that_the_rubric_does_not_have_is_no_function(submit):
    assert not hasattr(submit({"hw1.py": "x = 1\n"}), "x")
