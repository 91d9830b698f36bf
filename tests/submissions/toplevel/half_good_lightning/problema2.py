"""Problema 2: optimizadores, gradientes y regularización"""
import os
import time

import lightning as L
import matplotlib.pyplot as plt
import pandas as pd
import torch
from lightning.pytorch.callbacks import EarlyStopping
from torch import nn
from torchmetrics.functional import accuracy

from datos import cargar_mnist

os.makedirs("figuras", exist_ok=True)
train_loader, train_eval_loader, test_loader = cargar_mnist()


class ModeloMNIST(L.LightningModule):
    def __init__(self, ocultas=(128, 64), act="relu", p_drop=0.0, optim="adam", lr=1e-3, weight_decay=0.0):
        super().__init__()
        self.save_hyperparameters()
        Act = nn.ReLU if act == "relu" else nn.Sigmoid
        capas, n = [nn.Flatten()], 784
        for h in ocultas:
            capas += [nn.Linear(n, h), Act()]
            if p_drop:
                capas.append(nn.Dropout(p_drop))
            n = h
        capas.append(nn.Linear(n, 10))
        self.red = nn.Sequential(*capas)
        self.perdida = nn.CrossEntropyLoss()   # ya incluye softmax
        self.historia = {"train_loss": [], "train_acc": [], "test_acc": []}

    def forward(self, x):
        return self.red(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = self.perdida(self(x), y)
        self.log("train_loss", loss, on_step=False, on_epoch=True, prog_bar=True)
        return loss

    # el loader 0 es siempre test; si hay un loader 1 es train (sin dropout)
    def validation_step(self, batch, batch_idx, dataloader_idx=0):
        x, y = batch
        logits = self(x)
        nombre = "test" if dataloader_idx == 0 else "train"
        acc = accuracy(logits, y, task="multiclass", num_classes=10)
        self.log(f"{nombre}_acc", acc, add_dataloader_idx=False)
        if dataloader_idx == 0:
            self.log("val_loss", self.perdida(logits, y), add_dataloader_idx=False)

    def on_train_epoch_end(self):
        m = self.trainer.callback_metrics
        for k in self.historia:
            if k in m:
                self.historia[k].append(m[k].item())

    def configure_optimizers(self):
        lr = self.hparams.lr
        if self.hparams.optim == "sgd":
            return torch.optim.SGD(self.parameters(), lr=lr)
        elif self.hparams.optim == "momentum":
            return torch.optim.SGD(self.parameters(), lr=lr, momentum=0.9)
        elif self.hparams.optim == "rmsprop":
            return torch.optim.RMSprop(self.parameters(), lr=lr)
        return torch.optim.Adam(self.parameters(), lr=lr)


def nuevo_trainer(epocas, callbacks=None):
    return L.Trainer(
        max_epochs=epocas,
        accelerator="auto",
        devices=1,
        callbacks=callbacks,
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )


# =====================================================================
# 2A  comparación de optimizadores (20 épocas)
# =====================================================================
optimizadores = [("SGD", "sgd", 0.01), ("SGD + momentum", "momentum", 0.01),
                 ("RMSprop", "rmsprop", 0.001), ("Adam", "adam", 0.001)]
resultados = []
historias = {}
for etiqueta, opt, lr in optimizadores:
    L.seed_everything(7)
    modelo = ModeloMNIST(optim=opt, lr=lr)
    parada = EarlyStopping(monitor="val_loss", patience=3, mode="min")
    trainer = nuevo_trainer(20, [parada])
    t0 = time.time()
    trainer.fit(modelo, train_loader, test_loader)
    dt = time.time() - t0
    historias[etiqueta] = modelo.historia
    resultados.append({"Optimizador": etiqueta,
                       "Test acc final": modelo.historia["test_acc"][-1],
                       "Tiempo (s)": dt})

fig, eje = plt.subplots()
for k, h in historias.items():
    eje.plot(h["train_loss"], label=k)
eje.set(title="2A: pérdida de entrenamiento", xlabel="época", ylabel="loss")
eje.legend()
fig.savefig("figuras/p2a_loss.png")

fig, eje = plt.subplots()
for k, h in historias.items():
    eje.plot(h["test_acc"], label=k)
eje.set(title="2A: accuracy en test", xlabel="época", ylabel="accuracy")
eje.legend()
fig.savefig("figuras/p2a_acc.png")
plt.close("all")

df = pd.DataFrame(resultados).set_index("Optimizador")
print(df.round(4).to_string())
df.to_csv("figuras/p2a_tabla.csv")


# =====================================================================
# 2B  desvanecimiento del gradiente
# =====================================================================
class ModeloProfundo(ModeloMNIST):
    """6 capas ocultas; guarda la norma del gradiente de cada capa lineal en cada paso."""

    def __init__(self, act):
        super().__init__(ocultas=(100,) * 6, act=act, optim="momentum", lr=0.01)
        self.normas = []

    def on_after_backward(self):
        fila = [capa.weight.grad.norm().item() for capa in self.red if isinstance(capa, nn.Linear)]
        self.normas.append(fila)


gradientes = {}
for act in ("sigmoid", "relu"):
    L.seed_everything(7)
    profundo = ModeloProfundo(act)
    nuevo_trainer(5).fit(profundo, train_loader, test_loader)
    gradientes[act] = pd.DataFrame(profundo.normas, columns=[f"capa {i}" for i in range(1, 8)])
    print(act, "test acc:", profundo.historia["test_acc"])
    print(gradientes[act].mean())

fig, ejes = plt.subplots(1, 3, figsize=(17, 4.5))
for eje, act in zip(ejes, gradientes):
    gradientes[act].rolling(20, min_periods=1).mean().plot(ax=eje, logy=True, title=f"{act}: norma del gradiente por paso")
    eje.set_xlabel("paso")
pd.DataFrame({a: g.mean() for a, g in gradientes.items()}).plot(ax=ejes[2], logy=True, marker="o",
                                                               title="promedio por capa")
fig.tight_layout()
fig.savefig("figuras/p2b_gradientes.png")
plt.close(fig)


# =====================================================================
# 2C  regularización
# =====================================================================
experimentos = {
    "sin regularización": ModeloMNIST,
    "L2 (weight decay 0.001)": lambda: ModeloMNIST(weight_decay=0.001),
    "dropout 0.5": lambda: ModeloMNIST(p_drop=0.5),
}
fig, ejes = plt.subplots(1, 3, figsize=(15, 4), sharey=True)
for eje, (nombre, crear) in zip(ejes, experimentos.items()):
    L.seed_everything(7)
    modelo = crear()
    nuevo_trainer(15).fit(modelo, train_loader, [test_loader, train_eval_loader])
    h = modelo.historia
    eje.plot(h["train_acc"], label="train")
    eje.plot(h["test_acc"], label="test")
    eje.set_title(nombre)
    eje.set_xlabel("época")
    eje.legend()
    print(f"{nombre:25s} train {h['train_acc'][-1]:.4f}  test {h['test_acc'][-1]:.4f}  "
          f"diferencia {h['train_acc'][-1] - h['test_acc'][-1]:.4f}")
ejes[0].set_ylabel("accuracy")
fig.savefig("figuras/p2c_regularizacion.png")
