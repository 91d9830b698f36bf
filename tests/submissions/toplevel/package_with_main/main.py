"""Homework 1.  Usage: python main.py [--problem 1 2 3]"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from torch import nn

import data
from config import HomeworkConfig, TrainConfig
from models import ARCHITECTURES, MLP, ConvNet, XorMLP
from plots import Plotter
from trainer import Trainer


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def save_json(obj, cfg, name):
    with open(Path(cfg.results_dir) / f"{name}.json", "w") as f:
        json.dump(obj, f, indent=2)


def print_table(title, header, rows):
    print(f"\n{title}")
    print(" | ".join(f"{h:>18}" for h in header))
    print("-+-".join("-" * 18 for _ in header))
    for row in rows:
        cells = [f"{v:>18.4f}" if isinstance(v, float) else f"{v:>18}" for v in row]
        print(" | ".join(cells))
    print()


# --------------------------------------------------------------------- problem 1
def problem_1a(cfg, device, loaders):
    seed_all(cfg.seed)
    trainer = Trainer(MLP(784, cfg.hidden, 10, "relu"), TrainConfig(epochs=cfg.mlp_epochs), device, "1A")
    trainer.fit(*loaders)
    result = {"train_accuracy": trainer.evaluate(loaders[0])[1], "test_accuracy": trainer.evaluate(loaders[1])[1]}
    print(f"1A: training accuracy {result['train_accuracy']:.4f}, test accuracy {result['test_accuracy']:.4f}")
    save_json(result, cfg, "1a_accuracy")


def problem_1b(cfg, device, loaders, plotter):
    losses, rows = {}, []
    for activation in ("relu", "sigmoid", "tanh"):
        seed_all(cfg.seed)
        trainer = Trainer(MLP(784, cfg.hidden, 10, activation), TrainConfig(epochs=cfg.mlp_epochs), device, activation)
        history = trainer.fit(*loaders)
        losses[activation] = history["train_loss"]
        rows.append((activation, history["val_acc"][-1]))
    plotter.curves(losses, "Training loss", "Activation functions", "1b_activation_loss")
    print_table("1B: activation functions", ("activation", "test accuracy"), rows)
    save_json({"losses": losses, "test_accuracy": dict(rows)}, cfg, "1b_activations")


def problem_1c(cfg, device, plotter):
    seed_all(cfg.seed)
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32, device=device)
    y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32, device=device)
    model = XorMLP(hidden=4).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    criterion = nn.BCELoss()
    for _ in range(3000):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()

    @torch.no_grad()
    def predict(points):
        return model(torch.as_tensor(points, dtype=torch.float32, device=device)).cpu().numpy()

    outputs = predict(x.cpu().numpy()).ravel()
    predicted = (outputs > 0.5).astype(int)
    target = y.cpu().numpy().ravel().astype(int)
    accuracy = float((predicted == target).mean())
    for point, o, p, t in zip(x.tolist(), outputs, predicted, target):
        print(f"1C: {point} -> {o:.4f}  predicted {p}  target {t}")
    print(f"1C: XOR accuracy {accuracy:.2f} ({int(accuracy * 4)}/4), final loss {loss.item():.6f}")
    plotter.decision_boundary(predict, x.cpu().numpy(), target, "1c_xor_boundary")
    save_json({"accuracy": accuracy, "outputs": outputs.tolist()}, cfg, "1c_xor")


# --------------------------------------------------------------------- problem 2
def problem_2a(cfg, device, loaders, plotter):
    configs = {
        "SGD": TrainConfig(epochs=cfg.optimizer_epochs, optimizer="sgd", lr=0.01),
        "SGD+momentum": TrainConfig(epochs=cfg.optimizer_epochs, optimizer="sgd", lr=0.01, momentum=0.9),
        "RMSprop": TrainConfig(epochs=cfg.optimizer_epochs, optimizer="rmsprop", lr=0.001),
        "Adam": TrainConfig(epochs=cfg.optimizer_epochs, optimizer="adam", lr=0.001),
    }
    losses, accs, rows = {}, {}, []
    for name, train_cfg in configs.items():
        seed_all(cfg.seed)
        trainer = Trainer(MLP(784, cfg.hidden, 10, "relu"), train_cfg, device, name)
        history = trainer.fit(*loaders)
        losses[name] = history["train_loss"]
        accs[name] = history["val_acc"]
        rows.append((name, history["val_acc"][-1], trainer.seconds))
    plotter.curves(losses, "Training loss", "Optimizers: training loss", "2a_optimizer_loss")
    plotter.curves(accs, "Test accuracy", "Optimizers: test accuracy", "2a_optimizer_accuracy")
    print_table("2A: optimizers", ("optimizer", "test accuracy", "time (s)"), rows)
    save_json({"losses": losses, "test_accuracy": accs, "table": rows}, cfg, "2a_optimizers")


def problem_2b(cfg, device, loaders, plotter):
    gradients = {}
    for activation in ("sigmoid", "relu"):
        seed_all(cfg.seed)
        train_cfg = TrainConfig(epochs=cfg.gradient_epochs, optimizer="sgd", lr=0.01, momentum=0.9, record_gradients=True)
        trainer = Trainer(MLP(784, [128] * 7, 10, activation), train_cfg, device, f"deep {activation}")
        trainer.fit(*loaders)
        gradients[activation] = np.array(trainer.gradients)
    plotter.gradients(gradients, "2b_gradients")
    rows = [(f"layer {k + 1}", f"{gradients['sigmoid'][:, k].mean():.3e}", f"{gradients['relu'][:, k].mean():.3e}")
            for k in range(gradients["relu"].shape[1])]
    print_table("2B: mean gradient norm during training", ("layer", "sigmoid", "relu"), rows)
    save_json({k: v.tolist() for k, v in gradients.items()}, cfg, "2b_gradients")


def problem_2c(cfg, device, loaders, plotter):
    settings = {
        "no regularization": (0.0, 0.0),
        "L2 (0.001)": (0.001, 0.0),
        "dropout (0.5)": (0.0, 0.5),
    }
    runs, rows = {}, []
    for name, (weight_decay, dropout) in settings.items():
        seed_all(cfg.seed)
        train_cfg = TrainConfig(epochs=cfg.regularization_epochs, weight_decay=weight_decay, eval_train_set=True)
        trainer = Trainer(MLP(784, cfg.hidden, 10, "relu", dropout), train_cfg, device, name)
        history = trainer.fit(*loaders)
        runs[name] = (history["train_acc"], history["val_acc"])
        rows.append((name, history["train_acc"][-1], history["val_acc"][-1], history["train_acc"][-1] - history["val_acc"][-1]))
    plotter.train_test(runs, "2c_regularization")
    print_table("2C: regularization", ("method", "train accuracy", "test accuracy", "gap"), rows)
    save_json(runs, cfg, "2c_regularization")


# --------------------------------------------------------------------- problem 3
def problem_3a(cfg, device, loaders, plotter):
    seed_all(cfg.seed)
    train_cfg = TrainConfig(epochs=cfg.cnn_epochs, early_stopping=False, restore_best=False)
    trainer = Trainer(ConvNet(**ARCHITECTURES["baseline"]), train_cfg, device, "CNN")
    print(trainer.model)
    history = trainer.fit(*loaders)
    plotter.curves({"training": history["train_loss"], "validation": history["val_loss"]}, "Loss", "CNN on CIFAR-10", "3a_loss")
    predictions, labels = trainer.predict(loaders[1])
    confusion = np.zeros((10, 10), dtype=int)
    for true, pred in zip(labels, predictions):
        confusion[true, pred] += 1
    plotter.confusion(confusion, data.CIFAR_CLASSES, "3a_confusion")
    accuracy = float(np.trace(confusion) / confusion.sum())
    print(f"3A: final test accuracy {accuracy:.4f} (best validation loss {trainer.best_loss:.4f})")
    save_json({"history": history, "test_accuracy": accuracy, "confusion": confusion.tolist()}, cfg, "3a_cnn")
    return trainer.model


def problem_3b(cfg, device, loaders):
    rows = []
    for name, kwargs in ARCHITECTURES.items():
        seed_all(cfg.seed)
        trainer = Trainer(ConvNet(**kwargs), TrainConfig(epochs=cfg.architecture_epochs), device, name)
        trainer.fit(*loaders)
        n_params = sum(p.numel() for p in trainer.model.parameters())
        rows.append((name, n_params, trainer.seconds, trainer.evaluate(loaders[1])[1]))
    print("\nArchitectures (filters, kernel size, pooling after the layer):")
    for name, kwargs in ARCHITECTURES.items():
        print(f"  {name}: {kwargs['blocks']}, fc {kwargs['fc']}")
    print_table("3B: architectures", ("architecture", "# parameters", "time (s)", "test accuracy"), rows)
    save_json(rows, cfg, "3b_architectures")


def problem_3c(model, device, loaders, plotter):
    model.eval()
    plotter.filters(model.first_conv.weight.detach().cpu().numpy(), "3c_filters")
    images, labels = next(iter(loaders[1]))
    images, labels = images[:3], labels[:3].tolist()
    with torch.no_grad():
        maps = torch.relu(model.first_conv(images.to(device))).cpu().numpy()
    mean = np.array(data.CIFAR_MEAN).reshape(3, 1, 1)
    std = np.array(data.CIFAR_STD).reshape(3, 1, 1)
    shown = [im.numpy() * std + mean for im in images]
    plotter.activation_maps(shown, maps, [data.CIFAR_CLASSES[k] for k in labels], "3c_activation_maps")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--problem", type=int, nargs="+", default=[1, 2, 3], choices=[1, 2, 3])
    args = parser.parse_args()

    cfg = HomeworkConfig()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    plotter = Plotter(cfg.results_dir)
    print("device:", device)

    if 1 in args.problem or 2 in args.problem:
        loaders = data.mnist(cfg.data_dir, cfg.batch_size)
    if 1 in args.problem:
        problem_1a(cfg, device, loaders)
        problem_1b(cfg, device, loaders, plotter)
        problem_1c(cfg, device, plotter)
    if 2 in args.problem:
        problem_2a(cfg, device, loaders, plotter)
        problem_2b(cfg, device, loaders, plotter)
        problem_2c(cfg, device, loaders, plotter)
    if 3 in args.problem:
        loaders = data.cifar10(cfg.data_dir, cfg.batch_size)
        cnn = problem_3a(cfg, device, loaders, plotter)
        problem_3b(cfg, device, loaders)
        problem_3c(cnn, device, loaders, plotter)


if __name__ == "__main__":
    main()
