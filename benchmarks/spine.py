"""How long the main job takes: cold start, import, parse, derive, certify.

Run: python benchmarks/spine.py [rounds]

Cold figures are whole processes (the interpreter's own start included, and printed beside them);
NumPy's import stands in the same table, measured in the same round, so that the ratio holds on a
noisy machine; CPU seconds stand beside wall seconds for the same reason. Warm figures are medians
inside one process. Aims are printed next to each figure.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

FORMULA = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"
DECLARE = "y: vector(n) in {-1, 1}; lam: scalar >= 0"
EXPLAIN = [
    "-m", "lossmith", "explain", FORMULA, "--declare", DECLARE, "--wrt", "w",
]  # fmt: skip

COLD = {
    "python -c pass": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import lossmith": ["-c", "import lossmith"],
    "import numpy, lossmith": ["-c", "import numpy, lossmith"],
    "explain (cold)": EXPLAIN,
}


# Bytecode is kept, as an installation keeps it: without it every start compiles every file.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def process_seconds(arguments: list[str]) -> tuple[float, float]:
    """Return the wall time and the CPU time of one Python process."""
    before, begin = children_seconds(), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT
    )
    return time.perf_counter() - begin, children_seconds() - before


def children_seconds() -> float:
    """Return the CPU time of the processes started so far."""
    used = os.times()
    return used.children_user + used.children_system


def warm_milliseconds(action: Callable[[], object], rounds: int) -> float:
    """Return the median time of an action, after one unmeasured call."""
    action()
    times: list[float] = []
    for _ in range(rounds):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return 1e3 * statistics.median(times)


def main() -> None:
    """Print the two tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    cold: dict[str, list[tuple[float, float]]] = {name: [] for name in COLD}
    for _ in range(rounds + 1):
        for name, arguments in COLD.items():
            cold[name].append(process_seconds(arguments))
    wall, cpu = (
        {name: statistics.median(s[k] for s in times[1:]) for name, times in cold.items()}
        for k in (0, 1)
    )
    print(f"whole processes, median of {rounds} (seconds): wall, CPU")
    for name in COLD:
        aim = "aim 0.40" if name == "explain (cold)" else ""
        print(f"  {name:28} {wall[name]:7.3f} {cpu[name]:7.3f}   {aim}")
    over = [t["import numpy, lossmith"] - t["import numpy"] for t in (wall, cpu)]
    print(f"  {'lossmith over NumPy':28} {over[0]:7.3f} {over[1]:7.3f}   aim 0.15")

    from lossmith.calculus.gradient import gradient, hessian
    from lossmith.calculus.reverify import reverify
    from lossmith.prove.prover import curvature
    from lossmith.text.parse import parse

    formula = parse(FORMULA, declare=DECLARE)
    w = next(s for s in formula.symbols if s.name == "w")
    slope = gradient(formula.expr, w)
    warm: dict[str, tuple[Callable[[], object], str]] = {
        "parse": (lambda: parse(FORMULA, declare=DECLARE), ""),
        "gradient": (lambda: gradient(formula.expr, w), "aim 20"),
        "Hessian": (lambda: hessian(formula.expr, w), ""),
        "check of the gradient": (lambda: reverify(slope), ""),
        "curvature, checked": (lambda: curvature(formula.expr, (w,)), "aim 300"),
    }
    print(f"\nwarm, median of {10 * rounds} (milliseconds)")
    for name, (action, aim) in warm.items():
        print(f"  {name:28} {warm_milliseconds(action, 10 * rounds):7.2f}   {aim}")


if __name__ == "__main__":
    main()
