"""Problema 1: MLP, funciones de activación y XOR"""
import os

import lightning as L
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from tabulate import tabulate
from torchmetrics.functional import accuracy

from datos import cargar_mnist

os.makedirs("figuras", exist_ok=True)
L.seed_everything(0)


class LitMLP(L.LightningModule):
    """MLP flexible: `capas` es la lista de tamaños (entrada, ocultas..., salida)."""

    def __init__(self, capas=(784, 128, 64, 10), activacion="relu", lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.lineales = nn.ModuleList(nn.Linear(a, b) for a, b in zip(capas[:-1], capas[1:]))
        self.act = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}[activacion]
        self.curva_loss = []

    def forward(self, x):
        x = x.view(x.size(0), -1)
        for lin in self.lineales[:-1]:
            x = self.act(lin(x))
        return F.log_softmax(self.lineales[-1](x), dim=1)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.nll_loss(self(x), y)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def on_train_epoch_end(self):
        self.curva_loss.append(self.trainer.callback_metrics["train_loss"].item())

    def _evaluar(self, batch, prefijo):
        x, y = batch
        salida = self(x)
        self.log(f"{prefijo}_loss", F.nll_loss(salida, y))
        self.log(f"{prefijo}_acc", accuracy(salida.argmax(dim=1), y, task="multiclass", num_classes=10))

    def validation_step(self, batch, batch_idx):
        self._evaluar(batch, "val")

    def test_step(self, batch, batch_idx):
        self._evaluar(batch, "test")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def entrenar(modelo, loader, epocas):
    trainer = L.Trainer(max_epochs=epocas, accelerator="auto", devices=1, logger=False,
                        enable_checkpointing=False, enable_model_summary=False)
    trainer.fit(modelo, train_dataloaders=loader)
    return trainer


train_loader, train_eval_loader, test_loader = cargar_mnist()

# ---------------------------------------------------------------- Parte A
print("=== 1A ===")
mlp = LitMLP()
print(mlp)
trainer = entrenar(mlp, train_loader, epocas=10)
acc_train = trainer.validate(mlp, train_eval_loader, verbose=False)[0]["val_acc"]
acc_test = trainer.test(mlp, test_loader, verbose=False)[0]["test_acc"]
print(f"Accuracy en entrenamiento: {acc_train:.4f}")
print(f"Accuracy en prueba:        {acc_test:.4f}")

# ---------------------------------------------------------------- Parte B
print("=== 1B ===")
curvas, tabla = {}, []
for nombre in ("relu", "sigmoid", "tanh"):
    L.seed_everything(0)
    modelo = LitMLP(activacion=nombre)
    trainer = entrenar(modelo, train_loader, epocas=10)
    curvas[nombre] = modelo.curva_loss
    res = trainer.test(modelo, test_loader, verbose=False)[0]
    tabla.append([nombre, res["test_acc"]])

plt.figure()
for nombre, valores in curvas.items():
    plt.plot(range(1, len(valores) + 1), valores, label=nombre)
plt.title("Pérdida de entrenamiento por época")
plt.xlabel("época")
plt.ylabel("loss")
plt.legend()
plt.savefig("figuras/p1b_activaciones.png", dpi=120)
plt.close()
print(tabulate(tabla, headers=["Activación", "Accuracy final (test)"], floatfmt=".4f"))

# ---------------------------------------------------------------- Parte C
print("=== 1C ===")
# para 4 puntos no hace falta Lightning
torch.manual_seed(3)
X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32)
red_xor = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
opt = torch.optim.Adam(red_xor.parameters(), lr=0.05)
criterio = nn.BCELoss()
for it in range(1500):
    opt.zero_grad()
    perdida = criterio(red_xor(X), y)
    perdida.backward()
    opt.step()
    if it % 300 == 0:
        print(it, perdida.item())

with torch.no_grad():
    prob = red_xor(X)
    pred = (prob >= 0.5).float()
    acc_xor = (pred == y).float().mean().item()
for xi, pi, yi in zip(X, prob, y):
    print(xi.tolist(), f"p={pi.item():.3f}", "esperado", int(yi.item()))
print(f"Accuracy XOR: {acc_xor*100:.0f}%")

g = np.linspace(-0.25, 1.25, 150)
gx, gy = np.meshgrid(g, g)
with torch.no_grad():
    z = red_xor(torch.from_numpy(np.stack([gx.ravel(), gy.ravel()], axis=1)).float()).reshape(gx.shape)
plt.figure(figsize=(5, 4))
plt.pcolormesh(gx, gy, z, cmap="coolwarm", shading="auto")
plt.colorbar(label="salida")
plt.contour(gx, gy, z, levels=[0.5], colors="black")
plt.scatter(X[:, 0], X[:, 1], c=y.squeeze(), cmap="coolwarm", edgecolors="white", s=90)
plt.title("Frontera de decisión XOR")
plt.savefig("figuras/p1c_xor.png", dpi=120)
plt.close()
