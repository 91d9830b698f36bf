"""
Homework 1, Problem 1: MLPs

run:  python problem1.py
"""
import numpy as np
import torch
import torch.nn as nn
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt

from common import DEVICE, MLP, get_mnist, evaluate, train, seed_everything

train_loader, test_loader = get_mnist()

# ----------------------------------------------------------------------------
# Part A
# ----------------------------------------------------------------------------
print('Part A: MLP 784-128-64-10 with ReLU')
seed_everything()
mlp = MLP([784, 128, 64, 10], 'relu').to(DEVICE)
opt = torch.optim.Adam(mlp.parameters(), lr=1e-3)
log_a = train(mlp, train_loader, test_loader, opt, epochs=10)

_, train_acc = evaluate(mlp, train_loader)
_, test_acc = evaluate(mlp, test_loader)
print('Training accuracy: %.4f' % train_acc)
print('Test accuracy:     %.4f' % test_acc)

# ----------------------------------------------------------------------------
# Part B
# ----------------------------------------------------------------------------
print('\nPart B: activation functions')
logs_b = {}
for act in ('relu', 'sigmoid', 'tanh'):
    print(act)
    seed_everything()
    net = MLP([784, 128, 64, 10], act).to(DEVICE)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    logs_b[act] = train(net, train_loader, test_loader, opt, epochs=10)

plt.figure()
for act in logs_b:
    plt.plot(np.arange(1, 11), logs_b[act]['loss'], label=act)
plt.xlabel('Epoch')
plt.ylabel('Training loss')
plt.legend()
plt.title('Problem 1B: activation functions')
plt.savefig('p1b_loss.png', dpi=120)
plt.close()

print('+------------+---------------+')
print('| activation | test accuracy |')
print('+------------+---------------+')
for act, log in logs_b.items():
    print('| %-10s |    %.4f     |' % (act, log['test_acc'][-1]))
print('+------------+---------------+')

# ----------------------------------------------------------------------------
# Part C: XOR
# ----------------------------------------------------------------------------
print('\nPart C: XOR')


class XORNet(nn.Module):
    """2 inputs -> 4 hidden (tanh) -> 1 output (sigmoid)"""

    def __init__(self, n_hidden=4):
        super(XORNet, self).__init__()
        self.hidden = nn.Linear(2, n_hidden)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, x):
        h = torch.tanh(self.hidden(x))
        return torch.sigmoid(self.out(h))


X = torch.Tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).to(DEVICE)
Y = torch.Tensor([0, 1, 1, 0]).view(-1, 1).to(DEVICE)

torch.manual_seed(7)
net = XORNet().to(DEVICE)
bce = nn.BCELoss()
opt = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)

for step in range(4000):
    opt.zero_grad()
    y_hat = net(X)
    loss = bce(y_hat, Y)
    loss.backward()
    opt.step()
    if step % 500 == 0:
        print('  step %4d loss %.5f' % (step, loss.item()))

with torch.no_grad():
    y_hat = net(X)
pred = (y_hat >= 0.5).float()
for i in range(4):
    print('  %s -> %.4f (%d), target %d' % (X[i].tolist(), y_hat[i].item(), pred[i].item(), Y[i].item()))
print('XOR accuracy: %d of 4 correct = %.2f' % (int((pred == Y).sum()), (pred == Y).float().mean().item()))

# decision boundary
g = np.linspace(-0.25, 1.25, 151)
gx, gy = np.meshgrid(g, g)
with torch.no_grad():
    pts = torch.from_numpy(np.stack([gx.ravel(), gy.ravel()], axis=1)).float().to(DEVICE)
    gz = net(pts).cpu().numpy().reshape(gx.shape)
plt.figure(figsize=(5, 5))
plt.pcolormesh(gx, gy, gz, cmap='RdBu', shading='auto', vmin=0, vmax=1)
plt.colorbar(label='network output')
plt.contour(gx, gy, gz, levels=[0.5], colors='black')
for x, t in zip(X.cpu().numpy(), Y.cpu().numpy().ravel()):
    plt.plot(x[0], x[1], 'wo' if t == 1 else 'k^', markersize=12, markeredgecolor='black')
plt.title('XOR decision boundary')
plt.savefig('p1c_xor.png', dpi=120)
plt.close()
