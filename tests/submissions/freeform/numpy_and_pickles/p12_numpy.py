import os, pickle, time
import numpy as np
from torchvision import datasets

rng = np.random.default_rng(1234)

# ---------------------------------------------------------------- activations
class relu:
    f = staticmethod(lambda z: np.maximum(z, 0))
    d = staticmethod(lambda z, a: (z > 0).astype(z.dtype))

class sigmoid:
    f = staticmethod(lambda z: 1 / (1 + np.exp(-np.clip(z, -40, 40))))
    d = staticmethod(lambda z, a: a * (1 - a))

class tanh:
    f = staticmethod(np.tanh)
    d = staticmethod(lambda z, a: 1 - a ** 2)

def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)

# ---------------------------------------------------------------- network
class MLP:
    def __init__(self, sizes, act=relu, out=softmax, drop=0.0):
        self.act, self.out, self.drop = act, out, drop
        self.W, self.b = [], []
        for n_in, n_out in zip(sizes, sizes[1:]):
            scale = np.sqrt(2 / n_in) if act is relu else np.sqrt(1 / n_in)
            self.W.append((rng.standard_normal((n_in, n_out)) * scale).astype(np.float32))
            self.b.append(np.zeros(n_out, np.float32))

    @property
    def params(self):
        return self.W + self.b

    def forward(self, x, train=False):
        self.a, self.z, self.mask = [x], [], []
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            z = self.a[-1] @ W + b
            self.z.append(z)
            if i == len(self.W) - 1:
                return self.out(z)
            h = self.act.f(z)
            if train and self.drop:
                m = (rng.random(h.shape) >= self.drop).astype(np.float32) / (1 - self.drop)
                h = h * m
            else:
                m = 1.0
            self.mask.append(m)
            self.a.append(h)

    def backward(self, p, y_onehot):
        """softmax+CE and sigmoid+BCE have the same delta at the output: p - y"""
        L = len(self.W)
        gW, gb = [None] * L, [None] * L
        delta = (p - y_onehot) / len(p)
        for i in range(L - 1, -1, -1):
            gW[i] = self.a[i].T @ delta
            gb[i] = delta.sum(0)
            if i:
                up = (delta @ self.W[i].T) * self.mask[i - 1]
                a_clean = self.act.f(self.z[i - 1])
                delta = up * self.act.d(self.z[i - 1], a_clean)
        return gW, gb

# ---------------------------------------------------------------- optimizers (update in place)
class SGD:
    def __init__(self, params, lr, momentum=0.0):
        self.p, self.lr, self.mu = params, lr, momentum
        self.v = [np.zeros_like(q) for q in params]
    def step(self, grads):
        for q, g, v in zip(self.p, grads, self.v):
            v *= self.mu
            v += g
            q -= self.lr * v

class RMSprop:
    def __init__(self, params, lr, rho=0.99, eps=1e-8):
        self.p, self.lr, self.rho, self.eps = params, lr, rho, eps
        self.s = [np.zeros_like(q) for q in params]
    def step(self, grads):
        for q, g, s in zip(self.p, grads, self.s):
            s *= self.rho
            s += (1 - self.rho) * g * g
            q -= self.lr * g / (np.sqrt(s) + self.eps)

class Adam:
    def __init__(self, params, lr, b1=0.9, b2=0.999, eps=1e-8):
        self.p, self.lr, self.b1, self.b2, self.eps, self.t = params, lr, b1, b2, eps, 0
        self.m = [np.zeros_like(q) for q in params]
        self.v = [np.zeros_like(q) for q in params]
    def step(self, grads):
        self.t += 1
        c1, c2 = 1 - self.b1 ** self.t, 1 - self.b2 ** self.t
        for q, g, m, v in zip(self.p, grads, self.m, self.v):
            m *= self.b1; m += (1 - self.b1) * g
            v *= self.b2; v += (1 - self.b2) * g * g
            q -= self.lr * (m / c1) / (np.sqrt(v / c2) + self.eps)

# ---------------------------------------------------------------- data
def load():
    tr = datasets.MNIST("data", train=True, download=True)
    te = datasets.MNIST("data", train=False, download=True)
    f = lambda d: (d.data.numpy().reshape(len(d.data), -1).astype(np.float32) / 255., d.targets.numpy())
    return f(tr), f(te)

def hits(net, x, y):
    return sum(int((net.forward(x[i:i + 5000]).argmax(1) == y[i:i + 5000]).sum()) for i in range(0, len(x), 5000))

