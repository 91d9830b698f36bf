"""cikti/*.csv -> cikti/*.png   (Elif Kaya)"""
import pathlib
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd
import torch

C = pathlib.Path("cikti")
oku = lambda ad: pd.read_csv(C / f"{ad}.csv")

def egri(df, anahtar, deger, baslik, ax, ylabel):
    for ad, g in df.groupby(anahtar, sort=False):
        ax.plot(g["epok"], g[deger], marker=".", label=ad)
    ax.set(title=baslik, xlabel="epok", ylabel=ylabel); ax.legend()

fig, ax = plt.subplots(); egri(oku("1b"), "etkinlik", "kayip", "1B: etkinlik fonksiyonları", ax, "eğitim kaybı"); fig.savefig(C / "1b.png")

d = oku("1c").pivot(index="x2", columns="x1", values="p")
fig, ax = plt.subplots(); q = ax.contourf(d.columns, d.index, d.values, 15, cmap="coolwarm"); fig.colorbar(q)
ax.contour(d.columns, d.index, d.values, [0.5], colors="k"); ax.scatter([0, 0, 1, 1], [0, 1, 0, 1], c=[0, 1, 1, 0], cmap="coolwarm", edgecolors="k", s=100)
ax.set_title("1C: XOR karar sınırı"); fig.savefig(C / "1c.png")

d = oku("2a"); fig, ax = plt.subplots(1, 2, figsize=(12, 4))
egri(d, "opt", "kayip", "eğitim kaybı", ax[0], "kayıp"); egri(d, "opt", "test_dogruluk", "test doğruluğu", ax[1], "doğruluk"); fig.savefig(C / "2a.png")

d = oku("2b"); fig, ax = plt.subplots(1, 3, figsize=(16, 4))
for e, g in d.groupby("etkinlik"):
    o = g.groupby("katman")["norm"].mean(); ax[0].semilogy(o.index, o.values, "o-", label=e)
ax[0].set(xlabel="katman (1 = girişe en yakın)", ylabel="ortalama gradyan normu"); ax[0].legend()
for a, (e, g) in zip(ax[1:], d.groupby("etkinlik")):
    g.pivot(index="epok", columns="katman", values="norm").plot(ax=a, logy=True, title=e)
fig.savefig(C / "2b.png")

d = oku("2c"); fig, ax = plt.subplots(1, 3, figsize=(15, 4), sharey=True)
for a, (ad, g) in zip(ax, d.groupby("yontem", sort=False)):
    a.plot(g["epok"], g["egitim_dogruluk"], label="eğitim"); a.plot(g["epok"], g["test_dogruluk"], "--", label="test"); a.set_title(ad); a.legend()
fig.savefig(C / "2c.png")

d = oku("3a"); fig, ax = plt.subplots(); ax.plot(d["epok"], d["kayip"], label="eğitim"); ax.plot(d["epok"], d["test_kayip"], label="doğrulama"); ax.legend(); ax.set_xlabel("epok"); fig.savefig(C / "3a_kayip.png")
k = oku("3a_karisiklik").set_index("gercek"); fig, ax = plt.subplots(figsize=(8, 8)); ax.imshow(k.values, cmap="Oranges")
for i in range(10):
    for j in range(10): ax.text(j, i, k.values[i, j], ha="center", va="center", fontsize=8)
ax.set_xticks(range(10), k.columns, rotation=60); ax.set_yticks(range(10), k.index); ax.set(xlabel="tahmin", ylabel="gerçek"); fig.savefig(C / "3a_karisiklik.png")

d = oku("3b"); fig, ax = plt.subplots(figsize=(9, 2)); ax.axis("off"); t = ax.table(cellText=d.astype(str).values, colLabels=d.columns, loc="center"); t.scale(1, 1.6); fig.savefig(C / "3b_tablo.png")

z = torch.load(C / "3c.pt")
fig, ax = plt.subplots(4, 8, figsize=(10, 5))
for a, f in zip(ax.flat, z["filtre"]): a.imshow(((f - f.min()) / (f.max() - f.min())).permute(1, 2, 0)); a.axis("off")
fig.savefig(C / "3c_filtre.png")
for i in range(3):
    fig, ax = plt.subplots(2, 5, figsize=(10, 4)); ax.flat[0].imshow((z["x"][i].permute(1, 2, 0) + 1) / 2); ax.flat[0].set_title(z["etiket"][i])
    for a, m in zip(ax.flat[1:], z["harita"][i]): a.imshow(m)
    for a in ax.flat: a.axis("off")
    fig.savefig(C / f"3c_harita{i}.png")
