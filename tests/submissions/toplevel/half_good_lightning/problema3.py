"""Problema 3, partes A y B: CNN en CIFAR-10"""
import os
import time

import lightning as L
import matplotlib.pyplot as plt
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix
from tabulate import tabulate

from datos import CLASES_CIFAR, cargar_cifar
from redes_cnn import LitCNN, RedChica, RedProfunda, RedPromedio

os.makedirs("figuras", exist_ok=True)
torch.set_float32_matmul_precision("high")
train_loader, test_loader = cargar_cifar()

# ------------------------------ 3A ------------------------------
L.seed_everything(123)
cnn = LitCNN()
checkpoint = ModelCheckpoint(dirpath="checkpoints", filename="cnn_3a", monitor="val_acc", mode="max",
                             enable_version_counter=False)
trainer = L.Trainer(max_epochs=20, accelerator="auto", devices=1, logger=False, callbacks=[checkpoint])
trainer.fit(cnn, train_dataloaders=train_loader, val_dataloaders=test_loader)

res = trainer.test(cnn, dataloaders=test_loader, ckpt_path="best")
print(f"Accuracy final en test (3A): {res[0]['test_acc']:.4f}")

plt.plot(range(1, len(cnn.loss_train) + 1), cnn.loss_train, label="entrenamiento")
plt.plot(range(1, len(cnn.loss_val) + 1), cnn.loss_val, label="validación")
plt.xlabel("época")
plt.ylabel("pérdida")
plt.title("CNN básica en CIFAR-10")
plt.legend()
plt.savefig("figuras/p3a_loss.png")
plt.close()

predicciones = torch.cat(trainer.predict(cnn, dataloaders=test_loader, ckpt_path="best")).cpu().numpy()
reales = test_loader.dataset.targets
matriz = confusion_matrix(reales, predicciones)
fig, ax = plt.subplots(figsize=(9, 9))
ConfusionMatrixDisplay(matriz, display_labels=CLASES_CIFAR).plot(ax=ax, cmap="Greens", xticks_rotation=45, colorbar=False)
fig.savefig("figuras/p3a_confusion.png")
plt.close(fig)

# ------------------------------ 3B ------------------------------
filas = []
for Red in (RedChica, RedPromedio, RedProfunda):
    L.seed_everything(123)
    red = Red()
    n_param = sum(p.numel() for p in red.parameters())
    tr = L.Trainer(max_epochs=10, accelerator="auto", devices=1, logger=False, enable_checkpointing=False)
    inicio = time.perf_counter()
    tr.fit(red, train_loader)
    seg = time.perf_counter() - inicio
    acc = tr.test(red, test_loader, verbose=False)[0]["test_acc"]
    filas.append((Red.__name__, Red.__doc__, n_param, f"{seg:.1f}", f"{acc:.4f}"))

print(tabulate(filas, headers=["Red", "Descripción", "Parámetros", "Tiempo (s)", "Test acc"], tablefmt="github"))
with open("figuras/p3b_tabla.md", "w") as f:
    f.write(tabulate(filas, headers=["Red", "Descripción", "Parámetros", "Tiempo (s)", "Test acc"], tablefmt="github"))