# ---------------------------------------------------------------- training loop
def fit(net, opt, train, test, epochs, bs=64, l2=0.0, watch=False):
    (x, y), (xt, yt) = train, test
    eye = np.eye(10, dtype=np.float32)
    log = {"loss": [], "train_hits": [], "test_hits": [], "n": (len(x), len(xt)), "sec": 0.0, "grads": []}
    for ep in range(epochs):
        t0 = time.perf_counter()
        order = rng.permutation(len(x))
        tot, g_sum, nb = 0.0, 0, 0
        for s in range(0, len(x), bs):
            j = order[s:s + bs]
            p = net.forward(x[j], train=True)
            tot += -np.log(p[np.arange(len(j)), y[j]] + 1e-12).sum()
            gW, gb = net.backward(p, eye[y[j]])
            if watch:
                g_sum = g_sum + np.array([np.sqrt((g ** 2).mean()) for g in gW]); nb += 1
            if l2:
                gW = [g + l2 * w for g, w in zip(gW, net.W)]
                gb = [g + l2 * b for g, b in zip(gb, net.b)]
            opt.step(gW + gb)
        log["sec"] += time.perf_counter() - t0
        log["loss"].append(tot / len(x))
        log["train_hits"].append(hits(net, x, y)); log["test_hits"].append(hits(net, xt, yt))
        if watch: log["grads"].append(g_sum / nb)
        print(f"   ep {ep + 1:>2}: loss {log['loss'][-1]:.4f}   train {log['train_hits'][-1]}/{len(x)}   test {log['test_hits'][-1]}/{len(xt)}")
    return log

def xor():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    Y = np.array([[0], [1], [1], [0]], np.float32)
    while True:     # 2-3 hidden units do get stuck now and then, so retry
        net = MLP([2, 4, 1], tanh, out=sigmoid.f)
        opt = Adam(net.params, 0.05)
        for it in range(2000):
            p = net.forward(X)
            gW, gb = net.backward(p, Y)
            opt.step(gW + gb)
        right = int(((net.forward(X) > .5) == (Y > .5)).sum())
        print("xor:", right, "of 4", net.forward(X).ravel().round(3))
        if right == 4:
            break
    g = np.linspace(-.5, 1.5, 200, dtype=np.float32)
    gx, gy = np.meshgrid(g, g)
    return {"right": right, "gx": gx, "gy": gy, "p": net.forward(np.stack([gx.ravel(), gy.ravel()], 1)).reshape(gx.shape)}

if __name__ == "__main__":
    train, test = load()
    out = {}
    SZ = [784, 128, 64, 10]

    print("[1A]")
    net = MLP(SZ, relu); out["1a"] = fit(net, Adam(net.params, 1e-3), train, test, 10)
    r = out["1a"]; print("1A final: train %.4f test %.4f" % (r["train_hits"][-1] / r["n"][0], r["test_hits"][-1] / r["n"][1]))

    out["1b"] = {}
    for act in (relu, sigmoid, tanh):
        print("[1B]", act.__name__)
        net = MLP(SZ, act); out["1b"][act.__name__] = fit(net, Adam(net.params, 1e-3), train, test, 10)

    print("[1C]"); out["1c"] = xor()

    out["2a"] = {}
    for name, make in {"SGD": lambda p: SGD(p, .01), "SGD+mom": lambda p: SGD(p, .01, .9),
                       "RMSprop": lambda p: RMSprop(p, .001), "Adam": lambda p: Adam(p, .001)}.items():
        print("[2A]", name)
        net = MLP(SZ, relu); out["2a"][name] = fit(net, make(net.params), train, test, 20)

    out["2b"] = {}
    for act in (sigmoid, relu):
        print("[2B]", act.__name__)
        net = MLP([784, 128, 128, 128, 128, 128, 128, 10], act)
        out["2b"][act.__name__] = fit(net, SGD(net.params, .05), train, test, 5, watch=True)

    out["2c"] = {}
    small = (train[0][:5000], train[1][:5000])      # small train set -> visible overfitting
    for name, l2, dr in [("none", 0, 0), ("L2 1e-3", 1e-3, 0), ("dropout .5", 0, .5)]:
        print("[2C]", name)
        net = MLP(SZ, relu, drop=dr); out["2c"][name] = fit(net, Adam(net.params, 1e-3), small, test, 30, l2=l2)

    os.makedirs("runs", exist_ok=True)
    pickle.dump(out, open("runs/p12.pkl", "wb"))
