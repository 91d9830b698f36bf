# Problema 2: optimizadores, gradientes y regularización
import os

import matplotlib.pyplot as plt
import numpy as np
import torch

from common import DEVICE, mnist_loaders, save_fig, save_json, save_table, test, train
from nets import MLP


def make_optimizer(params, spec):
    spec = dict(spec)
    return getattr(torch.optim, spec.pop("type"))(params, **spec)


def part_a(cfg):
    tr, te = mnist_loaders(cfg)
    res = {}
    for name, spec in cfg["p2"]["optimizers"].items():
        torch.manual_seed(cfg["seed"])
        net = MLP(784, cfg["p1"]["hidden"], 10, "relu").to(DEVICE)
        accs = []

        def evaluate():
            _, hits, n = test(net, te)
            accs.append(hits / n)

        losses, secs = train(net, tr, make_optimizer(net.parameters(), spec), cfg["p2"]["epochs"],
                             after_epoch=evaluate, desc="2A " + name)
        res[name] = {"loss": losses, "acc": accs, "seconds": secs}

    for key, label in (("loss", "pérdida de entrenamiento"), ("acc", "exactitud en prueba")):
        fig, ax = plt.subplots()
        for name, r in res.items():
            ax.plot(range(1, len(r[key]) + 1), r[key], label=name)
        ax.set_xlabel("época")
        ax.set_ylabel(label)
        ax.legend()
        ax.grid(True)
        save_fig(cfg, fig, f"2a_{key}.png")
    save_table(cfg, "2A: optimizadores", ["optimizador", "exactitud final en prueba", "tiempo (s)"],
               [[n, f"{r['acc'][-1]:.4f}", f"{r['seconds']:.2f}"] for n, r in res.items()])
    save_json(cfg, "2a.json", res)


class GradientProbe:
    """Guarda la norma del gradiente de la pérdida respecto a la preactivación z de cada capa.

    Se usa un full backward hook en cada capa densa: grad_output[0] es dL/dz para el lote.
    """

    def __init__(self, net):
        self.values = [[] for _ in net.dense]
        self.handles = [layer.register_full_backward_hook(self.make_hook(i)) for i, layer in enumerate(net.dense)]

    def make_hook(self, i):
        def hook(module, grad_input, grad_output):
            self.values[i].append(grad_output[0].norm().item())
        return hook

    def close(self):
        for h in self.handles:
            h.remove()
        return np.array(self.values)      # capas x pasos


def part_b(cfg):
    tr, te = mnist_loaders(cfg)
    p = cfg["p2"]
    grads = {}
    for act in ("sigmoid", "relu"):
        torch.manual_seed(cfg["seed"])
        net = MLP(784, p["deep_hidden"], 10, act).to(DEVICE)
        probe = GradientProbe(net)
        opt = torch.optim.SGD(net.parameters(), lr=p["deep_lr"])
        losses, _ = train(net, tr, opt, p["deep_epochs"], desc="2B " + act)
        grads[act] = probe.close()
        _, hits, n = test(net, te)
        print(f"2B {act}: pérdida final {losses[-1]:.4f}, exactitud en prueba {hits / n:.4f}")
    np.savez(os.path.join(cfg["out"], "2b_gradients.npz"), **grads)

    n_layers = len(grads["relu"])
    colors = plt.cm.viridis(np.linspace(0, 0.95, n_layers))
    fig, axes = plt.subplots(1, 3, figsize=(18, 5))
    for ax, (act, g) in zip(axes, grads.items()):
        window = max(1, g.shape[1] // 60)
        for i in range(n_layers):
            # media por bloques para suavizar la curva
            m = g[i, :g.shape[1] // window * window].reshape(-1, window).mean(1)
            ax.plot(np.arange(len(m)) * window, m, color=colors[i], label=f"capa {i + 1}")
        ax.set_yscale("log")
        ax.set_title(act)
        ax.set_xlabel("paso de entrenamiento")
        ax.set_ylabel("||dL/dz||")
        ax.legend(ncol=2, fontsize=8)
    w = 0.4
    for k, (act, g) in enumerate(grads.items()):
        axes[2].bar(np.arange(1, n_layers + 1) + (k - 0.5) * w, g.mean(1), w, label=act)
    axes[2].set_yscale("log")
    axes[2].set_xlabel("capa (1 = junto a la entrada)")
    axes[2].set_ylabel("media de ||dL/dz||")
    axes[2].set_title("sigmoid vs ReLU")
    axes[2].legend()
    save_fig(cfg, fig, "2b_gradients.png")
    save_table(cfg, "2B: norma media del gradiente por capa", ["capa", "sigmoid", "relu"],
               [[i + 1, f"{grads['sigmoid'][i].mean():.2e}", f"{grads['relu'][i].mean():.2e}"] for i in range(n_layers)])


def part_c(cfg):
    tr, te = mnist_loaders(cfg)
    res = {}
    for name, r in cfg["p2"]["regularizers"].items():
        torch.manual_seed(cfg["seed"])
        net = MLP(784, cfg["p1"]["hidden"], 10, "relu", dropout=r["dropout"]).to(DEVICE)
        opt = torch.optim.Adam(net.parameters(), lr=cfg["p1"]["lr"])
        accs = {"train": [], "test": []}

        def evaluate():
            # las dos exactitudes en modo de evaluación (sin dropout)
            for key, loader in (("train", tr), ("test", te)):
                _, hits, n = test(net, loader)
                accs[key].append(hits / n)

        train(net, tr, opt, cfg["p2"]["reg_epochs"], l2=r["l2"], after_epoch=evaluate, desc="2C " + name)
        res[name] = accs

    fig, axes = plt.subplots(1, len(res), figsize=(15, 4), sharey=True)
    for ax, (name, a) in zip(axes, res.items()):
        e = range(1, len(a["train"]) + 1)
        ax.plot(e, a["train"], label="entrenamiento")
        ax.plot(e, a["test"], label="prueba")
        ax.fill_between(e, a["test"], a["train"], alpha=0.15)
        ax.set_title(name)
        ax.set_xlabel("época")
        ax.legend(loc="lower right")
    axes[0].set_ylabel("exactitud")
    save_fig(cfg, fig, "2c_regularization.png")
    save_table(cfg, "2C: regularización", ["método", "entrenamiento", "prueba", "diferencia"],
               [[n, f"{a['train'][-1]:.4f}", f"{a['test'][-1]:.4f}", f"{a['train'][-1] - a['test'][-1]:.4f}"]
                for n, a in res.items()])
    save_json(cfg, "2c.json", res)
