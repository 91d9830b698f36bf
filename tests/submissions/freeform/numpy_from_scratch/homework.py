"""HW1, problems 1A and 1C with NumPy only, to understand backpropagation."""
import numpy as np
import matplotlib.pyplot as plt
from torchvision import datasets

rng = np.random.default_rng(0)

train = datasets.MNIST("data", train=True, download=True)
test = datasets.MNIST("data", train=False, download=True)
X = train.data.numpy().reshape(len(train), -1) / 255.0
y = train.targets.numpy()
X_test = test.data.numpy().reshape(len(test), -1) / 255.0
y_test = test.targets.numpy()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(0, z)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Net:
    def __init__(self, sizes, activation="relu"):
        self.W = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in zip(sizes[:-1], sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.activation = activation

    def act(self, z):
        return {"relu": relu, "sigmoid": sigmoid, "tanh": np.tanh}[self.activation](z)

    def dact(self, a):
        return {"relu": (a > 0) * 1.0, "sigmoid": a * (1 - a), "tanh": 1 - a**2}[self.activation]

    def forward(self, x):
        self.a = [x]
        for W, b in zip(self.W[:-1], self.b[:-1]):
            self.a.append(self.act(self.a[-1] @ W + b))
        self.out = softmax(self.a[-1] @ self.W[-1] + self.b[-1])
        return self.out

    def backward(self, t, lr):
        delta = self.out.copy()
        delta[np.arange(len(t)), t] -= 1
        delta /= len(t)
        for i in range(len(self.W) - 1, -1, -1):
            dW, db = self.a[i].T @ delta, delta.sum(0)
            if i > 0:
                delta = (delta @ self.W[i].T) * self.dact(self.a[i])
            self.W[i] -= lr * dW
            self.b[i] -= lr * db


net = Net([784, 128, 64, 10])
losses = []
for epoch in range(10):
    order = rng.permutation(len(X))
    total = 0
    for start in range(0, len(X), 64):
        batch = order[start:start + 64]
        out = net.forward(X[batch])
        total += -np.log(out[np.arange(len(batch)), y[batch]] + 1e-9).sum()
        net.backward(y[batch], lr=0.1)
    losses.append(total / len(X))
    train_acc = (net.forward(X).argmax(1) == y).mean()
    test_acc = (net.forward(X_test).argmax(1) == y_test).mean()
    print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}, train {train_acc:.4f}, test {test_acc:.4f}")

# 1C: XOR
X_xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y_xor = np.array([[0], [1], [1], [0]], dtype=float)
W1, b1 = rng.normal(0, 1, (2, 4)), np.zeros(4)
W2, b2 = rng.normal(0, 1, (4, 1)), np.zeros(1)
for step in range(10000):
    h = np.tanh(X_xor @ W1 + b1)
    p = sigmoid(h @ W2 + b2)
    d2 = (p - y_xor) / 4
    d1 = (d2 @ W2.T) * (1 - h**2)
    W2 -= 0.5 * h.T @ d2
    b2 -= 0.5 * d2.sum(0)
    W1 -= 0.5 * X_xor.T @ d1
    b1 -= 0.5 * d1.sum(0)
p = sigmoid(np.tanh(X_xor @ W1 + b1) @ W2 + b2)
print("XOR predictions:", (p > 0.5).astype(int).ravel(), "accuracy:", ((p > 0.5) == y_xor).mean())

xx, yy = np.meshgrid(np.linspace(-0.5, 1.5, 100), np.linspace(-0.5, 1.5, 100))
grid = np.stack([xx.ravel(), yy.ravel()], axis=1)
Z = sigmoid(np.tanh(grid @ W1 + b1) @ W2 + b2).reshape(xx.shape)
plt.contourf(xx, yy, Z, levels=20)
plt.scatter(X_xor[:, 0], X_xor[:, 1], c=y_xor.ravel())
plt.title("XOR decision boundary")
plt.savefig("xor.png")
