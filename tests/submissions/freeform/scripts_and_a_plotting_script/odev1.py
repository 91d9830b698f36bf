#!/usr/bin/env python3
"""
Derin Öğrenme Ödev 1  --  Elif Kaya
Kullanım:  python odev1.py                 (bütün bölümler)
           python odev1.py --bolum 2a 2b   (yalnızca bazıları)
Sonuçlar cikti/*.csv dosyalarına yazılır, grafikler için:  python cizim.py
"""
import argparse, copy, csv, json, pathlib, time
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets
from rich.console import Console
from rich.table import Table

BURASI = pathlib.Path(__file__).resolve().parent
konsol = Console(width=110)
cihaz = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


# ------------------------------------------------------------------ veri
def mnist_yukle(ayar, kac=None):
    def hazirla(egitim):
        d = datasets.MNIST(ayar["veri"], train=egitim, download=True)
        x = d.data.reshape(len(d.data), 784).float().div_(255).sub_(0.1307).div_(0.3081)
        return x, d.targets
    xe, ye = hazirla(True)
    if kac:
        xe, ye = xe[:kac], ye[:kac]
    return (DataLoader(TensorDataset(xe, ye), batch_size=ayar["yigin"], shuffle=True),
            DataLoader(TensorDataset(*hazirla(False)), batch_size=1000))


def cifar_yukle(ayar):
    def hazirla(egitim):
        d = datasets.CIFAR10(ayar["veri"], train=egitim, download=True)
        x = torch.as_tensor(d.data).permute(0, 3, 1, 2).contiguous().float() / 127.5 - 1
        return x, torch.as_tensor(d.targets), d.classes
    xe, ye, _ = hazirla(True)
    xt, yt, siniflar = hazirla(False)
    return (DataLoader(TensorDataset(xe, ye), batch_size=ayar["yigin"], shuffle=True),
            DataLoader(TensorDataset(xt, yt), batch_size=500), siniflar)


# ------------------------------------------------------------------ modeller
class CokKatmanliAlgilayici(nn.Module):
    """Ağırlıklar nn.Linear kullanılmadan, Parameter listesi olarak tutulur."""
    ETKINLIK = {"relu": F.relu, "sigmoid": F.sigmoid, "tanh": F.tanh}

    def __init__(self, katmanlar, etkinlik="relu", dropout=0.0):
        super().__init__()
        self.agirlik = nn.ParameterList()
        self.yanlilik = nn.ParameterList()
        for giren, cikan in zip(katmanlar[:-1], katmanlar[1:]):
            w = torch.empty(cikan, giren)
            if etkinlik == "relu":
                nn.init.kaiming_normal_(w, nonlinearity="relu")
            else:
                nn.init.xavier_normal_(w)
            self.agirlik.append(nn.Parameter(w))
            self.yanlilik.append(nn.Parameter(torch.zeros(cikan)))
        self.f = self.ETKINLIK[etkinlik]
        self.dropout = dropout

    def forward(self, x):
        son = len(self.agirlik) - 1
        for i, (w, b) in enumerate(zip(self.agirlik, self.yanlilik)):
            x = x @ w.T + b
            if i < son:
                x = F.dropout(self.f(x), p=self.dropout, training=self.training)
        return F.log_softmax(x, dim=-1)       # kayıp: nll_loss


class Evrisimli(nn.Module):
    def __init__(self, filtre, cekirdek, havuz, gizli):
        super().__init__()
        self.evr = nn.ModuleDict()
        onceki = 3
        for i, f in enumerate(filtre, 1):
            self.evr[f"evr{i}"] = nn.Conv2d(onceki, f, cekirdek, padding="same")
            onceki = f
        self.havuz = {"max": F.max_pool2d, "ort": F.avg_pool2d}[havuz]
        kenar = 32 // 2 ** len(filtre)
        self.tam1 = nn.Linear(onceki * kenar * kenar, gizli)
        self.tam2 = nn.Linear(gizli, 10)

    def forward(self, x):
        for k in self.evr.values():
            x = self.havuz(F.relu(k(x)), 2)
        return F.log_softmax(self.tam2(F.relu(self.tam1(x.flatten(1)))), dim=-1)


# ------------------------------------------------------------------ eğitim / ölçüm
@torch.no_grad()
def olc(model, yukleyici):
    """(ortalama kayıp, doğruluk) -- doğruluk 0-1 arası"""
    model.eval()
    kayip, dogru, adet = 0.0, 0, 0
    for x, y in yukleyici:
        x, y = x.to(cihaz), y.to(cihaz)
        lp = model(x)
        kayip += F.nll_loss(lp, y, reduction="sum").item()
        dogru += lp.argmax(-1).eq(y).sum().item()
        adet += y.numel()
    return kayip / adet, dogru / adet


