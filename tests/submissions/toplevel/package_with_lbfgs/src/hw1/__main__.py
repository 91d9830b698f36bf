from __future__ import annotations
import argparse, json
from functools import partial
from pathlib import Path
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from .data import loaders
from .engine import DEVICE, Recipe, evaluate, fit
from .metrics import Accuracy, ConfusionMatrix
from .models import MLP, ConvNet, ConvSpec, n_params

RES = Path("results")
WIDTHS = [784, 128, 64, 10]
BASE = ConvSpec(((32, 3, 1), (64, 3, 1)))
summary: dict = {}


def save(fig, name): fig.tight_layout(); fig.savefig(RES / f"{name}.png", dpi=120); plt.close(fig)


def p1():
    train, val, test = loaders("mnist", 64)
    torch.manual_seed(0)
    r = fit(MLP(WIDTHS), Recipe(10), train, val, test)
    summary["1A"] = {"train_acc": r.log.last("acc/train"), "test_acc": r.log.last("acc/test")}
    print("1A", summary["1A"])

    fig, ax = plt.subplots(); summary["1B"] = {}
    for act in ("relu", "sigmoid", "tanh"):
        torch.manual_seed(0)
        r = fit(MLP(WIDTHS, act), Recipe(10), train, val, test)
        ax.plot(r.log.steps("loss/train"), r.log.values("loss/train"), label=act)
        summary["1B"][act] = r.log.last("acc/test")
    ax.set(xlabel="epoch", ylabel="training loss"); ax.legend(); save(fig, "1b")
    print("1B", *(f"{k}: {v:.4f}" for k, v in summary["1B"].items()), sep="\n  ")
    xor()


def xor(max_restarts: int = 5):
    X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]); t = torch.tensor([0., 1., 1., 0.])
    for seed in range(max_restarts):
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
        opt = torch.optim.LBFGS(net.parameters(), max_iter=200)
        def closure():
            opt.zero_grad()
            l = nn.functional.binary_cross_entropy_with_logits(net(X).squeeze(1), t)     # sigmoid is in the loss
            l.backward(); return l
        for _ in range(5): opt.step(closure)
        with torch.no_grad(): ok = int(((net(X).squeeze(1).sigmoid() > 0.5).float() == t).sum())
        if ok == 4: break
    summary["1C"] = {"correct": ok, "of": 4, "restarts": seed}
    print("1C", summary["1C"])
    g = torch.linspace(-.5, 1.5, 200); gx, gy = torch.meshgrid(g, g, indexing="xy")
    with torch.no_grad(): p = net(torch.stack([gx, gy], -1)).squeeze(-1).sigmoid()
    fig, ax = plt.subplots(); im = ax.imshow(p, extent=(-.5, 1.5, -.5, 1.5), origin="lower", cmap="RdBu_r", vmin=0, vmax=1); fig.colorbar(im)
    ax.contour(gx, gy, p, [0.5], colors="k"); ax.scatter(*X.T, c=t, cmap="RdBu_r", edgecolors="k", s=90); save(fig, "1c")


def record_gradients(model: MLP, step: int, log):
    """both dL/dW of every layer and dL/dh of every hidden activation (retain_grad)"""
    for i, fc in enumerate(model.fcs, 1): log.add_scalar(f"gw/{i}", fc.weight.grad.norm(), step)
    for i, h in enumerate(model.hidden, 1): log.add_scalar(f"gh/{i}", h.grad.norm(dim=1).mean(), step)


