"""What dl4j-tuning's TpeQualityTest compares with: the TPE of Optuna, 100 trials, the same functions.

Debian: apt-get install python3-optuna; /usr/bin/python3 benchmarks/peers/optuna_tpe.py
Beside it in one run: the main class io.github.dl4jx.tuning.sample.TpeFigures of dl4j-tuning's tests, given this file's path.
"""

import math
import statistics
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

ALPHA = [1, 1.2, 3, 3.2]
A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def sphere(x):
    return sum(v * v for v in x)


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def branin(x):
    a = x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10 - 0.39788735772973816


def hartmann6(x):
    return 3.322368011391339 - sum(
        ALPHA[i] * math.exp(-sum(A[i][j] * (x[j] - P[i][j]) ** 2 for j in range(6)))
        for i in range(4)
    )


FUNCTIONS = [
    (sphere, [(-5, 5)] * 10, 10),
    (rosenbrock, [(-5, 5)] * 10, 10),
    (branin, [(-5, 10), (0, 15)], 30),
    (hartmann6, [(0, 1)] * 6, 30),
]
SAMPLERS = [
    ("random", lambda seed: optuna.samplers.RandomSampler(seed=seed)),
    ("tpe", lambda seed: optuna.samplers.TPESampler(seed=seed)),
    ("multivariate", lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True)),
]

for function, ranges, seeds in FUNCTIONS:
    for name, sampler in SAMPLERS:
        regrets = []
        for seed in range(seeds):
            study = optuna.create_study(sampler=sampler(seed))
            study.optimize(
                lambda trial: function(
                    [trial.suggest_float(f"x{i}", *r) for i, r in enumerate(ranges)]
                ),
                n_trials=100,
            )
            regrets.append(study.best_value)
        print(
            f"{function.__name__:10} {name:12} {seeds} seeds: "
            f"mean {statistics.mean(regrets):.4f}, median {statistics.median(regrets):.4f}",
            flush=True,
        )
