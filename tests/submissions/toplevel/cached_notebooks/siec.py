# -*- coding: utf-8 -*-
"""Funkcje wspólne dla wszystkich trzech zadań."""
import os
import pickle
import random
import time

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

URZADZENIE = "cuda" if torch.cuda.is_available() else "cpu"
KATALOG = "wyniki"
os.makedirs(KATALOG, exist_ok=True)

AKTYWACJE = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


def ziarno(n=2024):
    random.seed(n)
    np.random.seed(n)
    torch.manual_seed(n)


class MLP(nn.Module):
    """Perceptron wielowarstwowy o dowolnej liczbie warstw.

    rozmiary - lista, np. [784, 128, 64, 10]
    aktywacja - 'relu' / 'sigmoid' / 'tanh'
    dropout - prawdopodobieństwo wyzerowania neuronu w warstwach ukrytych
    """

    def __init__(self, rozmiary, aktywacja="relu", dropout=0.0):
        super().__init__()
        self.warstwy = nn.ModuleList(
            [nn.Linear(a, b) for a, b in zip(rozmiary[:-1], rozmiary[1:])]
        )
        self.f = AKTYWACJE[aktywacja]()
        self.drop = nn.Dropout(dropout) if dropout > 0 else None

    def forward(self, x):
        x = x.flatten(1)
        *ukryte, wyjscie = self.warstwy
        for w in ukryte:
            x = self.f(w(x))
            if self.drop is not None:
                x = self.drop(x)
        # softmax jest "w środku" CrossEntropyLoss, więc zwracam logity
        return wyjscie(x)


def mnist(batch=128):
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    tr = datasets.MNIST("./data", train=True, download=True, transform=t)
    te = datasets.MNIST("./data", train=False, download=True, transform=t)
    return (DataLoader(tr, batch_size=batch, shuffle=True),
            DataLoader(te, batch_size=1000, shuffle=False))


def epoka(model, dane, opt, strata_f):
    """Jedna epoka uczenia; zwraca średnią stratę na przykład."""
    model.train()
    suma, ile = 0.0, 0
    for x, y in dane:
        x, y = x.to(URZADZENIE), y.to(URZADZENIE)
        opt.zero_grad()
        strata = strata_f(model(x), y)
        strata.backward()
        opt.step()
        suma += strata.item() * len(y)
        ile += len(y)
    return suma / ile


@torch.no_grad()
def ocen(model, dane, strata_f=nn.CrossEntropyLoss()):
    """Zwraca (strata, dokładność w %)."""
    model.eval()
    suma, dobrze, ile = 0.0, 0, 0
    for x, y in dane:
        x, y = x.to(URZADZENIE), y.to(URZADZENIE)
        z = model(x)
        suma += strata_f(z, y).item() * len(y)
        dobrze += (z.argmax(1) == y).sum().item()
        ile += len(y)
    return suma / ile, 100.0 * dobrze / ile


def trenuj(nazwa, model, opt, tr, te, epoki, ocena_train=True):
    """Pełny trening. Wynik zapisuję na dysk, żeby nie liczyć od nowa po restarcie jądra."""
    sciezka = os.path.join(KATALOG, nazwa + ".pkl")
    if os.path.exists(sciezka):
        with open(sciezka, "rb") as f:
            zapis = pickle.load(f)
        model.load_state_dict(zapis["wagi"])
        print(f"[{nazwa}] wczytano z dysku")
        return zapis["historia"]

    model.to(URZADZENIE)
    strata_f = nn.CrossEntropyLoss()
    h = {"strata": [], "strata_test": [], "acc_train": [], "acc_test": [], "czas": 0.0}
    for e in range(1, epoki + 1):
        t0 = time.perf_counter()
        h["strata"].append(epoka(model, tr, opt, strata_f))
        h["czas"] += time.perf_counter() - t0          # mierzę samo uczenie, bez ewaluacji
        st, at = ocen(model, te)
        h["strata_test"].append(st)
        h["acc_test"].append(at)
        if ocena_train:
            h["acc_train"].append(ocen(model, tr)[1])
        print(f"[{nazwa}] epoka {e:2d}/{epoki}  strata {h['strata'][-1]:.4f}  test {at:.2f}%")
    with open(sciezka, "wb") as f:
        pickle.dump({"wagi": {k: v.cpu() for k, v in model.state_dict().items()}, "historia": h}, f)
    return h
