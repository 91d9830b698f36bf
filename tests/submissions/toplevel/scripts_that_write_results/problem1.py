"""Problem 1: MLP on MNIST, activation functions, XOR.

    python problem1.py            # everything with the default settings
"""
import argparse

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

import utils
from utils import DEVICE, MLP, fit

ANALYSIS_B = """
ReLU converges fastest and reaches the lowest training loss, tanh is a close second and sigmoid is the slowest of the three.
A sigmoid unit multiplies the backpropagated signal by at most 0.25 and saturates for large inputs, so the first layer gets
small updates; tanh is zero centred and has slope 1 at the origin, which removes most of this handicap. ReLU passes the
gradient unchanged through active units. As the net has only two hidden layers, all three end at a similar test accuracy
(within about one percentage point).
"""


def part_a(args, loaders):
    utils.set_seed(args.seed)
    model = MLP([784, 128, 64, 10], "relu").to(DEVICE)
    opt = torch.optim.Adam(model.parameters(), lr=args.lr)
    history = fit(model, loaders, opt, args.epochs, name="1A")
    utils.save_json(history, args.out, "1a.json")
    torch.save(model.state_dict(), f"{args.out}/mlp.pt")
    print(f"1A  train accuracy {history['train_acc'][-1]:.4f}  test accuracy {history['test_acc'][-1]:.4f}")
    return history


def part_b(args, loaders):
    histories = {}
    for act in ("relu", "sigmoid", "tanh"):
        utils.set_seed(args.seed)
        model = MLP([784, 128, 64, 10], act).to(DEVICE)
        opt = torch.optim.Adam(model.parameters(), lr=args.lr)
        histories[act] = fit(model, loaders, opt, args.epochs, name=f"1B {act}")
    utils.save_json(histories, args.out, "1b.json")
    utils.plot_curves(histories, "train_loss", "training loss", "Activation functions", args.out, "1b_loss.png")
    return histories


def part_c(args):
    utils.set_seed(args.seed)
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
    t = torch.tensor([0, 1, 1, 0], dtype=torch.float32).unsqueeze(1)
    # same MLP class; the sigmoid of the output neuron is explicit here
    net = nn.Sequential(MLP([2, 4, 1], "tanh"), nn.Sigmoid())
    opt = torch.optim.Adam(net.parameters(), lr=0.05)
    criterion = nn.BCELoss()
    losses = []
    for _ in range(args.xor_steps):
        opt.zero_grad()
        loss = criterion(net(x), t)
        loss.backward()
        opt.step()
        losses.append(loss.item())
    with torch.no_grad():
        p = net(x)
    acc = ((p > 0.5) == (t > 0.5)).float().mean().item()
    print(f"1C  XOR accuracy {acc:.2%}, outputs {[round(v, 3) for v in p.flatten().tolist()]}")

    g = np.linspace(-0.5, 1.5, 300)
    xx, yy = np.meshgrid(g, g)
    with torch.no_grad():
        z = net(torch.from_numpy(np.stack([xx.ravel(), yy.ravel()], 1)).float()).numpy().reshape(xx.shape)
    fig, axes = plt.subplots(1, 2, figsize=(11, 4.5))
    axes[0].plot(losses)
    axes[0].set(xlabel="step", ylabel="BCE", title="XOR training loss")
    im = axes[1].contourf(xx, yy, z, levels=np.linspace(0, 1, 21), cmap="coolwarm")
    axes[1].contour(xx, yy, z, levels=[0.5], colors="k")
    axes[1].scatter(x[:, 0], x[:, 1], c=t[:, 0], cmap="coolwarm", s=120, edgecolors="w")
    axes[1].set(xlabel="$x_1$", ylabel="$x_2$", title=f"XOR decision boundary (accuracy {acc:.0%})")
    fig.colorbar(im, ax=axes[1])
    utils.save_fig(fig, args.out, "1c_xor.png")
    utils.save_json({"loss": losses, "output": p.flatten().tolist(), "accuracy": acc}, args.out, "1c.json")
    return p.flatten().tolist(), acc


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", default="data")
    ap.add_argument("--out", default="results")
    ap.add_argument("--epochs", type=int, default=10)
    ap.add_argument("--batch-size", type=int, default=128)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--xor-steps", type=int, default=2000)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    loaders = utils.mnist_loaders(args.data, args.batch_size)
    utils.save_json(vars(args), args.out, "problem1_args.json")
    a = part_a(args, loaders)
    b = part_b(args, loaders)
    outputs, xor_acc = part_c(args)

    text = "## Problem 1\n\n### A\n\n"
    text += f"Training accuracy **{a['train_acc'][-1]:.2%}**, test accuracy **{a['test_acc'][-1]:.2%}** after {args.epochs} epochs.\n\n"
    text += "### B\n\n![loss](1b_loss.png)\n\n"
    text += utils.md_table(["activation", "final test accuracy"], [[k, f"{h['test_acc'][-1]:.2%}"] for k, h in b.items()])
    text += ANALYSIS_B
    text += "\n### C\n\n![xor](1c_xor.png)\n\n"
    text += utils.md_table(["input", "target", "output"], list(zip(["0 0", "0 1", "1 0", "1 1"], [0, 1, 1, 0], [f"{o:.3f}" for o in outputs])))
    text += f"\nAccuracy on the four cases: **{xor_acc:.0%}**\n"
    utils.write_section(args.out, 1, text)


if __name__ == "__main__":
    main()
