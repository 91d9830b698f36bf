#!/usr/bin/env python
# coding: utf-8

# # Deep Learning HW1
#
# exported from HW1_final.ipynb with nbconvert, analysis is in the README.md

# In[1]:


import torch, torchvision, math
import torch.nn as nn
import torch.optim as optim
from torchvision import transforms
import matplotlib.pyplot as plt
import numpy as np
from time import time
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

USE_CUDA = torch.cuda.is_available()
def gpu(t): return t.cuda() if USE_CUDA else t

torch.manual_seed(31)


# In[2]:


train_mnist = torchvision.datasets.MNIST(root='./data', train=True, transform=transforms.ToTensor(), download=True)
test_mnist = torchvision.datasets.MNIST(root='./data', train=False, transform=transforms.ToTensor(), download=True)

trainloader = torch.utils.data.DataLoader(train_mnist, batch_size=64, shuffle=True)
testloader = torch.utils.data.DataLoader(test_mnist, batch_size=256, shuffle=False)


# ## Problem 1
# ### Part A
# "from scratch": I write the linear layer myself (weights as nn.Parameter) and also the activations, only autograd is from torch

# In[3]:


class MyLinear(nn.Module):
    def __init__(self, fan_in, fan_out):
        super(MyLinear, self).__init__()
        bound = 1 / math.sqrt(fan_in)
        self.W = nn.Parameter(torch.empty(fan_in, fan_out).uniform_(-bound, bound))
        self.b = nn.Parameter(torch.empty(fan_out).uniform_(-bound, bound))

    def forward(self, x):
        return x @ self.W + self.b


def relu(z):
    return z.clamp(min=0)

def sigmoid(z):
    return 1 / (1 + torch.exp(-z))

def tanh(z):
    # (e^z - e^-z)/(e^z + e^-z) overflows for big z, this is the same thing
    return 2 * sigmoid(2 * z) - 1


class MLPScratch(nn.Module):
    def __init__(self, input_dim, hidden_dims, output_dim, act=relu, drop=None):
        super(MLPScratch, self).__init__()
        dims = [input_dim] + list(hidden_dims) + [output_dim]
        self.layers = nn.ModuleList(MyLinear(a, b) for a, b in zip(dims, dims[1:]))
        self.act = act
        self.drop = drop     # probability or None

    def forward(self, x, return_hidden=False):
        h = x.reshape(x.shape[0], -1)
        hidden = []
        for L in self.layers[:-1]:
            h = self.act(L(h))
            if self.drop is not None and self.training:
                # inverted dropout
                keep = (torch.rand_like(h) > self.drop).float()
                h = h * keep / (1 - self.drop)
            hidden.append(h)
        scores = self.layers[-1](h)
        if return_hidden:
            return scores, hidden
        return scores

    def softmax(self, x):
        s = self.forward(x)
        s = s - s.max(dim=1, keepdim=True).values
        e = s.exp()
        return e / e.sum(dim=1, keepdim=True)


# In[4]:


ce = nn.CrossEntropyLoss()

def check(net, loader):
    """returns (loss, acc)"""
    net.eval()
    l, c, n = 0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = gpu(images), gpu(labels)
            o = net(images)
            l += ce(o, labels).item() * images.shape[0]
            c += (torch.max(o, 1)[1] == labels).sum().item()
            n += images.shape[0]
    return l / n, c / n


# In[5]:


net = gpu(MLPScratch(784, [128, 64], 10))
opt = optim.Adam(net.parameters())
print(sum(p.numel() for p in net.parameters()), 'parameters')   # should be 109386

for ep in range(15):
    net.train()
    running = []
    for images, labels in trainloader:
        images, labels = gpu(images), gpu(labels)
        opt.zero_grad()
        J = ce(net(images), labels)
        J.backward()
        opt.step()
        running.append(J.item())
    print('epoch %d  loss %.4f  test acc %.4f' % (ep + 1, np.mean(running), check(net, testloader)[1]))

