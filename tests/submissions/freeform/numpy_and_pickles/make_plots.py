import csv, os, pickle
import numpy as np
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt

A = pickle.load(open("runs/p12.pkl", "rb")); B = pickle.load(open("runs/p3.pkl", "rb"))
os.makedirs("figs", exist_ok=True)
def done(n): plt.tight_layout(); plt.savefig(f"figs/{n}.png", dpi=110); plt.close("all")
rows = []
def table(title, head, body):
    print("\n" + title); print("  ".join(f"{h:>14}" for h in head))
    for r in body: print("  ".join(f"{v:>14}" for v in r)); rows.append([title, *r])
pct = lambda log, w=1: f"{100 * log[('train_hits', 'test_hits')[w]][-1] / log['n'][w]:.2f}%"

table("1A", ["train", "test"], [[pct(A["1a"], 0), pct(A["1a"])]])
for n, l in A["1b"].items(): plt.plot(np.arange(1, len(l["loss"]) + 1), l["loss"], label=n)
plt.legend(); plt.xlabel("epoch"); plt.ylabel("train CE"); plt.title("1B activations"); done("1b")
table("1B", ["activation", "test"], [[n, pct(l)] for n, l in A["1b"].items()])

c = A["1c"]; plt.contourf(c["gx"], c["gy"], c["p"], 20, cmap="PiYG"); plt.colorbar(); plt.contour(c["gx"], c["gy"], c["p"], [.5], colors="k")
plt.plot([0, 1], [0, 1], "ks", label="0"); plt.plot([0, 1], [1, 0], "k^", label="1"); plt.legend(); plt.title(f"XOR ({c['right']}/4)"); done("1c")

for i, (key, lab) in enumerate([("loss", "train loss"), ("test_hits", "test accuracy")]):
    plt.figure()
    for n, l in A["2a"].items(): plt.plot(np.array(l[key]) / (1 if key == "loss" else l["n"][1]), label=n)
    plt.legend(); plt.xlabel("epoch"); plt.ylabel(lab); done(f"2a_{i}")
table("2A", ["optimizer", "test", "seconds"], [[n, pct(l), f"{l['sec']:.1f}"] for n, l in A["2a"].items()])

fig, ax = plt.subplots(1, 3, figsize=(16, 4))
for k, (n, l) in enumerate(A["2b"].items(), 1):
    G = np.array(l["grads"])
    ax[0].semilogy(np.arange(1, G.shape[1] + 1), G.mean(0), "o-", label=n)
    for j in range(G.shape[1]): ax[k].semilogy(np.arange(1, len(G) + 1), G[:, j], label=f"W{j + 1}")
    ax[k].set_title(n + " over epochs"); ax[k].legend(fontsize=6)
ax[0].set_xlabel("layer (1 = next to input)"); ax[0].set_ylabel("rms grad"); ax[0].legend(); done("2b")

fig, ax = plt.subplots(1, 3, figsize=(15, 4), sharey=True)
for a, (n, l) in zip(ax, A["2c"].items()):
    a.plot(np.array(l["train_hits"]) / l["n"][0], label="train"); a.plot(np.array(l["test_hits"]) / l["n"][1], label="test"); a.set_title(n); a.legend()
done("2c")
table("2C", ["config", "train", "test"], [[n, pct(l, 0), pct(l)] for n, l in A["2c"].items()])

l = B["3a"]; per = len(l["batch_loss"]) // len(l["loss"])
plt.plot(np.arange(len(l["batch_loss"])) / per, l["batch_loss"], alpha=.15)
e = np.arange(1, len(l["loss"]) + 1); plt.plot(e, l["loss"], label="train"); plt.plot(e, l["val_loss"], label="validation (test set)"); plt.legend(); plt.xlabel("epoch"); done("3a_loss")
names = "plane car bird cat deer dog frog horse ship truck".split()
plt.figure(figsize=(7, 7)); plt.imshow(B["cm"], cmap="Greens")
for i in range(10):
    for j in range(10): plt.text(j, i, B["cm"][i, j], ha="center", va="center", fontsize=7)
plt.xticks(range(10), names, rotation=60); plt.yticks(range(10), names); plt.xlabel("predicted"); plt.ylabel("true"); done("3a_cm")
table("3A", ["test"], [[f"{100 * l['acc'][-1]:.2f}%"]])
table("3B", ["arch", "params", "seconds", "test"], [[n, l["params"], f"{l['sec']:.1f}", f"{100 * l['acc'][-1]:.2f}%"] for n, l in B["3b"].items()])

norm = lambda a: (a - a.min()) / (np.ptp(a) + 1e-9)
fig, ax = plt.subplots(4, 8, figsize=(10, 5))
for a, f in zip(ax.flat, B["filters"]): a.imshow(norm(f.transpose(1, 2, 0))); a.axis("off")
done("3c_filters")
for i in range(3):
    fig, ax = plt.subplots(2, 6, figsize=(12, 4))
    ax.flat[0].imshow(norm(B["samples"][i].transpose(1, 2, 0)))
    for a, m in zip(ax.flat[1:], B["maps"][i]): a.imshow(m, cmap="gray")
    for a in ax.flat: a.axis("off")
    done(f"3c_maps{i}")
csv.writer(open("tables.csv", "w", newline="")).writerows(rows)
