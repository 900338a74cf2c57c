"""How long the main job takes: cold start, import, parse, derive, certify.

Run: python benchmarks/spine.py [rounds]

Cold figures are whole processes (the interpreter's own start included, and printed beside them);
NumPy's import stands in the same table, measured in the same round, so that the ratio holds on a
noisy machine. Warm figures are medians inside one process. Aims are printed next to each figure.
"""

from __future__ import annotations

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


def process_seconds(arguments: list[str]) -> float:
    """Return the wall time of one Python process."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


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
    cold: dict[str, list[float]] = {name: [] for name in COLD}
    for _ in range(rounds + 1):
        for name, arguments in COLD.items():
            cold[name].append(process_seconds(arguments))
    median = {name: statistics.median(times[1:]) for name, times in cold.items()}
    over = median["import numpy, lossmith"] - median["import numpy"]
    print(f"whole processes, median of {rounds} (seconds)")
    for name, seconds in median.items():
        aim = "aim 0.40" if name == "explain (cold)" else ""
        print(f"  {name:28} {seconds:7.3f}   {aim}")
    print(f"  {'lossmith over NumPy':28} {over:7.3f}   aim 0.15")

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
