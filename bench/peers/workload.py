"""Shared definition of workloads A and B for the PyTorch peer; bench/.../Workload.java has the same."""
import torch
import torch.nn as nn
import torch.nn.functional as F

SPECS = {
    # dense, cardinalities, embedding dim, hidden, actions, batch, rows
    "A": dict(dense=24, cards=[50, 100, 500, 1000, 5000, 10000, 50000, 100000], dim=16,
              hidden=[256, 128, 64], actions=64, batch=1024, rows=1048576),
    "B": dict(dense=128, cards=[50, 100, 200, 500, 1000, 1000, 2000, 2000, 5000, 5000, 10000, 10000,
                                50, 100, 200, 500, 1000, 1000, 2000, 2000, 5000, 5000, 10000, 100000],
              dim=16, hidden=[1024, 512, 256], actions=256, batch=4096, rows=262144),
}


def flops_per_sample(s):
    """Forward + grad-weights + grad-input GEMM FLOPs; grad-input of layer 1 only for embedding columns."""
    w = [s["dense"] + len(s["cards"]) * s["dim"]] + s["hidden"] + [s["actions"]]
    f = sum(6 * a * b for a, b in zip(w, w[1:]))
    return f - 2 * s["dense"] * w[1]


class Policy(nn.Module):
    def __init__(self, s, sparse, fused_emb):
        super().__init__()
        self.fused_emb = fused_emb
        if fused_emb:
            offs = [0]
            for c in s["cards"]:
                offs.append(offs[-1] + c)
            self.register_buffer("offs", torch.tensor(offs[:-1]))
            self.emb = nn.Embedding(offs[-1], s["dim"], sparse=sparse)
        else:
            self.embs = nn.ModuleList([nn.Embedding(c, s["dim"], sparse=sparse) for c in s["cards"]])
        layers, w = [], s["dense"] + len(s["cards"]) * s["dim"]
        for h in s["hidden"]:
            layers += [nn.Linear(w, h), nn.BatchNorm1d(h), nn.ReLU(inplace=True)]
            w = h
        layers.append(nn.Linear(w, s["actions"]))
        self.mlp = nn.Sequential(*layers)

    def forward(self, dense, cats):
        if self.fused_emb:
            e = self.emb(cats + self.offs).flatten(1)
        else:
            e = torch.cat([m(cats[:, i]) for i, m in enumerate(self.embs)], 1)
        return self.mlp(torch.cat([dense, e], 1))

    def split_params(self):
        e = list(self.emb.parameters()) if self.fused_emb else list(self.embs.parameters())
        ids = {id(p) for p in e}
        return e, [p for p in self.parameters() if id(p) not in ids]


def make_opts(model, name, sparse, lr=1e-3, fused=False):
    e, d = model.split_params()
    kw = {"fused": True} if fused else {}
    if name == "adam":
        if sparse:
            return [torch.optim.SparseAdam(e, lr=lr), torch.optim.Adam(d, lr=lr, **kw)]
        return [torch.optim.Adam(e + d, lr=lr, **kw)]
    if name == "sgd":
        return [torch.optim.SGD(e, lr=lr), torch.optim.SGD(d, lr=lr, **kw)] if sparse else [torch.optim.SGD(e + d, lr=lr, **kw)]
    if name == "adagrad":
        return [torch.optim.Adagrad(e + d, lr=lr)]
    raise SystemExit("unknown optimizer " + name)


def make_data(s, rows, seed=1):
    g = torch.Generator().manual_seed(seed)
    dense = torch.randn(rows, s["dense"], generator=g)
    cats = torch.stack([torch.randint(0, c, (rows,), generator=g) for c in s["cards"]], 1).contiguous()
    act = torch.randint(0, s["actions"], (rows,), generator=g)
    rew = (torch.rand(rows, generator=g) < 0.1).float()
    return dense, cats, act, rew


def pg_loss(logits, act, rew, n_actions, form, clip=10.0, baseline=0.1):
    """Off-policy REINFORCE under a uniform behaviour policy (pi_b = 1/n_actions)."""
    if form == "ratio":
        p = F.softmax(logits, 1).gather(1, act[:, None])[:, 0]
        return -(rew * p * n_actions).mean()
    lp = F.log_softmax(logits, 1).gather(1, act[:, None])[:, 0]
    w = (lp.detach().exp() * n_actions).clamp(max=clip)
    return -(w * (rew - baseline) * lp).mean()
