"""Peer: the training step of PyTorch in one process (forward, loss, backward, optimizer). Prints one JSON line."""
import argparse, json, os, resource, statistics, sys, time

_t = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
for _v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_v] = _t  # before torch is loaded: Debian's torch calls pthread OpenBLAS, which ignores torch.set_num_threads
import torch
from workload import SPECS, Policy, flops_per_sample, make_data, make_opts, pg_loss

ap = argparse.ArgumentParser()
ap.add_argument("--workload", default="A", choices=SPECS)
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--mode", default="eager", choices=["eager", "jit", "compile"])
ap.add_argument("--sparse", type=int, default=0)
ap.add_argument("--fused-emb", type=int, default=0, help="one table with offsets instead of one table a field")
ap.add_argument("--fused-opt", type=int, default=0, help="fused=True optimizers (torch >= 2.4 on CPU)")
ap.add_argument("--opt", default="adam", choices=["adam", "sgd", "adagrad"])
ap.add_argument("--form", default="log", choices=["log", "ratio"])
ap.add_argument("--rows", type=int, default=0)
ap.add_argument("--batch", type=int, default=0)
ap.add_argument("--warmup", type=int, default=20)
ap.add_argument("--seconds", type=float, default=8)
a = ap.parse_args()
torch.set_num_threads(a.threads)
s = SPECS[a.workload]
rows, B = a.rows or s["rows"], a.batch or s["batch"]
torch.manual_seed(0)
dense, cats, act, rew = make_data(s, rows)
data_mb = sum(t.numel() * t.element_size() for t in (dense, cats, act, rew)) / 2**20
m = Policy(s, bool(a.sparse), bool(a.fused_emb))
opts = make_opts(m, a.opt, bool(a.sparse), fused=bool(a.fused_opt))
fwd = m
if a.mode == "jit":
    fwd = torch.jit.trace(m, (dense[:B], cats[:B]), check_trace=False)
elif a.mode == "compile":
    fwd = torch.compile(m)


def step(i):
    o = (i * B) % (rows - B + 1)
    loss = pg_loss(fwd(dense[o:o + B], cats[o:o + B]), act[o:o + B], rew[o:o + B], s["actions"], a.form)
    for op in opts:
        op.zero_grad(set_to_none=True)
    loss.backward()
    for op in opts:
        op.step()
    return loss


m.train()
for i in range(a.warmup):
    step(i)
ts, t0, c0, i = [], time.perf_counter(), time.process_time(), a.warmup
while time.perf_counter() - t0 < a.seconds:
    t = time.perf_counter()
    l = step(i)
    ts.append(time.perf_counter() - t)
    i += 1
el, cpu = time.perf_counter() - t0, time.process_time() - c0
print(json.dumps(dict(peer="torch", version=torch.__version__, workload=a.workload, batch=B, threads=a.threads,
    mode=a.mode, sparse=a.sparse, fused_emb=a.fused_emb, fused_opt=a.fused_opt, opt=a.opt, form=a.form, steps=len(ts),
    samples_per_s=round(len(ts) * B / el), samples_per_s_p50=round(B / statistics.median(ts)),
    p50_ms=round(statistics.median(ts) * 1e3, 3), p99_ms=round(sorted(ts)[int(len(ts) * .99)] * 1e3, 3),
    cpu_ms_per_step=round(cpu / len(ts) * 1e3, 3),
    gemm_gflops=round(flops_per_sample(s) * B / statistics.median(ts) / 1e9, 1),
    peak_rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, data_mb=round(data_mb), loss=round(l.item(), 5))))
