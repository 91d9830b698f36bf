import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import matplotlib.pyplot as plt

np.random.seed(42)
torch.manual_seed(42)

X = torch.from_numpy(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32))
y = torch.from_numpy(np.array([[0], [1], [1], [0]], dtype=np.float32))


class XORModel(nn.Module):
    def __init__(self):
        super(XORModel, self).__init__()
        self.fc1 = nn.Linear(2, 4)
        self.fc2 = nn.Linear(4, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        x = torch.tanh(self.fc1(x))
        x = self.sigmoid(self.fc2(x))
        return x


xor_model = XORModel()
criterion = nn.BCELoss()
optimizer = optim.SGD(xor_model.parameters(), lr=0.5, momentum=0.9)

n_epochs = 5000
loss_history = []
for epoch in range(n_epochs):
    y_pred = xor_model(X)
    loss = criterion(y_pred, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss_history.append(loss.item())
    if (epoch + 1) % 1000 == 0:
        print('Epoch {}, loss {:.5f}'.format(epoch + 1, loss.item()))

with torch.no_grad():
    pred = (xor_model(X) > 0.5).float()
    print('Accuracy: {:.0%}'.format((pred == y).float().mean().item()))


def plot_decision_boundary(model):
    h = 0.01
    xx, yy = np.meshgrid(np.arange(-0.5, 1.5, h), np.arange(-0.5, 1.5, h))
    with torch.no_grad():
        Z = model(torch.from_numpy(np.c_[xx.ravel(), yy.ravel()]).float()).numpy()
    plt.contourf(xx, yy, Z.reshape(xx.shape), cmap=plt.cm.RdBu, alpha=0.8)
    plt.scatter(X[:, 0], X[:, 1], c=y[:, 0], edgecolors='k')
    plt.title('XOR decision boundary')
    plt.savefig('xor.png')


plot_decision_boundary(xor_model)