def egit(model, opt, egitim, test, epok, her_epok=None):
    """epok epok sözlük üretir (generator!), böylece çağıran ne isterse onu saklar."""
    for e in range(1, epok + 1):
        basla = time.monotonic()
        model.train()
        toplam = adet = 0
        for x, y in egitim:
            x, y = x.to(cihaz), y.to(cihaz)
            opt.zero_grad()
            kayip = F.nll_loss(model(x), y)
            kayip.backward()
            opt.step()
            toplam += kayip.item() * y.numel()
            adet += y.numel()
        sure = time.monotonic() - basla
        _, egitim_d = olc(model, egitim)
        test_k, test_d = olc(model, test)
        if her_epok:
            her_epok(e, model)
        yield {"epok": e, "kayip": toplam / adet, "test_kayip": test_k, "egitim_dogruluk": egitim_d,
               "test_dogruluk": test_d, "sure": sure}


def yaz(ayar, ad, satirlar):
    yol = pathlib.Path(ayar["cikti"]) / f"{ad}.csv"
    with open(yol, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, fieldnames=list(satirlar[0])); w.writeheader(); w.writerows(satirlar)


def tablo(baslik, kolonlar, satirlar):
    t = Table(title=baslik)
    for k in kolonlar: t.add_column(k)
    for s in satirlar: t.add_row(*map(str, s))
    konsol.print(t)


# ------------------------------------------------------------------ bölümler
def b1a(A):
    eg, te = mnist_yukle(A)
    m = CokKatmanliAlgilayici(A["mlp_katmanlar"], "relu").to(cihaz)
    g = list(egit(m, torch.optim.Adam(m.parameters(), lr=0.001), eg, te, A["epok"]["1a"]))
    yaz(A, "1a", g)
    konsol.print(f"1A  eğitim doğruluğu {g[-1]['egitim_dogruluk']:.4f}   test doğruluğu {g[-1]['test_dogruluk']:.4f}")


def b1b(A):
    eg, te = mnist_yukle(A)
    hepsi, ozet = [], []
    for etk in CokKatmanliAlgilayici.ETKINLIK:
        torch.manual_seed(A["tohum"])
        m = CokKatmanliAlgilayici(A["mlp_katmanlar"], etk).to(cihaz)
        for s in egit(m, torch.optim.Adam(m.parameters(), lr=0.001), eg, te, A["epok"]["1b"]):
            hepsi.append({"etkinlik": etk, **s})
        ozet.append((etk, f"{s['test_dogruluk']:.4f}"))
    yaz(A, "1b", hepsi); tablo("1B", ["etkinlik", "test doğruluğu"], ozet)


def b1c(A):
    X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]); y = torch.tensor([0., 1., 1., 0.])
    torch.manual_seed(A["tohum"])
    p = {"w1": torch.randn(4, 2), "b1": torch.randn(4), "w2": torch.randn(1, 4), "b2": torch.zeros(1)}
    def ag(p, x):
        return torch.sigmoid(F.linear(torch.tanh(F.linear(x, p["w1"], p["b1"])), p["w2"], p["b2"])).squeeze(-1)
    def kayip(p):
        return F.binary_cross_entropy(ag(p, X), y)
    turev = grad(kayip)                     # torch.func: JAX gibi
    for _ in range(3000):
        d = turev(p)
        p = {k: v - 0.5 * d[k] for k, v in p.items()}
    dogru = int(((ag(p, X) > 0.5) == y.bool()).sum())
    konsol.print(f"1C  XOR: {dogru}/4 doğru (%{dogru / 4 * 100:.0f}), kayıp {kayip(p):.4f}, çıktılar {[round(v, 3) for v in ag(p, X).tolist()]}")
    torch.save(p, pathlib.Path(A["cikti"]) / "xor.pt")
    e = torch.linspace(-0.5, 1.5, 101)
    yaz(A, "1c", [{"x1": a.item(), "x2": b.item(), "p": ag(p, torch.stack([a, b])).item()} for a in e for b in e])


def b2a(A):
    eg, te = mnist_yukle(A)
    hepsi, ozet = [], []
    for ad, (sinif, kw) in A["optimizasyon"].items():
        torch.manual_seed(A["tohum"])
        m = CokKatmanliAlgilayici(A["mlp_katmanlar"], "relu").to(cihaz)
        gecmis = list(egit(m, getattr(torch.optim, sinif)(m.parameters(), **kw), eg, te, A["epok"]["2a"]))
        hepsi += [{"opt": ad, **s} for s in gecmis]
        ozet.append((ad, f"{gecmis[-1]['test_dogruluk']:.4f}", f"{sum(s['sure'] for s in gecmis):.1f}"))
    yaz(A, "2a", hepsi); tablo("2A", ["yöntem", "son test doğruluğu", "süre (s)"], ozet)


