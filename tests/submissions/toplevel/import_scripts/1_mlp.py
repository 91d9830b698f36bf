# Homework 1, problem 1
# run me first:  python 1_mlp.py

import torch, torchvision
import torch.nn as nn
import torch.nn.functional as F
import numpy as np
import matplotlib.pyplot as plt

torch.manual_seed(0)

# ---------------------------------------------------------------- data
# whole MNIST as two big tensors, that's a lot quicker than going through the transforms picture by picture
train = torchvision.datasets.MNIST(root='data', train=True, download=True)
test = torchvision.datasets.MNIST(root='data', train=False, download=True)
Xtr = train.data.reshape(-1, 784).float() / 255
Ytr = train.targets
Xte = test.data.reshape(-1, 784).float() / 255
Yte = test.targets

BATCH = 100


# ---------------------------------------------------------------- 1A
class Net(nn.Module):
    # dims: e.g. [784, 128, 64, 10]; act: 'relu', 'sigmoid' or 'tanh'
    def __init__(self, dims, act):
        super().__init__()
        self.act = act
        self.n = len(dims) - 1
        for i in range(self.n):
            setattr(self, 'fc%d' % (i + 1), nn.Linear(dims[i], dims[i + 1]))

    def forward(self, x):
        for i in range(1, self.n + 1):
            x = getattr(self, 'fc%d' % i)(x)
            if i < self.n:
                if self.act == 'relu':
                    x = F.relu(x)
                elif self.act == 'sigmoid':
                    x = torch.sigmoid(x)
                else:
                    x = torch.tanh(x)
        # log of the softmax, goes with nll_loss
        return F.log_softmax(x, dim=1)


def right(net, X, Y):
    net.eval()
    with torch.no_grad():
        return (net(X).argmax(dim=1) == Y).float().mean().item()


def train_net(net, epochs=10):
    adam = torch.optim.Adam(net.parameters(), lr=0.001)
    losses = []
    for ep in range(epochs):
        net.train()
        perm = torch.randperm(len(Xtr))
        s = 0
        for i in range(0, len(Xtr), BATCH):
            idx = perm[i:i + BATCH]
            adam.zero_grad()
            loss = F.nll_loss(net(Xtr[idx]), Ytr[idx])
            loss.backward()
            adam.step()
            s += loss.item() * len(idx)
        losses.append(s / len(Xtr))
    return losses


print('----- 1A -----')
net = Net([784, 128, 64, 10], 'relu')
losses_1a = train_net(net)
print('| epoch | loss   |')
print('|-------|--------|')
for ep, l in enumerate(losses_1a):
    print('| %5d | %.4f |' % (ep + 1, l))
print('1A train accuracy = %.4f' % right(net, Xtr, Ytr))
print('1A test accuracy  = %.4f' % right(net, Xte, Yte))

# ---------------------------------------------------------------- 1B
print('----- 1B -----')
torch.manual_seed(0)
relu_net = Net([784, 128, 64, 10], 'relu')
relu_losses = train_net(relu_net)

torch.manual_seed(0)
sigmoid_net = Net([784, 128, 64, 10], 'sigmoid')
sigmoid_losses = train_net(sigmoid_net)

torch.manual_seed(0)
tanh_net = Net([784, 128, 64, 10], 'tanh')
tanh_losses = train_net(tanh_net)

plt.figure()
plt.plot(relu_losses, color='black', label='relu')
plt.plot(sigmoid_losses, color='orange', label='sigmoid')
plt.plot(tanh_losses, color='purple', label='tanh')
plt.xlabel('epoch')
plt.ylabel('training loss')
plt.legend()
plt.title('1B')
plt.savefig('1b.png')

print('| activation | test accuracy |')
print('|------------|---------------|')
print('| relu       | %13.4f |' % right(relu_net, Xte, Yte))
print('| sigmoid    | %13.4f |' % right(sigmoid_net, Xte, Yte))
print('| tanh       | %13.4f |' % right(tanh_net, Xte, Yte))

# Analysis: relu and tanh learn fastest, relu is a little better at the end. sigmoid needs some epochs more as its
# gradients are small (0.25 at most, and near 0 where it saturates). With 2 hidden layers it still works well.
# tanh is better than sigmoid because its outputs are around 0.

# ---------------------------------------------------------------- 1C
print('----- 1C -----')
X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = torch.tensor([0., 1., 1., 0.])

torch.manual_seed(7)
hidden = nn.Linear(2, 3)
output = nn.Linear(3, 1)


def xor(x):
    return torch.sigmoid(output(torch.tanh(hidden(x)))).squeeze(-1)


opt = torch.optim.Adam(list(hidden.parameters()) + list(output.parameters()), lr=0.05)
for i in range(3000):
    opt.zero_grad()
    loss = F.binary_cross_entropy(xor(X), Y)
    loss.backward()
    opt.step()

a = np.linspace(-0.3, 1.3, 120)
A, B = np.meshgrid(a, a)
with torch.no_grad():
    Z = xor(torch.tensor(np.column_stack([A.reshape(-1), B.reshape(-1)]), dtype=torch.float)).numpy().reshape(A.shape)
    answer = (xor(X) > 0.5).float()

plt.figure()
plt.contourf(A, B, Z > 0.5, alpha=0.4, cmap='PiYG')
plt.scatter(X[:, 0].numpy(), X[:, 1].numpy(), c=Y.numpy(), cmap='PiYG', s=100, edgecolor='k')
plt.title('1C: decision regions')
plt.savefig('1c.png')

print('| x1 | x2 | wanted | got |')
for (x1, x2), t, g in zip(X.tolist(), Y.tolist(), answer.tolist()):
    print('| %2d | %2d | %6d | %3d |' % (x1, x2, t, g))
print('XOR: %d of 4 right, accuracy %.2f' % ((answer == Y).sum().item(), (answer == Y).float().mean().item()))
