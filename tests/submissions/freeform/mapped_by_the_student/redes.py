# Tarea 1
import torch
from torch import nn

class Red(nn.Module):
    def __init__(self, capas, activacion="relu"):
        super().__init__()
        self.capas = nn.ModuleList([nn.Linear(a, b) for a, b in zip(capas, capas[1:])])
        funciones = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
        if activacion not in funciones:
            raise ValueError(f"activación desconocida: {activacion}, solo hay {list(funciones)}")
        self.f = funciones[activacion]

    def forward(self, x):
        x = x.view(len(x), -1)
        for capa in self.capas[:-1]:
            x = self.f(capa(x))
        return self.capas[-1](x)

def entrenar_una_epoca(modelo, datos, optimizador, perdida):
    modelo.train()
    suma = 0
    for x, y in datos:
        optimizador.zero_grad()
        p = perdida(modelo(x), y)
        p.backward()
        optimizador.step()
        suma += p.item()
    return suma / len(datos)

def evaluar(modelo, datos):
    modelo.eval()
    aciertos, total = 0, 0
    with torch.no_grad():
        for x, y in datos:
            aciertos += (modelo(x).argmax(1) == y).sum().item()
            total += len(y)
    return 100 * aciertos / total