acc_train_1a = check(net, trainloader)[1]
acc_test_1a = check(net, testloader)[1]
print('Final train accuracy: %.4f' % acc_train_1a)
print('Final test accuracy : %.4f' % acc_test_1a)

# sanity check of the softmax
imgs, _ = next(iter(testloader))
print('probabilities sum to', net.softmax(gpu(imgs[:3])).sum(1))


# ### Part B

# In[6]:


L_curves = {}
B_table = {}
for nm, fn in zip(['ReLU', 'Sigmoid', 'Tanh'], [relu, sigmoid, tanh]):
    torch.manual_seed(31)
    net = gpu(MLPScratch(784, [128, 64], 10, act=fn))
    opt = optim.Adam(net.parameters(), lr=0.001)
    L_curves[nm] = []
    for ep in range(15):
        net.train()
        running = []
        for images, labels in trainloader:
            images, labels = gpu(images), gpu(labels)
            opt.zero_grad()
            J = ce(net(images), labels)
            J.backward()
            opt.step()
            running.append(J.item())
        L_curves[nm].append(np.mean(running))
    B_table[nm] = check(net, testloader)[1]

plt.figure()
plt.plot(L_curves['ReLU'], 'r-', L_curves['Sigmoid'], 'g--', L_curves['Tanh'], 'b:')
plt.legend(['ReLU', 'Sigmoid', 'Tanh'])
plt.xlabel('epoch')
plt.ylabel('train loss')
plt.title('Activation functions')
plt.savefig('p1b.png')
plt.show()


# In[7]:


print('%-10s %s' % ('activation', 'final test acc'))
for nm in B_table:
    print('%-10s %.4f' % (nm, B_table[nm]))


# ### Part C - XOR, also with my own layer

# In[8]:


class XOR(nn.Module):
    def __init__(self, H=2):
        super(XOR, self).__init__()
        self.l1 = MyLinear(2, H)
        self.l2 = MyLinear(H, 1)
    def forward(self, x):
        return sigmoid(self.l2(sigmoid(self.l1(x))))

X = torch.Tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
T = torch.Tensor([[0], [1], [1], [0]])

# H=2 gets stuck sometimes (3 of 4 right), so restart until it works
xor_acc = 0
tries = 0
while xor_acc < 1 and tries < 20:
    tries += 1
    f = XOR(H=3)
    opt = optim.Adam(f.parameters(), lr=0.05)
    for i in range(2500):
        out = f(X)
        J = -(T * torch.log(out + 1e-9) + (1 - T) * torch.log(1 - out + 1e-9)).mean()
        opt.zero_grad()
        J.backward()
        opt.step()
    xor_acc = ((f(X) >= 0.5).float() == T).float().mean().item()
print('tries:', tries, 'loss:', J.item())
for i in range(4):
    print(X[i].numpy(), 'target', int(T[i]), 'output %.3f' % f(X[i:i+1]).item())
print('XOR accuracy: %d/4' % round(4 * xor_acc))


# In[9]:


r = np.arange(-0.5, 1.5, 0.01)
gx, gy = np.meshgrid(r, r)
with torch.no_grad():
    gz = f(torch.Tensor(np.dstack([gx, gy]).reshape(-1, 2))).numpy().reshape(gx.shape)
plt.figure()
cs = plt.contourf(gx, gy, gz, cmap='bwr', levels=np.linspace(0, 1, 21))
plt.contour(gx, gy, gz, levels=[.5], colors='black', linewidths=2)
plt.colorbar(cs)
plt.plot([0, 1], [0, 1], 'bo', ms=12)
plt.plot([0, 1], [1, 0], 'ro', ms=12)
plt.title('XOR boundary')
plt.savefig('p1c.png')
plt.show()


# ## Problem 2
# ### Part A

# In[10]:


def new_optimizer(which, params):
    if which == 'SGD':
        return optim.SGD(params, lr=0.01)
    if which == 'SGD with Momentum':
        return optim.SGD(params, lr=0.01, momentum=0.9)
    if which == 'RMSprop':
        return optim.RMSprop(params, lr=0.001)
    if which == 'Adam':
        return optim.Adam(params, lr=0.001)

