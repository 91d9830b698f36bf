# Problema 3: redes convolucionales en CIFAR-10
import os

import matplotlib.pyplot as plt
import numpy as np
import torch

from common import DEVICE, cifar_loaders, save_fig, save_json, save_table, test, train
from nets import BasicCNN, FlexCNN

CLASSES = ("avión", "coche", "pájaro", "gato", "ciervo", "perro", "rana", "caballo", "barco", "camión")


def part_a(cfg):
    tr, va, te, _ = cifar_loaders(cfg)
    torch.manual_seed(cfg["seed"])
    net = BasicCNN().to(DEVICE)
    val = []
    opt = torch.optim.Adam(net.parameters(), lr=cfg["p3"]["lr"])
    losses, _ = train(net, tr, opt, cfg["p3"]["epochs"], after_epoch=lambda: val.append(test(net, va)[0]), desc="3A")
    torch.save(net.state_dict(), os.path.join(cfg["out"], "basic_cnn.pt"))

    fig, ax = plt.subplots()
    e = range(1, len(losses) + 1)
    ax.plot(e, losses, label="entrenamiento")
    ax.plot(e, val, label="validación")
    ax.set_xlabel("época")
    ax.set_ylabel("pérdida")
    ax.legend()
    save_fig(cfg, fig, "3a_loss.png")

    _, hits, n = test(net, te)
    print(f"3A: exactitud final en prueba {hits}/{n} = {hits / n:.4f}")

    # matriz de confusión: filas = clase real, columnas = predicción
    matrix = np.zeros((10, 10), dtype=np.int64)
    net.eval()
    with torch.no_grad():
        for x, y in te:
            np.add.at(matrix, (y.numpy(), net(x.to(DEVICE)).argmax(1).cpu().numpy()), 1)
    fig, ax = plt.subplots(figsize=(8, 8))
    ax.matshow(matrix, cmap="Oranges")
    for (i, j), v in np.ndenumerate(matrix):
        ax.text(j, i, v, ha="center", va="center", fontsize=8)
    ax.set_xticks(range(10), CLASSES, rotation=90)
    ax.set_yticks(range(10), CLASSES)
    ax.set_xlabel("predicción")
    ax.set_ylabel("clase real")
    save_fig(cfg, fig, "3a_confusion.png")
    save_json(cfg, "3a.json", {"train_loss": losses, "val_loss": val, "test_acc": hits / n, "confusion": matrix.tolist()})


def part_b(cfg):
    tr, va, te, _ = cifar_loaders(cfg)
    rows, desc = [], []
    for name, spec in cfg["p3"]["architectures"].items():
        torch.manual_seed(cfg["seed"])
        net = FlexCNN(**spec).to(DEVICE)
        opt = torch.optim.Adam(net.parameters(), lr=cfg["p3"]["lr"])
        _, secs = train(net, tr, opt, cfg["p3"]["epochs"], desc="3B " + name)
        _, hits, n = test(net, te)
        rows.append([name, sum(p.numel() for p in net.parameters()), f"{secs:.1f}", f"{hits / n:.4f}"])
        desc.append([name, len(spec["filters"]), spec["filters"], spec["kernels"],
                     f"{spec['pool']} cada {spec['pool_every']}", spec["fc"]])
    save_table(cfg, "3B: descripción de las arquitecturas",
               ["arquitectura", "capas conv.", "filtros", "kernels", "pooling", "densa"], desc)
    save_table(cfg, "3B: comparación", ["arquitectura", "parámetros", "tiempo (s)", "exactitud en prueba"], rows)


def part_c(cfg):
    _, _, _, test_set = cifar_loaders(cfg)
    net = BasicCNN().to(DEVICE)
    net.load_state_dict(torch.load(os.path.join(cfg["out"], "basic_cnn.pt"), map_location=DEVICE))
    net.eval()

    w = net.conv1.weight.detach().cpu().numpy()
    w = (w - w.min()) / (w.max() - w.min())
    fig, axes = plt.subplots(4, 8, figsize=(8, 4))
    for ax, k in zip(axes.flat, w):
        ax.imshow(k.transpose(1, 2, 0))
        ax.axis("off")
    fig.suptitle("Filtros de la primera capa")
    save_fig(cfg, fig, "3c_filters.png")

    for i in (0, 5, 8):
        img, label = test_set[i]
        with torch.no_grad():
            maps = net.first_maps(img[None].to(DEVICE))[0].cpu()
        fig, axes = plt.subplots(3, 6, figsize=(9, 4.8))
        axes.flat[0].imshow(img.permute(1, 2, 0))
        axes.flat[0].set_title(CLASSES[label])
        for ax, m in zip(axes.flat[1:], maps):
            ax.imshow(m, cmap="inferno")
        for ax in axes.flat:
            ax.axis("off")
        save_fig(cfg, fig, f"3c_maps_{i}.png")
