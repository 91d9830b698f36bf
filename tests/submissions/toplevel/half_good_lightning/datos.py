"""Carga de MNIST y CIFAR-10 (se usa en todos los problemas)."""
import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

RUTA = "datasets"
BATCH = 128
CLASES_CIFAR = ("avión", "auto", "pájaro", "gato", "ciervo", "perro", "rana", "caballo", "barco", "camión")


def cargar_mnist(batch_size=BATCH):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    entrenamiento = datasets.MNIST(root=RUTA, train=True, download=True, transform=tf)
    prueba = datasets.MNIST(root=RUTA, train=False, download=True, transform=tf)
    return (
        DataLoader(entrenamiento, batch_size=batch_size, shuffle=True),
        DataLoader(entrenamiento, batch_size=1000, shuffle=False),   # para medir accuracy en train
        DataLoader(prueba, batch_size=1000, shuffle=False),
    )


def cargar_cifar(batch_size=BATCH):
    tf = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    ])
    entrenamiento = datasets.CIFAR10(root=RUTA, train=True, download=True, transform=tf)
    prueba = datasets.CIFAR10(root=RUTA, train=False, download=True, transform=tf)
    return (
        DataLoader(entrenamiento, batch_size=batch_size, shuffle=True),
        DataLoader(prueba, batch_size=500, shuffle=False),
    )