OPTS = ['SGD', 'SGD with Momentum', 'RMSprop', 'Adam']
res = np.zeros((4, 20, 2))      # optimizer x epoch x (train loss, test acc)
times = np.zeros(4)

for i, which in enumerate(OPTS):
    torch.manual_seed(31)
    net = gpu(MLPScratch(784, [128, 64], 10, act=relu))
    opt = new_optimizer(which, net.parameters())
    begin = time()
    for ep in range(20):
        net.train()
        running = []
        for images, labels in trainloader:
            images, labels = gpu(images), gpu(labels)
            opt.zero_grad()
            J = ce(net(images), labels)
            J.backward()
            opt.step()
            running.append(J.item())
        res[i, ep] = np.mean(running), check(net, testloader)[1]
    times[i] = time() - begin
    print(which, res[i, -1], times[i])


# In[11]:


for j, what in enumerate(['train loss', 'test accuracy']):
    plt.figure()
    plt.plot(np.arange(1, 21), res[:, :, j].T)
    plt.legend(OPTS)
    plt.xlabel('epoch'); plt.ylabel(what)
    plt.title('Optimizers: ' + what)
    plt.savefig('p2a_%d.png' % j)
    plt.show()

print('optimizer             test acc   time (s)')
for i in range(4):
    print('%-20s  %.4f   %8.2f' % (OPTS[i], res[i, -1, 1], times[i]))


# ### Part B
# 5 hidden layers with 100 units. I record the mean abs gradient of every layer every 50 iterations.

# In[12]:


track = {}
for nm, fn in (('Sigmoid', sigmoid), ('ReLU', relu)):
    torch.manual_seed(31)
    net = gpu(MLPScratch(784, [100, 100, 100, 100, 100], 10, act=fn))
    opt = optim.SGD(net.parameters(), lr=0.1)
    track[nm] = []
    it = 0
    for ep in range(3):
        net.train()
        for images, labels in trainloader:
            images, labels = gpu(images), gpu(labels)
            opt.zero_grad()
            J = ce(net(images), labels)
            J.backward()
            if it % 50 == 0:
                track[nm].append([L.W.grad.abs().mean().item() for L in net.layers])
            opt.step()
            it += 1
        print(nm, 'epoch', ep + 1, 'loss %.4f acc %.4f' % check(net, testloader))
    track[nm] = np.array(track[nm])


# In[13]:


plt.figure(figsize=(15, 4))
for k, nm in enumerate(track):
    plt.subplot(1, 3, k + 1)
    for l in range(6):
        plt.semilogy(50 * np.arange(len(track[nm])), track[nm][:, l], label='W%d' % (l + 1))
    plt.legend(); plt.title(nm); plt.xlabel('iteration'); plt.ylabel('mean |grad|')
plt.subplot(1, 3, 3)
for nm in track:
    plt.semilogy(range(1, 7), track[nm].mean(axis=0), 'o-', label=nm)
plt.legend(); plt.xlabel('layer'); plt.title('average over training')
plt.savefig('p2b.png')
plt.show()
for nm in track:
    print(nm, ['%.1e' % v for v in track[nm].mean(axis=0)])


# ### Part C

# In[14]:


hist2c = {}
for nm in ['baseline', 'L2', 'dropout']:
    torch.manual_seed(31)
    net = gpu(MLPScratch(784, [256, 128], 10, drop=0.5 if nm == 'dropout' else None))
    opt = optim.Adam(net.parameters(), lr=0.001, weight_decay=0.001 if nm == 'L2' else 0)
    hist2c[nm] = ([], [])
    for ep in range(25):
        net.train()
        for images, labels in trainloader:
            opt.zero_grad()
            ce(net(gpu(images)), gpu(labels)).backward()
            opt.step()
        hist2c[nm][0].append(check(net, trainloader)[1])
        hist2c[nm][1].append(check(net, testloader)[1])

