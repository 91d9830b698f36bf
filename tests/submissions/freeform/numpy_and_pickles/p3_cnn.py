# functional torch: the "model" is a dict of tensors
import os, pickle, time
import torch
import torch.nn.functional as F
from torchvision import datasets

dev = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(99)

def load():
    res = []
    for flag in (True, False):
        d = datasets.CIFAR10("data", train=flag, download=True)
        x = torch.from_numpy(d.data).permute(0, 3, 1, 2).float() / 255
        res += [x, torch.tensor(d.targets)]
    mu, sd = res[0].mean((0, 2, 3), keepdim=True), res[0].std((0, 2, 3), keepdim=True)   # train statistics only
    res[0], res[2] = (res[0] - mu) / sd, (res[2] - mu) / sd
    return res

def he(*shape):
    fan = 1
    for s in shape[1:]: fan *= s
    return (torch.randn(*shape) * (2 / fan) ** .5).to(dev).requires_grad_()

def zeros(n): return torch.zeros(n, device=dev, requires_grad=True)

def make(spec):
    """spec = dict(conv=[(filters, k, pool?)...], pool='max'|'avg', hidden=int)"""
    P, c, side = {}, 3, 32
    for i, (f, k, pool) in enumerate(spec["conv"]):
        P[f"c{i}w"], P[f"c{i}b"] = he(f, c, k, k), zeros(f)
        c, side = f, side // 2 if pool else side
    P["f1w"], P["f1b"] = he(spec["hidden"], c * side * side), zeros(spec["hidden"])
    P["f2w"], P["f2b"] = he(10, spec["hidden"]), zeros(10)
    return P

def run(P, spec, x):
    pool_fn = F.max_pool2d if spec["pool"] == "max" else F.avg_pool2d
    for i, (f, k, pool) in enumerate(spec["conv"]):
        x = F.relu(F.conv2d(x, P[f"c{i}w"], P[f"c{i}b"], padding=k // 2))
        if pool: x = pool_fn(x, 2)
    x = F.relu(F.linear(x.flatten(1), P["f1w"], P["f1b"]))
    return F.linear(x, P["f2w"], P["f2b"])          # logits, F.cross_entropy does the log-softmax

@torch.no_grad()
def predict(P, spec, x):
    return torch.cat([run(P, spec, x[i:i + 500].to(dev)).cpu() for i in range(0, len(x), 500)])

def train(spec, data, epochs, bs=64, lr=1e-3):
    x, y, xt, yt = data
    P = make(spec)
    opt = torch.optim.Adam(P.values(), lr=lr)
    log = {"batch_loss": [], "loss": [], "val_loss": [], "acc": [], "sec": 0., "params": sum(t.numel() for t in P.values())}
    for ep in range(epochs):
        t = time.perf_counter()
        tot = 0.
        for j in torch.randperm(len(x)).split(bs):
            L = F.cross_entropy(run(P, spec, x[j].to(dev)), y[j].to(dev))
            opt.zero_grad(); L.backward(); opt.step()
            log["batch_loss"].append(L.item()); tot += L.item() * len(j)
        log["sec"] += time.perf_counter() - t
        z = predict(P, spec, xt)
        log["loss"].append(tot / len(x)); log["val_loss"].append(F.cross_entropy(z, yt).item())
        log["acc"].append((z.argmax(1) == yt).double().mean().item())
        print(f"   ep {ep + 1}: {log['loss'][-1]:.4f} / {log['val_loss'][-1]:.4f}  acc {log['acc'][-1]:.4f}")
    return P, log

BASE = dict(conv=[(32, 3, True), (64, 3, True)], pool="max", hidden=128)
SPECS = {
    "small-avg":  dict(conv=[(16, 5, True), (32, 5, True)], pool="avg", hidden=64),
    "base":       BASE,
    "deep-max":   dict(conv=[(32, 3, False), (64, 3, True), (64, 3, False), (128, 3, True), (128, 3, True)], pool="max", hidden=128),
}

if __name__ == "__main__":
    data = load(); xt, yt = data[2:]
    out = {}
    print("[3A]"); P, out["3a"] = train(BASE, data, 20)
    pred = predict(P, BASE, xt).argmax(1)
    cm = torch.zeros(10, 10, dtype=torch.long)
    cm.index_put_((yt, pred), torch.ones(len(yt), dtype=torch.long), accumulate=True)   # row = truth
    out["cm"] = cm.numpy()
    print("3A test accuracy", out["3a"]["acc"][-1], " check from cm:", cm.trace().item() / cm.sum().item())

    out["3b"] = {}
    for n, s in SPECS.items():
        print("[3B]", n); _, out["3b"][n] = train(s, data, 12); out["3b"][n]["spec"] = s

    with torch.no_grad():                                   # [3C]
        out["filters"] = P["c0w"].cpu().numpy()
        out["samples"] = xt[:3].numpy()
        out["maps"] = F.relu(F.conv2d(xt[:3].to(dev), P["c0w"], P["c0b"], padding=1)).cpu().numpy()
    os.makedirs("runs", exist_ok=True)
    pickle.dump(out, open("runs/p3.pkl", "wb")); torch.save(P, "runs/cnn.pt")