def b2b(A):
    """Örnek başına gradyan: vmap(grad). Her epok sonunda 64 örneğin gradyan normlarının ortalaması."""
    eg, te = mnist_yukle(A)
    xs, ys = (t[:64].to(cihaz) for t in eg.dataset.tensors)
    satirlar = []

    def gradyan_olc(etk):
        def f(epok, model):
            par = {k: v.detach() for k, v in model.named_parameters()}
            def tek(par, x, y):
                return F.nll_loss(functional_call(model, par, (x[None],)), y[None])
            g = vmap(grad(tek), in_dims=(None, 0, 0))(par, xs, ys)
            for k, t in g.items():
                if k.startswith("agirlik"):
                    satirlar.append({"etkinlik": etk, "epok": epok, "katman": int(k.split(".")[1]) + 1,
                                     "norm": t.flatten(1).norm(dim=1).mean().item()})
        return f

    for etk in ("sigmoid", "relu"):
        torch.manual_seed(A["tohum"])
        m = CokKatmanliAlgilayici(A["derin_katmanlar"], etk).to(cihaz)
        olcer = gradyan_olc(etk)
        olcer(0, m)                        # eğitimden önce
        for s in egit(m, torch.optim.SGD(m.parameters(), lr=0.05), eg, te, A["epok"]["2b"], her_epok=olcer):
            konsol.print(f"2B {etk} epok {s['epok']} kayıp {s['kayip']:.4f}")
    yaz(A, "2b", satirlar)


def b2c(A):
    eg, te = mnist_yukle(A, kac=4000)
    hepsi, ozet = [], []
    for ad, d in A["duzenlilestirme"].items():
        torch.manual_seed(A["tohum"])
        m = CokKatmanliAlgilayici(A["mlp_katmanlar"], "relu", dropout=d["dropout"]).to(cihaz)
        opt = torch.optim.Adam(m.parameters(), lr=0.001, weight_decay=d["weight_decay"])
        for s in egit(m, opt, eg, te, A["epok"]["2c"]): hepsi.append({"yontem": ad, **s})
        ozet.append((ad, f"{s['egitim_dogruluk']:.4f}", f"{s['test_dogruluk']:.4f}", f"{s['egitim_dogruluk'] - s['test_dogruluk']:.4f}"))
    yaz(A, "2c", hepsi); tablo("2C", ["yöntem", "eğitim", "test", "fark"], ozet)


def b3a(A):
    eg, te, siniflar = cifar_yukle(A)
    m = Evrisimli([32, 64], 3, "max", 128).to(cihaz)
    g = list(egit(m, torch.optim.Adam(m.parameters(), lr=0.001), eg, te, A["epok"]["3a"]))
    yaz(A, "3a", g)
    konsol.print(f"3A  son test doğruluğu {g[-1]['test_dogruluk']:.4f}")
    karisiklik = [[0] * 10 for _ in range(10)]
    m.eval()
    with torch.no_grad():
        for x, y in te:
            for gercek, tahmin in zip(y.tolist(), m(x.to(cihaz)).argmax(-1).tolist()):
                karisiklik[gercek][tahmin] += 1
    yaz(A, "3a_karisiklik", [{"gercek": s, **dict(zip(siniflar, satir))} for s, satir in zip(siniflar, karisiklik)])
    torch.save(m.state_dict(), pathlib.Path(A["cikti"]) / "evrisimli.pt")


def b3b(A):
    eg, te, _ = cifar_yukle(A)
    ozet = []
    for ad, tanim in A["mimariler"].items():
        torch.manual_seed(A["tohum"])
        m = Evrisimli(**tanim).to(cihaz)
        n = sum(p.numel() for p in m.parameters())
        g = list(egit(m, torch.optim.Adam(m.parameters(), lr=0.001), eg, te, A["epok"]["3b"]))
        ozet.append({"mimari": ad, "parametre": n, "sure_s": round(sum(s["sure"] for s in g), 1), "test_dogruluk": g[-1]["test_dogruluk"]})
    yaz(A, "3b", ozet); tablo("3B", list(ozet[0]), [o.values() for o in ozet])


def b3c(A):
    """3A'da kaydedilen model yüklenir; filtreler ve özellik haritaları cizim.py için saklanır."""
    _, te, siniflar = cifar_yukle(A)
    m = Evrisimli([32, 64], 3, "max", 128)
    m.load_state_dict(torch.load(pathlib.Path(A["cikti"]) / "evrisimli.pt", map_location="cpu"))
    x, y = (t[:3] for t in te.dataset.tensors)
    with torch.no_grad():
        harita = F.relu(m.evr["evr1"](x))
    torch.save({"filtre": m.evr["evr1"].weight.detach(), "x": x, "etiket": [siniflar[i] for i in y], "harita": harita}, pathlib.Path(A["cikti"]) / "3c.pt")


BOLUMLER = {"1a": b1a, "1b": b1b, "1c": b1c, "2a": b2a, "2b": b2b, "2c": b2c, "3a": b3a, "3b": b3b, "3c": b3c}

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--bolum", nargs="*", choices=list(BOLUMLER), default=list(BOLUMLER))
    ap.add_argument("--ayar", default=str(BURASI / "ayarlar.json"))
    arg = ap.parse_args()
    A = json.load(open(arg.ayar, encoding="utf-8"))
    pathlib.Path(A["cikti"]).mkdir(exist_ok=True, parents=True)
    torch.manual_seed(A["tohum"])
    for b in arg.bolum:
        konsol.rule(b.upper())
        BOLUMLER[b](copy.deepcopy(A))