plt.figure(figsize=(14, 4))
for k, nm in enumerate(hist2c):
    plt.subplot(1, 3, k + 1)
    plt.plot(hist2c[nm][0], label='train'); plt.plot(hist2c[nm][1], label='test')
    plt.ylim(min(min(a) for h in hist2c.values() for a in h), 1.003)
    plt.title('%s (gap %.4f)' % (nm, hist2c[nm][0][-1] - hist2c[nm][1][-1]))
    plt.xlabel('epoch'); plt.ylabel('accuracy'); plt.legend()
plt.savefig('p2c.png')
plt.show()


# ## Problem 3
# ### Part A

# In[15]:


tf_cifar = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
cifar_all = torchvision.datasets.CIFAR10('./data', train=True, transform=tf_cifar, download=True)
cifar_test = torchvision.datasets.CIFAR10('./data', train=False, transform=tf_cifar, download=True)
N = len(cifar_all)
cut = int(0.9 * N)
ctrain = torch.utils.data.DataLoader(torch.utils.data.Subset(cifar_all, range(cut)), batch_size=64, shuffle=True)
cval = torch.utils.data.DataLoader(torch.utils.data.Subset(cifar_all, range(cut, N)), batch_size=256)
ctest = torch.utils.data.DataLoader(cifar_test, batch_size=256)


# In[16]:


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, stride=1, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, stride=1, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(4096, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, start_dim=1)
        x = torch.relu(self.fc1(x))
        return self.fc2(x)   # softmax -> CrossEntropyLoss

torch.manual_seed(31)
cnn = gpu(Net())
opt = optim.Adam(cnn.parameters(), lr=0.001)
tl, vl = [], []
for ep in range(20):
    cnn.train()
    running = []
    for images, labels in ctrain:
        images, labels = gpu(images), gpu(labels)
        opt.zero_grad()
        J = ce(cnn(images), labels)
        J.backward()
        opt.step()
        running.append(J.item())
    tl.append(np.mean(running))
    v, va = check(cnn, cval)
    vl.append(v)
    print('epoch %2d train loss %.3f val loss %.3f val acc %.3f' % (ep + 1, tl[-1], v, va))

plt.figure()
plt.plot(tl); plt.plot(vl); plt.legend(['train', 'val']); plt.title('CNN loss'); plt.xlabel('epoch')
plt.savefig('p3a_loss.png')
plt.show()

acc_cnn = check(cnn, ctest)[1]
print('CNN test accuracy: %.4f' % acc_cnn)


# In[17]:


P, G = [], []
cnn.eval()
with torch.no_grad():
    for images, labels in ctest:
        P.append(cnn(gpu(images)).argmax(1).cpu().numpy())
        G.append(labels.numpy())
M = confusion_matrix(np.concatenate(G), np.concatenate(P), labels=np.arange(10))
ConfusionMatrixDisplay(M, display_labels=cifar_all.classes).plot(xticks_rotation='vertical', cmap='viridis')
plt.savefig('p3a_cm.png')
plt.show()


# ### Part B

# In[18]:


class Arch1(nn.Module):
    '''2 conv (32,64), 5x5, average pooling'''
    def __init__(self):
        super(Arch1, self).__init__()
        self.c1 = nn.Conv2d(3, 32, 5, padding=2)
        self.c2 = nn.Conv2d(32, 64, 5, padding=2)
        self.f1 = nn.Linear(64 * 64, 128)
        self.f2 = nn.Linear(128, 10)
    def forward(self, x):
        x = nn.functional.avg_pool2d(torch.relu(self.c1(x)), 2)
        x = nn.functional.avg_pool2d(torch.relu(self.c2(x)), 2)
        return self.f2(torch.relu(self.f1(x.flatten(1))))

class Arch2(nn.Module):
    '''3 conv (32,64,128), 3x3, max pooling, batch norm'''
    def __init__(self):
        super(Arch2, self).__init__()
        self.c = nn.ModuleList([nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 32), (32, 64), (64, 128)]])
        self.n = nn.ModuleList([nn.BatchNorm2d(o) for o in (32, 64, 128)])
        self.f1 = nn.Linear(128 * 16, 128)
        self.f2 = nn.Linear(128, 10)
    def forward(self, x):
        for c, n in zip(self.c, self.n):
            x = nn.functional.max_pool2d(torch.relu(n(c(x))), 2)
        return self.f2(torch.relu(self.f1(x.flatten(1))))

