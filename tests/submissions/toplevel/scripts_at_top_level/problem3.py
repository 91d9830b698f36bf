"""
Homework 1, Problem 3: CNNs on CIFAR-10

run:  python problem3.py
"""
import numpy as np
import torch
import torch.nn as nn
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt

from common import DEVICE, get_cifar, evaluate, train, count_params, seed_everything

train_loader, test_loader = get_cifar()
CLASSES = test_loader.dataset.classes


# ----------------------------------------------------------------------------
# Part A
# ----------------------------------------------------------------------------
class BasicCNN(nn.Module):
    def __init__(self):
        super(BasicCNN, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding='same')
        self.conv2 = nn.Conv2d(32, 64, 3, padding='same')
        self.fc = nn.Linear(64 * 8 * 8, 128)
        self.out = nn.Linear(128, 10)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc(x))
        return self.out(x)


seed_everything()
cnn = BasicCNN().to(DEVICE)
opt = torch.optim.Adam(cnn.parameters(), lr=1e-3)
log = train(cnn, train_loader, test_loader, opt, epochs=20)

plt.figure()
plt.plot(range(1, 21), log['loss'], label='training')
plt.plot(range(1, 21), log['test_loss'], label='validation')
plt.xlabel('epoch')
plt.ylabel('cross-entropy')
plt.legend()
plt.title('Problem 3A: loss of the CNN')
plt.savefig('p3a_loss.png', dpi=120)
plt.close()

print('Final test accuracy: %.4f' % log['test_acc'][-1])

conf = torch.zeros(10, 10, dtype=torch.long)
cnn.eval()
with torch.no_grad():
    for xb, yb in test_loader:
        guess = cnn(xb.to(DEVICE)).argmax(1).cpu()
        for t, p in zip(yb, guess):
            conf[t, p] += 1          # row = true class, column = predicted class
print(conf)

plt.figure(figsize=(8, 7))
plt.imshow(conf.numpy(), cmap='viridis')
plt.colorbar()
plt.xticks(range(10), CLASSES, rotation=60)
plt.yticks(range(10), CLASSES)
plt.xlabel('predicted')
plt.ylabel('true')
for i in range(10):
    for j in range(10):
        plt.text(j, i, str(conf[i, j].item()), ha='center', va='center', color='white', fontsize=7)
plt.title('Confusion matrix (test set)')
plt.tight_layout()
plt.savefig('p3a_confusion.png', dpi=120)
plt.close()


# ----------------------------------------------------------------------------
# Part B
# ----------------------------------------------------------------------------
def small_net():
    return nn.Sequential(
        nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 8 * 8, 64), nn.ReLU(), nn.Linear(64, 10))


def deep_net():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
        nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 8 * 8, 256), nn.ReLU(), nn.Linear(256, 10))


def avg_net():
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
        nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
        nn.Conv2d(128, 128, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(128 * 4 * 4, 128), nn.ReLU(), nn.Linear(128, 10))


archs = [
    ('small, 2 conv, 5x5, max pooling', small_net),
    ('deep, 4 conv, 3x3, max pooling', deep_net),
    ('wide, 3 conv, 3x3, average pooling', avg_net),
]
table = []
for desc, build in archs:
    print(desc)
    seed_everything()
    m = build().to(DEVICE)
    opt = torch.optim.Adam(m.parameters(), lr=1e-3)
    lg = train(m, train_loader, test_loader, opt, epochs=15)
    table.append((desc, count_params(m), lg['time'], lg['test_acc'][-1]))

print('%-36s %10s %10s %10s' % ('architecture', '#params', 'time [s]', 'test acc'))
for row in table:
    print('%-36s %10d %10.1f %10.4f' % row)

# ----------------------------------------------------------------------------
# Part C
# ----------------------------------------------------------------------------
filters = cnn.conv1.weight.data.cpu().numpy()
fig, axs = plt.subplots(4, 8, figsize=(10, 5.5))
for k, ax in enumerate(axs.ravel()):
    f = filters[k].transpose(1, 2, 0)
    ax.imshow((f - f.min()) / (f.max() - f.min()))
    ax.set_xticks([])
    ax.set_yticks([])
fig.suptitle('All 32 filters of conv1')
fig.savefig('p3c_filters.png', dpi=120)
plt.close(fig)

xb, yb = next(iter(test_loader))
with torch.no_grad():
    act = torch.relu(cnn.conv1(xb[:3].to(DEVICE))).cpu()
fig, axs = plt.subplots(3, 9, figsize=(14, 5))
for i in range(3):
    axs[i, 0].imshow((xb[i] * 0.5 + 0.5).permute(1, 2, 0))
    axs[i, 0].set_ylabel(CLASSES[yb[i].item()])
    for k in range(8):
        axs[i, k + 1].imshow(act[i, k], cmap='gray')
for ax in axs.ravel():
    ax.set_xticks([])
    ax.set_yticks([])
fig.suptitle('Activation maps of conv1 for three test images')
fig.savefig('p3c_activations.png', dpi=120)
plt.close(fig)
