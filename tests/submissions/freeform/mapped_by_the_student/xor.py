import torch
from torch import nn

x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = torch.tensor([[0.], [1.], [1.], [0.]])

torch.manual_seed(2)
modelo = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1), nn.Sigmoid())
opt = torch.optim.Adam(modelo.parameters(), lr=0.05)
for i in range(3000):
    opt.zero_grad()
    perdida = nn.BCELoss()(modelo(x), y)
    perdida.backward()
    opt.step()
    if i % 500 == 0:
        print(i, perdida.item())
