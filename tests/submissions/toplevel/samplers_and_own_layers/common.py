# Funciones comunes: datos, entrenamiento, evaluación, tablas y gráficas
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, SubsetRandomSampler
from torchvision import datasets, transforms
from tqdm import tqdm

DEVICE = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


def mnist_loaders(cfg):
    t = transforms.ToTensor()
    tr = datasets.MNIST(cfg["data"], train=True, transform=t, download=True)
    te = datasets.MNIST(cfg["data"], train=False, transform=t, download=True)
    return DataLoader(tr, batch_size=cfg["batch"], shuffle=True), DataLoader(te, batch_size=1000)


def cifar_loaders(cfg):
    """Devuelve los loaders de entrenamiento, validación y prueba, y el conjunto de prueba."""
    t = transforms.ToTensor()
    tr = datasets.CIFAR10(cfg["data"], train=True, transform=t, download=True)
    te = datasets.CIFAR10(cfg["data"], train=False, transform=t, download=True)
    # los índices se reparten al azar entre entrenamiento y validación
    idx = np.random.default_rng(cfg["seed"]).permutation(len(tr))
    n_val = int(len(tr) * cfg["p3"]["val_fraction"])
    val_sampler, tr_sampler = SubsetRandomSampler(idx[:n_val]), SubsetRandomSampler(idx[n_val:])
    return (DataLoader(tr, batch_size=cfg["batch"], sampler=tr_sampler),
            DataLoader(tr, batch_size=500, sampler=val_sampler),
            DataLoader(te, batch_size=500), te)


class Chronometer:
    """Mide el tiempo; con eventos de CUDA si hay GPU."""

    def __init__(self):
        self.total = 0.0
        self.cuda = DEVICE.type == "cuda"

    def __enter__(self):
        if self.cuda:
            self.ev = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            self.ev[0].record()
        else:
            self.t = time.perf_counter()
        return self

    def __exit__(self, *exc):
        if self.cuda:
            self.ev[1].record()
            torch.cuda.synchronize()
            self.total += self.ev[0].elapsed_time(self.ev[1]) / 1000
        else:
            self.total += time.perf_counter() - self.t


def test(net, loader):
    """(pérdida media, número de aciertos, número de ejemplos)"""
    net.eval()
    loss = hits = n = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(DEVICE), y.to(DEVICE)
            logp = net(x)
            loss += F.nll_loss(logp, y, reduction="sum").item()
            hits += int((logp.argmax(1) == y).sum())
            n += len(y)
    return loss / n, hits, n


def train(net, loader, opt, epochs, l2=0.0, after_epoch=None, desc=""):
    """Entrena `net`. Devuelve la pérdida media de cada época y los segundos de entrenamiento.

    l2: coeficiente de decaimiento de pesos. Se suma l2/2 * ||W||^2 a la pérdida, su gradiente es l2 * W.
    after_epoch: función que se llama al final de cada época (por ejemplo para evaluar)
    """
    curve, watch = [], Chronometer()
    bar = tqdm(range(epochs), desc=desc)
    for _ in bar:
        net.train()
        total = n = 0
        with watch:
            for x, y in loader:
                x, y = x.to(DEVICE), y.to(DEVICE)
                nll = F.nll_loss(net(x), y)
                objective = nll + 0.5 * l2 * net.l2() if l2 else nll
                opt.zero_grad()
                objective.backward()
                opt.step()
                total += nll.item() * len(y)
                n += len(y)
        curve.append(total / n)
        bar.set_postfix(loss=f"{curve[-1]:.4f}")
        if after_epoch is not None:
            after_epoch()
    return curve, watch.total


def save_json(cfg, name, obj):
    with open(os.path.join(cfg["out"], name), "w", encoding="utf8") as f:
        json.dump(obj, f, indent=2, ensure_ascii=False)


def save_table(cfg, title, header, rows):
    """Imprime una tabla en Markdown y la añade a tables.md."""
    rows = [[str(c) for c in r] for r in rows]
    width = [max(len(r[i]) for r in rows + [header]) for i in range(len(header))]
    line = lambda r: "| " + " | ".join(c.ljust(w) for c, w in zip(r, width)) + " |"
    text = "\n".join([line(header), "|" + "|".join("-" * (w + 2) for w in width) + "|"] + [line(r) for r in rows])
    print("\n" + title + "\n" + text + "\n")
    with open(os.path.join(cfg["out"], "tables.md"), "a", encoding="utf8") as f:
        f.write(f"### {title}\n\n{text}\n\n")


def save_fig(cfg, fig, name):
    fig.savefig(os.path.join(cfg["out"], name), dpi=150, bbox_inches="tight")
