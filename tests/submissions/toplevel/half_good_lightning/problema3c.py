"""Problema 3C: filtros y mapas de activación de la CNN de 3A (correr antes problema3.py)"""
import matplotlib.pyplot as plt
import torch

from datos import CLASES_CIFAR, cargar_cifar
from redes_cnn import LitCNN

modelo = LitCNN()
LitCNN.load_from_checkpoint("checkpoints/cnn_3a.ckpt")
modelo.eval()

conv1 = modelo.conv[0].cpu()
filtros = conv1.weight.data
fig, ejes = plt.subplots(2, 8, figsize=(12, 3.4))
for k, eje in enumerate(ejes.ravel()):
    f = filtros[k]
    f = (f - f.min()) / (f.max() - f.min())
    eje.imshow(f.permute(1, 2, 0).numpy(), interpolation="nearest")
    eje.axis("off")
fig.suptitle("Filtros de la primera capa convolucional")
fig.savefig("figuras/p3c_filtros.png")

_, test_loader = cargar_cifar()
imagenes, etiquetas = next(iter(test_loader))
for n in range(3):
    with torch.no_grad():
        mapas = torch.relu(conv1(imagenes[n:n + 1]))[0]
    fig, ejes = plt.subplots(3, 6, figsize=(11, 6))
    ejes = ejes.ravel()
    ejes[0].imshow((imagenes[n] * 0.5 + 0.5).permute(1, 2, 0))
    ejes[0].set_title(CLASES_CIFAR[etiquetas[n]])
    for k in range(1, 18):
        ejes[k].imshow(mapas[k - 1], cmap="magma")
    for e in ejes:
        e.axis("off")
    fig.savefig(f"figuras/p3c_activaciones_{n}.png")
    plt.close(fig)
