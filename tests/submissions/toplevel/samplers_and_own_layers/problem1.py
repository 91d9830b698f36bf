# Problema 1: MLP en MNIST y XOR
import matplotlib.pyplot as plt
import numpy as np
import torch

from common import DEVICE, mnist_loaders, save_fig, save_json, save_table, test, train
from nets import MLP, XorNet


def part_a(cfg):
    tr, te = mnist_loaders(cfg)
    p = cfg["p1"]
    net = MLP(784, p["hidden"], 10, "relu").to(DEVICE)
    opt = torch.optim.Adam(net.parameters(), lr=p["lr"])
    losses, _ = train(net, tr, opt, p["epochs"], desc="1A")
    rows = []
    for name, loader in (("entrenamiento", tr), ("prueba", te)):
        loss, hits, n = test(net, loader)
        rows.append([name, f"{hits}/{n}", f"{hits / n:.4f}", f"{loss:.4f}"])
    save_table(cfg, "1A: exactitud del MLP", ["conjunto", "aciertos", "exactitud", "pérdida"], rows)
    save_json(cfg, "1a.json", {"loss": losses, "table": rows})


def part_b(cfg):
    tr, te = mnist_loaders(cfg)
    p = cfg["p1"]
    res = {}
    for act in ("relu", "sigmoid", "tanh"):
        torch.manual_seed(cfg["seed"])
        net = MLP(784, p["hidden"], 10, act).to(DEVICE)
        opt = torch.optim.Adam(net.parameters(), lr=p["lr"])
        losses, _ = train(net, tr, opt, p["epochs"], desc="1B " + act)
        _, hits, n = test(net, te)
        res[act] = {"loss": losses, "acc": hits / n}

    fig, ax = plt.subplots()
    for act, r in res.items():
        ax.plot(range(1, len(r["loss"]) + 1), r["loss"], ".-", label=act)
    ax.set_xlabel("época")
    ax.set_ylabel("pérdida de entrenamiento")
    ax.set_title("Funciones de activación")
    ax.legend()
    save_fig(cfg, fig, "1b_loss.png")
    save_table(cfg, "1B: funciones de activación", ["activación", "exactitud en prueba"],
               [[a, f"{r['acc']:.4f}"] for a, r in res.items()])
    save_json(cfg, "1b.json", res)


def part_c(cfg):
    p = cfg["p1"]
    X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
    t = torch.tensor([[0.], [1.], [1.], [0.]])
    # con pocas neuronas a veces se queda en un mínimo local: se prueba con varias semillas
    for seed in range(10):
        torch.manual_seed(seed)
        net = XorNet(p["xor_hidden"])
        opt = torch.optim.Adam(net.parameters(), lr=p["xor_lr"])
        for _ in range(p["xor_epochs"]):
            out = net(X)
            loss = -(t * torch.log(out + 1e-7) + (1 - t) * torch.log(1 - out + 1e-7)).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
        with torch.no_grad():
            out = net(X)
        hits = int(((out > 0.5) == (t > 0.5)).sum())
        print(f"XOR, semilla {seed}: pérdida {loss.item():.5f}, {hits}/4 correctos")
        if hits == 4:
            break
    save_table(cfg, f"1C: XOR, exactitud {hits}/4 = {hits / 4:.0%}", ["x1", "x2", "objetivo", "salida", "predicción"],
               [[int(a), int(b), int(ti), f"{o:.4f}", int(o > 0.5)]
                for (a, b), ti, o in zip(X.tolist(), t.flatten().tolist(), out.flatten().tolist())])

    v = np.linspace(-0.5, 1.5, 201)
    g1, g2 = np.meshgrid(v, v)
    with torch.no_grad():
        z = net(torch.from_numpy(np.stack([g1, g2], -1).reshape(-1, 2)).float()).numpy().reshape(g1.shape)
    fig, ax = plt.subplots(figsize=(5, 5))
    im = ax.imshow(z, origin="lower", extent=(-0.5, 1.5, -0.5, 1.5), cmap="PiYG", vmin=0, vmax=1)
    ax.contour(g1, g2, z, [0.5], colors="black", linestyles="dashed")
    for (a, b), ti in zip(X.tolist(), t.flatten().tolist()):
        ax.text(a, b, str(int(ti)), ha="center", va="center", fontsize=14, bbox=dict(boxstyle="circle", fc="white"))
    fig.colorbar(im, shrink=0.8, label="salida")
    ax.set_xlabel("x1")
    ax.set_ylabel("x2")
    ax.set_title("XOR: frontera de decisión")
    save_fig(cfg, fig, "1c_boundary.png")
