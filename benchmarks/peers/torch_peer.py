"""PyTorch's side of the main class io.github.dl4jx.benchmarks.peers.PeerTable, which starts this and measures it.

Debian: apt-get install --no-install-recommends python3-torch libopenblas0-pthread (without the second, products of
matrices are those of the reference BLAS, and slow). What it uses is in the first line that it writes.

The arguments are the number of threads and the part of the work, such as 1 or 0.1. It writes a line for each thing that
it can do, then "ready"; then it does what it is told by a line, and answers "done".
"""

import copy
import itertools
import sys

try:
    import torch
except ImportError:
    print("torch: not installed", flush=True)
    sys.exit(0)

from torch import nn
from torch.nn import functional

try:
    from torch.func import functional_call, stack_module_state, vmap
except ImportError:
    stack_module_state = None
    try:
        from functorch import combine_state_for_ensemble, vmap
    except ImportError:
        vmap = None

MEMBERS = 10
ROWS = 8_000
BATCH = 128
EPOCHS = 3
LARGE = 10_000_000
MASKS = 50


def dense(inputs, hidden):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def stacked(models):
    """The parameters of all members, and the function that gives all outputs."""
    if stack_module_state is not None:
        parameters, buffers = stack_module_state(models)
        skeleton = copy.deepcopy(models[0]).to("meta")
        one = lambda p, x: functional_call(skeleton, (p, buffers), (x,))  # no buffers: nothing to map
        return list(parameters.values()), lambda x: vmap(one, in_dims=(0, None))(parameters, x)
    model, parameters, buffers = combine_state_for_ensemble(models)
    parameters = tuple(p.detach().requires_grad_() for p in parameters)
    return list(parameters), lambda x: vmap(model, in_dims=(0, 0, None))(parameters, buffers, x)


def training(inputs, hidden, part):
    rows = int(ROWS * part)
    features = torch.rand(rows, inputs)
    labels = torch.randint(10, (rows,))

    def batches():
        for _ in range(EPOCHS):
            for rows_of_batch in torch.randperm(rows).split(BATCH):
                yield features[rows_of_batch], labels[rows_of_batch]

    def loop():
        for _ in range(MEMBERS):
            model = dense(inputs, hidden)
            optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
            for x, y in batches():
                optimizer.zero_grad(set_to_none=True)
                functional.cross_entropy(model(x), y).backward()
                optimizer.step()

    def together():
        parameters, outputs = stacked([dense(inputs, hidden) for _ in range(MEMBERS)])
        optimizer = torch.optim.Adam(parameters, lr=1e-3)
        for x, y in batches():
            optimizer.zero_grad(set_to_none=True)
            logits = outputs(x).flatten(0, 1)
            (MEMBERS * functional.cross_entropy(logits, y.repeat(MEMBERS))).backward()
            optimizer.step()

    return {"torch, a loop over models": loop, "torch, vmap": together}


def serving(inputs, hidden, batch, calls):
    models = [dense(inputs, hidden).eval() for _ in range(MEMBERS)]
    x = torch.rand(batch, inputs)

    def loop():
        with torch.inference_mode():
            for _ in range(calls):
                sum(model(x).softmax(1) for model in models).div_(MEMBERS)

    def together():
        with torch.no_grad():
            for _ in range(calls):
                outputs(x).softmax(2).mean(0)

    outputs = stacked(models)[1] if vmap is not None else None
    return {"torch, a loop over models": loop, "torch, vmap": together}


def dropout(calls):
    x = torch.rand(256, 4096, requires_grad=True)
    gradient = torch.rand(256, 4096)

    def run():
        for _ in range(calls):
            x.grad = None
            functional.dropout(x, 0.5).backward(gradient)

    return {"torch": run}


def noise(calls):
    gradient = torch.rand(LARGE)
    drawn = torch.empty(LARGE)

    def run():
        for _ in range(calls):
            gradient.add_(drawn.normal_(0, 0.1))

    return {"torch": run}


def average(calls):
    mean = torch.rand(LARGE)
    weights = torch.rand(LARGE)

    def run():
        for _ in range(calls):
            mean.lerp_(weights, 0.001)

    return {"torch": run}


def masks(calls):
    certain = nn.Sequential(nn.Linear(784, 512), nn.ReLU())
    random = nn.Sequential(
        nn.Dropout(0.5), nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10)
    ).train()
    x = torch.rand(32, 784)

    def run():
        with torch.inference_mode():
            for _ in range(calls):
                outputs = random(certain(x).repeat(MASKS, 1)).softmax(1).view(MASKS, 32, 10)
                outputs.mean(0), outputs.var(0)

    return {"torch, all masks in one batch": run}


def blas():
    torch.rand(64, 64) @ torch.rand(64, 64)
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split("/")[-1].strip() for line in maps if "blas" in line or "mkl_" in line}
    except OSError:
        files = set()
    return ", ".join(sorted(files)) or "its own BLAS"


def main():
    threads, part = int(sys.argv[1]), float(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)

    def times(calls):
        return max(1, int(calls * part))

    cases = {
        "train 64-64-10": lambda: training(64, 64, part),
        "train 784-256-10": lambda: training(784, 256, part),
        "dropout 256x4096": lambda: dropout(times(40)),
        "noise 10^7": lambda: noise(times(5)),
        "EMA 10^7": lambda: average(times(40)),
        "50 masks at 32": lambda: masks(times(20)),
    }
    for (inputs, hidden), (batch, calls) in itertools.product(
        [(64, 64), (784, 256)], [(1, 1000), (32, 400), (256, 100), (4096, 10)]
    ):
        cases[f"serve {inputs}-{hidden}-10 at {batch}"] = (
            lambda i=inputs, h=hidden, b=batch, c=times(calls): serving(i, h, b, c)
        )
    work = {}
    print(f"torch {torch.__version__} with {blas()}", flush=True)
    for case, prepare in cases.items():
        for variant, run in prepare().items():
            if vmap is not None or "vmap" not in variant:
                work[f"{case}\t{variant}"] = run
                print(f"{case}\t{variant}", flush=True)
    print("ready", flush=True)
    for line in sys.stdin:
        work[line.rstrip("\n")]()
        print("done", flush=True)


main()
