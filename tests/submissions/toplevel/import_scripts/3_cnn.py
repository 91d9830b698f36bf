# Homework 1, problem 3
# last:  python 3_cnn.py     (takes long without a GPU)

import time
import torch, torchvision
import torch.nn as nn
import torch.nn.functional as F
import torchvision.transforms as T
import numpy as np
import matplotlib.pyplot as plt

dev = 'cuda' if torch.cuda.is_available() else 'cpu'
tf = T.Compose([T.ToTensor(), T.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
train = torchvision.datasets.CIFAR10(root='data', train=True, download=True, transform=tf)
test = torchvision.datasets.CIFAR10(root='data', train=False, download=True, transform=tf)
trainloader = torch.utils.data.DataLoader(train, batch_size=64, shuffle=True)
testloader = torch.utils.data.DataLoader(test, batch_size=64, shuffle=False)
classes = ('plane', 'car', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck')


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.reshape(-1, 64 * 8 * 8)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


class CNN2(nn.Module):          # four convs, two before each pooling
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.conv4 = nn.Conv2d(64, 64, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(64 * 8 * 8, 256)
        self.fc2 = nn.Linear(256, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv2(F.relu(self.conv1(x)))))
        x = self.pool(F.relu(self.conv4(F.relu(self.conv3(x)))))
        x = x.reshape(-1, 64 * 8 * 8)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


class CNN3(nn.Module):          # few 7x7 and 5x5 filters, average pooling
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 7, padding=3)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2)
        self.pool = nn.AvgPool2d(2, 2)
        self.fc1 = nn.Linear(32 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.reshape(-1, 32 * 8 * 8)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


# ---------------------------------------------------------------- 3A
# the networks end with log_softmax, so the loss is nll_loss (together: cross-entropy)
# the test set is my validation set here; nothing is chosen by it
print('----- 3A -----')
torch.manual_seed(0)
cnn = CNN().to(dev)
opt = torch.optim.Adam(cnn.parameters(), lr=0.001)
train_loss, val_loss = [], []
print('| epoch | train loss | val loss | val acc |')
for ep in range(20):
    cnn.train()
    tot = 0.0
    for x, y in trainloader:
        x, y = x.to(dev), y.to(dev)
        opt.zero_grad()
        loss = F.nll_loss(cnn(x), y)
        loss.backward()
        opt.step()
        tot += loss.item()
    train_loss.append(tot / len(trainloader))

    cnn.eval()
    tot, ok = 0.0, 0
    with torch.no_grad():
        for x, y in testloader:
            x, y = x.to(dev), y.to(dev)
            o = cnn(x)
            tot += F.nll_loss(o, y, reduction='sum').item()
            ok += (o.max(1)[1] == y).sum().item()
    val_loss.append(tot / len(test))
    final = ok / len(test)
    print('| %5d | %10.4f | %8.4f | %7.4f |' % (ep + 1, train_loss[-1], val_loss[-1], final))
print('3A final test accuracy = %.4f' % final)

plt.figure()
plt.plot(range(1, 21), train_loss, 'k.-', label='training')
plt.plot(range(1, 21), val_loss, 'r.-', label='validation')
plt.legend()
plt.xlabel('epoch')
plt.ylabel('loss')
plt.title('3A')
plt.savefig('3a_loss.png')

conf = torch.zeros(10, 10, dtype=torch.long)
with torch.no_grad():
    for x, y in testloader:
        p = cnn(x.to(dev)).argmax(dim=1).cpu()
        conf += torch.bincount(y * 10 + p, minlength=100).reshape(10, 10)

plt.figure(figsize=(8, 8))
plt.matshow(conf.numpy(), fignum=0, cmap='Oranges')
plt.xticks(range(10), classes, rotation=90)
plt.yticks(range(10), classes)
for i in range(10):
    for j in range(10):
        plt.text(j, i, conf[i, j].item(), ha='center', va='center')
plt.xlabel('predicted')
plt.ylabel('true')
plt.savefig('3a_confusion.png')
print('confusion matrix (rows: true class)')
print('       ' + ' '.join('%5s' % c for c in classes))
for c, row in zip(classes, conf.tolist()):
    print('%6s ' % c + ' '.join('%5d' % v for v in row))

# ---------------------------------------------------------------- 3B
print('----- 3B -----')
print('| net  | conv layers | filters     | kernels  | pooling |')
print('|------|-------------|-------------|----------|---------|')
print('| CNN  | 2           | 32,64       | 3x3      | max     |')
print('| CNN2 | 4           | 32,32,64,64 | 3x3      | max     |')
print('| CNN3 | 2           | 16,32       | 7x7, 5x5 | average |')
print()
out = []
for name, net in [('CNN', CNN()), ('CNN2', CNN2()), ('CNN3', CNN3())]:
    net = net.to(dev)
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    start = time.time()
    net.train()
    for ep in range(10):
        for x, y in trainloader:
            x, y = x.to(dev), y.to(dev)
            opt.zero_grad()
            F.nll_loss(net(x), y).backward()
            opt.step()
    t = time.time() - start
    net.eval()
    ok = 0
    with torch.no_grad():
        for x, y in testloader:
            ok += (net(x.to(dev)).argmax(dim=1).cpu() == y).sum().item()
    out.append('| %-4s | %12d | %17.1f | %13.4f |' % (name, sum(q.numel() for q in net.parameters()), t, ok / len(test)))
print('| net  | # parameters | training time (s) | test accuracy |')
print('|------|--------------|-------------------|---------------|')
print('\n'.join(out))

# Analysis: CNN2 has the most parameters, is slowest and best. CNN3 has half the parameters of CNN, and loses some
# accuracy: large kernels don't help on 32x32 pictures and the average pooling blurs. Twice the parameters bring some
# percent only, and a larger net overfits sooner. For a quick result I'd take CNN, for the best one CNN2.

# ---------------------------------------------------------------- 3C
print('----- 3C -----')
k = cnn.conv1.weight.data.cpu()
plt.figure(figsize=(8, 4))
for i in range(32):
    plt.subplot(4, 8, i + 1)
    plt.imshow(((k[i] - k.min()) / (k.max() - k.min())).numpy().transpose(1, 2, 0))
    plt.axis('off')
plt.suptitle('3C: conv1 filters')
plt.savefig('3c_filters.png')

for n in range(3):
    x, y = test[n]
    with torch.no_grad():
        act = F.relu(cnn.conv1(x.unsqueeze(0).to(dev)))[0].cpu().numpy()
    plt.figure(figsize=(9, 4))
    plt.subplot(2, 5, 1)
    plt.imshow(np.transpose(x.numpy(), (1, 2, 0)) / 2 + 0.5)
    plt.title(classes[y])
    plt.axis('off')
    for i in range(9):
        plt.subplot(2, 5, i + 2)
        plt.imshow(act[i], cmap='gray')
        plt.axis('off')
    plt.suptitle('3C: activation maps of test picture %d' % n)
    plt.savefig('3c_maps_%d.png' % n)
print('saved 3c_filters.png, 3c_maps_0.png, 3c_maps_1.png, 3c_maps_2.png')

# The filters are mostly edges and colours. The maps show the outline of the object in some and its surface in others.