def p2():
    train, val, test = loaders("mnist", 64)
    O = torch.optim
    makers = {"SGD": partial(O.SGD, lr=.01), "SGD+momentum": partial(O.SGD, lr=.01, momentum=.9), "RMSprop": partial(O.RMSprop, lr=1e-3), "Adam": partial(O.Adam, lr=1e-3)}
    fig, (a, b) = plt.subplots(1, 2, figsize=(12, 4)); summary["2A"] = {}
    for name, mk in makers.items():
        torch.manual_seed(0)
        r = fit(MLP(WIDTHS), Recipe(20, optimizer=mk), train, val, test)
        a.plot(r.log.steps("loss/train"), r.log.values("loss/train"), label=name)
        b.plot(r.log.steps("acc/test"), r.log.values("acc/test"), label=name)
        summary["2A"][name] = {"test_acc": r.log.last("acc/test"), "seconds": r.seconds}
        print("2A", name, summary["2A"][name])
    a.set_title("training loss"); b.set_title("test accuracy"); a.legend(); b.legend(); save(fig, "2a")

    fig, ax = plt.subplots(2, 2, figsize=(13, 9)); summary["2B"] = {}
    depth = 8
    for col, act in enumerate(("sigmoid", "relu")):
        torch.manual_seed(0)
        deep = MLP([784] + [128] * depth + [10], act); deep.keep = True
        r = fit(deep, Recipe(3, optimizer=partial(O.Adam, lr=1e-3), amp=False, on_step=record_gradients), train, val, test)
        gw = [np.mean(r.log.values(f"gw/{i}")) for i in range(1, depth + 2)]
        gh = [np.mean(r.log.values(f"gh/{i}")) for i in range(1, depth + 1)]
        ax[0, 0].semilogy(range(1, depth + 2), gw, "o-", label=act); ax[0, 1].semilogy(range(1, depth + 1), gh, "s--", label=act)
        for i in range(1, depth + 2): ax[1, col].semilogy(r.log.steps(f"gw/{i}"), r.log.values(f"gw/{i}"), lw=.7, label=f"layer {i}")
        ax[1, col].set(title=f"{act}: ||dL/dW|| during training", xlabel="step"); ax[1, col].legend(fontsize=6)
        summary["2B"][act] = {"grad_norm_by_layer": [float(g) for g in gw], "test_acc": r.log.last("acc/test")}
        print("2B", act, ["%.1e" % g for g in gw])
    ax[0, 0].set(title="||dL/dW||, mean over the run", xlabel="layer"); ax[0, 1].set(title="||dL/dh||", xlabel="hidden layer"); ax[0, 0].legend(); ax[0, 1].legend(); save(fig, "2b")

    train, val, test = loaders("mnist", 64, limit=5000)
    fig, ax = plt.subplots(1, 3, figsize=(15, 4), sharey=True); summary["2C"] = {}
    for q, (name, wd, p) in zip(ax, [("baseline", 0.0, 0.0), ("L2 (1e-3)", 1e-3, 0.0), ("dropout (0.5)", 0.0, 0.5)]):
        torch.manual_seed(0)
        r = fit(MLP(WIDTHS, dropout=p), Recipe(30, optimizer=partial(O.Adam, lr=1e-3, weight_decay=wd)), train, val, test)
        q.plot(r.log.values("acc/train"), label="train"); q.plot(r.log.values("acc/test"), label="test"); q.set_title(name); q.legend()
        summary["2C"][name] = {"train": r.log.last("acc/train"), "test": r.log.last("acc/test")}
        print("2C", name, summary["2C"][name])
    save(fig, "2c")