class Arch3(nn.Module):
    '''4 conv (16,16,32,32), 3x3, max pooling after 2nd and 4th'''
    def __init__(self):
        super(Arch3, self).__init__()
        self.c1 = nn.Conv2d(3, 16, 3, padding=1)
        self.c2 = nn.Conv2d(16, 16, 3, padding=1)
        self.c3 = nn.Conv2d(16, 32, 3, padding=1)
        self.c4 = nn.Conv2d(32, 32, 3, padding=1)
        self.f = nn.Linear(32 * 64, 10)
    def forward(self, x):
        x = torch.relu(self.c2(torch.relu(self.c1(x))))
        x = nn.functional.max_pool2d(x, 2)
        x = torch.relu(self.c4(torch.relu(self.c3(x))))
        x = nn.functional.max_pool2d(x, 2)
        return self.f(x.flatten(1))

rows = []
for A in (Arch1, Arch2, Arch3):
    torch.manual_seed(31)
    net = gpu(A())
    opt = optim.Adam(net.parameters(), lr=0.001)
    begin = time()
    for ep in range(15):
        net.train()
        for images, labels in ctrain:
            opt.zero_grad()
            ce(net(gpu(images)), gpu(labels)).backward()
            opt.step()
    rows.append([A.__name__, A.__doc__, sum(p.numel() for p in net.parameters()), time() - begin, check(net, ctest)[1]])

print('%-6s %-58s %9s %9s %8s' % ('', 'description', 'params', 'time(s)', 'test acc'))
for row in rows:
    print('%-6s %-58s %9d %9.1f %8.4f' % tuple(row))


# ### Part C

# In[19]:


K = cnn.conv1.weight.detach().cpu().numpy().transpose(0, 2, 3, 1)
plt.figure(figsize=(8, 4))
for i in range(16):
    plt.subplot(2, 8, i + 1)
    k = K[i]
    plt.imshow((k - k.min()) / (k.max() - k.min()))
    plt.xticks([]); plt.yticks([])
plt.suptitle('First layer filters')
plt.savefig('p3c_filters.png')
plt.show()

for i in (0, 3):
    img, lab = cifar_test[i]
    with torch.no_grad():
        a = torch.relu(cnn.conv1(gpu(img.unsqueeze(0)))).squeeze(0).cpu().numpy()
    plt.figure(figsize=(10, 4))
    plt.subplot(2, 6, 1)
    plt.imshow(img.permute(1, 2, 0) / 2 + 0.5); plt.axis('off'); plt.title(cifar_all.classes[lab])
    for j in range(11):
        plt.subplot(2, 6, j + 2)
        plt.imshow(a[j], cmap='hot'); plt.axis('off')
    plt.savefig('p3c_act%d.png' % i)
    plt.show()


# ## Bonus

# In[20]:


big = transforms.Compose([transforms.Resize(224), transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
btrain = torch.utils.data.DataLoader(torchvision.datasets.CIFAR10('./data', train=True, transform=big, download=True), batch_size=32, shuffle=True)
btest = torch.utils.data.DataLoader(torchvision.datasets.CIFAR10('./data', train=False, transform=big, download=True), batch_size=64)

resnet = torchvision.models.resnet18(weights='IMAGENET1K_V1')
resnet.fc = nn.Linear(512, 10)
resnet = gpu(resnet)
opt = optim.SGD(resnet.parameters(), lr=0.001, momentum=0.9)
for ep in range(2):
    resnet.train()
    for images, labels in btrain:
        opt.zero_grad()
        ce(resnet(gpu(images)), gpu(labels)).backward()
        opt.step()
    print('epoch', ep + 1, 'loss %.4f acc %.4f' % check(resnet, btest))

print('CNN %.4f -> ResNet18 %.4f' % (acc_cnn, check(resnet, btest)[1]))