def p3():
    train, val, test = loaders("cifar", 128)
    names = test.dataset.classes
    torch.manual_seed(0)
    net = ConvNet(BASE)
    r = fit(net, Recipe(20), train, val, test)            # fixed 20 epochs, no early stopping here
    fig, ax = plt.subplots()
    for t in ("train", "val"): ax.plot(r.log.steps(f"loss/{t}"), r.log.values(f"loss/{t}"), label=t)
    ax.set(xlabel="epoch", ylabel="cross entropy"); ax.legend(); save(fig, "3a_loss")
    e = evaluate(net, test, {"acc": Accuracy(), "cm": ConfusionMatrix()})
    summary["3A"] = {"test_acc": e["acc"], "cm": e["cm"].tolist()}
    print("3A test accuracy", e["acc"])
    fig, ax = plt.subplots(figsize=(8, 8)); ax.imshow(e["cm"], cmap="Blues")
    for (i, j), v in np.ndenumerate(e["cm"].numpy()): ax.text(j, i, v, ha="center", va="center", fontsize=7)
    ax.set(xticks=range(10), yticks=range(10), yticklabels=names, xlabel="predicted", ylabel="true"); ax.set_xticks(range(10), names, rotation=60); save(fig, "3a_cm")

    specs = {"narrow-avg": ConvSpec(((16, 5, 1), (32, 5, 1)), "avg", 128), "base": BASE, "vgg-bn": ConvSpec(((32, 3, 2), (64, 3, 2), (128, 3, 2)), "max", 128, norm=True)}
    cosine = lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=25)
    summary["3B"] = {}
    print(f"{'3B':<12}{'params':>9}{'sec':>8}{'epochs':>8}{'test':>8}")
    for n, s in specs.items():
        torch.manual_seed(0)
        m = ConvNet(s); f = fit(m, Recipe(25, scheduler=cosine, patience=4), train, val)
        acc = evaluate(m, test, {"acc": Accuracy()})["acc"]         # weights of the best validation epoch
        summary["3B"][n] = dict(params=n_params(m), seconds=f.seconds, epochs=f.epochs_run, test_acc=acc)
        print(f"{n:<12}{n_params(m):>9}{f.seconds:>8.1f}{f.epochs_run:>8}{acc:>8.4f}")

    w = net.first.weight.detach().float().cpu()
    fig, ax = plt.subplots(4, 8, figsize=(10, 5))
    for q, k in zip(ax.flat, w): q.imshow(((k - k.min()) / (k.max() - k.min())).permute(1, 2, 0)); q.axis("off")
    save(fig, "3c_filters")
    x, y = next(iter(test)); x = x[:3]
    with torch.no_grad(): maps = net.first(x.to(DEVICE)).relu().cpu()
    for i in range(3):
        fig, ax = plt.subplots(2, 6, figsize=(12, 4)); im = x[i].permute(1, 2, 0); ax.flat[0].imshow((im - im.min()) / (im.max() - im.min())); ax.flat[0].set_title(names[y[i]])
        for q, m in zip(ax.flat[1:], maps[i]): q.imshow(m, cmap="inferno")
        for q in ax.flat: q.axis("off")
        save(fig, f"3c_maps_{i}")


def bonus(size: int = 112):
    from torchvision.models import resnet18, ResNet18_Weights
    train, val, test = loaders("cifar", 128, resize=size)
    net = resnet18(weights=ResNet18_Weights.DEFAULT)
    net.fc = nn.Linear(net.fc.in_features, 10)
    def opt(_):
        back = [p for n, p in net.named_parameters() if not n.startswith("fc")]
        return torch.optim.AdamW([{"params": back, "lr": 1e-4}, {"params": net.fc.parameters(), "lr": 1e-3}])
    fit(net, Recipe(4, optimizer=opt, patience=2), train, val)
    acc = evaluate(net, test, {"acc": Accuracy()})["acc"]
    summary["bonus"] = {"resnet18": acc, "cnn_3a": summary.get("3A", {}).get("test_acc")}
    print("bonus", summary["bonus"])


def main(argv=None):
    ap = argparse.ArgumentParser(prog="hw1"); ap.add_argument("what", nargs="+", choices=["all", "p1", "p2", "p3", "bonus"])
    a = ap.parse_args(argv); RES.mkdir(exist_ok=True)
    todo = ["p1", "p2", "p3", "bonus"] if "all" in a.what else a.what
    for t in todo: {"p1": p1, "p2": p2, "p3": p3, "bonus": bonus}[t]()
    (RES / "summary.json").write_text(json.dumps(summary, indent=1))


if __name__ == "__main__":
    main()
