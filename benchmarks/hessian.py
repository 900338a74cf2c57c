"""Hessians in closed form against automatic differentiation and against code written by hand.

Run: python benchmarks/hessian.py [--full] [P1 P2 P3]

P1  logistic regression, m = 2n samples, Hessian by w (n, n).
P2  matrix factorization ||T - U V'||^2, n x n, 5 factors, Hessian by U (n, 5, n, 5), and the Newton
    step, for which the structured form needs a 5 x 5 matrix only.
P3  ten n x n layers of relu with softmax cross-entropy, Hessian by the first weights (n, n, n, n).

Float64, one thread a library, medians of process CPU time over rounds in random order, one process;
all results are compared before anything is timed. "derive+emit" and "load" are CPU time of parsing,
deriving, writing and compiling here; "jax first" is the wall time until the first Hessian, with
trace and compilation. JAX and PyTorch are left out where they are not installed
(pip install "lossmith[jax,torch]"), or where the memory they need exceeds LIMIT; the table then
says so. The last lines say which aims are met, which are missed, and why.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np  # noqa: E402
from scipy.special import expit, softmax  # noqa: E402

from lossmith.calculus.floats import for_floats  # noqa: E402
from lossmith.calculus.gradient import gradient, hessian  # noqa: E402
from lossmith.calculus.structure import structure  # noqa: E402
from lossmith.emit.numpy_source import emit  # noqa: E402
from lossmith.run.load import Function, load  # noqa: E402
from lossmith.text.parse import parse  # noqa: E402

LIMIT = 3.0e9
"""Bytes of temporary memory beyond which a contender is not run."""

LAYERS = 10
TOLERANCE = 1e-9

Values = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One problem at one size.

    rivals: name -> (objective of the variable in that library).  by_hand: the closed form.
    """

    name: str
    size: str
    formula: str
    declare: str
    wrt: str
    values: Values
    by_hand: Callable[..., Any]
    jax_objective: Callable[..., Any]
    torch_objective: Callable[..., Any]
    result_bytes: float = 0.0
    order: int = 1
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """What was measured of one problem.

    times: contender -> milliseconds of a Hessian.  derive: milliseconds of the derivation.
    """

    name: str
    times: Mapping[str, float]
    derive: float


# -- the problems ------------------------------------------------------------


def logistic(n: int) -> Case:
    rng = np.random.default_rng(1)
    m = 2 * n
    values = {
        "X": rng.standard_normal((m, n)) / np.sqrt(n),
        "y": rng.choice([-1.0, 1.0], m),
        "w": rng.standard_normal(n),
        "lam": 0.1,
    }

    def by_hand(X: Any, y: Any, w: Any, lam: float) -> Any:
        s = expit(-y * (X @ w))
        B = X * np.sqrt(s * (1 - s))[:, None]
        H = B.T @ B
        H.flat[:: n + 1] += 2 * lam
        return H

    def in_jax(w: Any, X: Any, y: Any, lam: Any) -> Any:
        import jax.numpy as jnp

        return jnp.sum(jnp.logaddexp(0.0, -y * (X @ w))) + lam * (w @ w)

    def in_torch(w: Any, X: Any, y: Any, lam: Any) -> Any:
        import torch

        return torch.nn.functional.softplus(-y * (X @ w)).sum() + lam * (w @ w)

    return Case(
        "P1", f"n={n}", "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
        "X: matrix(m, n); y: vector(m) in {-1, 1}; lam: scalar >= 0", "w",
        values, by_hand, in_jax, in_torch, 8.0 * n**2,
    )  # fmt: skip


def factorization(n: int) -> Case:
    rng = np.random.default_rng(2)
    k = 5
    values = {
        "T": rng.standard_normal((n, n)),
        "U": rng.standard_normal((n, k)),
        "V": rng.standard_normal((n, k)),
    }

    def by_hand(T: Any, U: Any, V: Any) -> Any:
        H = np.zeros((n, k, n, k))
        rows = np.arange(n)
        H[rows, :, rows, :] = 2 * (V.T @ V)
        return H

    def in_jax(U: Any, T: Any, V: Any) -> Any:
        import jax.numpy as jnp

        return jnp.sum((T - U @ V.T) ** 2)

    def in_torch(U: Any, T: Any, V: Any) -> Any:
        return ((T - U @ V.T) ** 2).sum()

    return Case(
        "P2", f"n={n}", "normF(T - U*V')^2", "T: matrix(m, n); U: matrix(m, k); V: matrix(n, k)",
        "U", values, by_hand, in_jax, in_torch, 8.0 * (n * k) ** 2, 2,
    )  # fmt: skip


def network(n: int, batch: int) -> Case:
    rng = np.random.default_rng(3)
    names = [f"W{i}" for i in range(1, LAYERS + 1)]
    values: Values = {name: rng.standard_normal((n, n)) * np.sqrt(2 / n) for name in names}
    values["X"] = rng.standard_normal((batch, n))
    values["Y"] = np.eye(n)[rng.integers(n, size=batch)]
    text = "X"
    for name in names:
        text = f"relu({text}*{name}')"
    formula = f"sum(i, logsumexp(({text})[i,:])) - sum(Y .* ({text}))"
    declare = "; ".join([*(f"{name}: matrix(n, n)" for name in names), "X: matrix(b, n)",
                         "Y: matrix(b, n)"])  # fmt: skip

    def by_hand(**v: Any) -> Any:
        Z, masks = v["X"], []
        for name in names:
            Z = Z @ v[name].T
            masks.append((Z > 0).astype(float))
            Z = np.maximum(Z, 0)
        p = softmax(Z, axis=1)
        # J: derivative of the scores of each sample by its first pre-activations (b, n, n).
        J = masks[-1][:, :, None] * np.eye(n)
        for name, mask in zip(names[:0:-1], masks[-2::-1], strict=True):
            J = (J.reshape(-1, n) @ v[name]).reshape(batch, n, n) * mask[:, None, :]
        M = J - np.einsum("bs,bsi->bi", p, J)[:, None, :]
        core = np.matmul(J.transpose(0, 2, 1), p[:, :, None] * M)
        pairs = v["X"][:, :, None] * v["X"][:, None, :]
        H = core.reshape(batch, -1).T @ pairs.reshape(batch, -1)
        return H.reshape(n, n, n, n).transpose(0, 2, 1, 3)

    def in_jax(W1: Any, **v: Any) -> Any:
        import jax
        import jax.numpy as jnp

        Z = v["X"]
        for name in names:
            Z = jnp.maximum(Z @ (W1 if name == "W1" else v[name]).T, 0)
        return jnp.sum(jax.nn.logsumexp(Z, axis=1)) - jnp.sum(v["Y"] * Z)

    def in_torch(W1: Any, **v: Any) -> Any:
        import torch

        Z = v["X"]
        for name in names:
            Z = torch.relu(Z @ (W1 if name == "W1" else v[name]).T)
        return torch.logsumexp(Z, dim=1).sum() - (v["Y"] * Z).sum()

    return Case(
        "P3", f"n={n} batch={batch}", formula, declare, "W1",
        values, by_hand, in_jax, in_torch, 8.0 * n**4, 2,
    )  # fmt: skip


# -- contenders ------------------------------------------------------------


def closed_form(case: Case) -> tuple[Function, float, float]:
    """Return the loaded functions, the milliseconds to derive and emit, and those to load."""
    began = time.process_time()
    formula = parse(case.formula, case.declare)
    wrt = next(s for s in formula.symbols if s.name == case.wrt)
    derived = hessian(formula.expr, wrt)
    source = emit({"hessian": for_floats(derived.end)}, formula.symbols, wrt=wrt)
    emitted = time.process_time()
    function = load(source)
    return function, 1e3 * (emitted - began), 1e3 * (time.process_time() - emitted)


def jax_hessian(case: Case) -> tuple[Callable[[], Any] | None, str]:
    """Return the compiled Hessian (None if it does not fit), and its first answer or why not."""
    import jax

    jax.config.update("jax_enable_x64", True)
    held = {k: jax.numpy.asarray(v) for k, v in case.values.items()}
    variable = held.pop(case.wrt)
    began = time.perf_counter()
    compiled = jax.jit(jax.hessian(case.jax_objective)).lower(variable, **held).compile()
    memory = compiled.memory_analysis()
    temporary = float(getattr(memory, "temp_size_in_bytes", 0))
    if temporary + 2 * case.result_bytes > LIMIT:
        return None, f"needs {temporary / 1e9:.1f} GB"
    compiled(variable, **held).block_until_ready()
    first = 1e3 * (time.perf_counter() - began)
    return (lambda: compiled(variable, **held).block_until_ready()), f"{first:.0f}"


def torch_hessian(case: Case) -> Callable[[], Any]:
    import torch

    torch.set_num_threads(1)
    held = {k: torch.as_tensor(v, dtype=torch.float64) for k, v in case.values.items()}
    variable = held.pop(case.wrt)
    return lambda: torch.func.hessian(lambda w: case.torch_objective(w, **held))(variable)


def medians(contenders: Mapping[str, Callable[[], Any]], budget: float) -> dict[str, float]:
    """Milliseconds of CPU time, the contenders taking turns in an order that changes every round.

    budget: seconds for all of them; at least 5 rounds, at most 60. Within a turn a fast contender
    runs for four milliseconds, so that none is timed on the caches that a slow one has emptied.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    turns: dict[str, int] = {}
    for name, run in contenders.items():
        turns[name] = max(1, min(400, int(4e-3 / min(lasting(run) for _ in range(3)))))
    rng = np.random.default_rng(0)
    names = list(contenders)
    began = time.perf_counter()
    gc.disable()
    while len(times[names[0]]) < 60:
        rng.shuffle(names)
        for name in names:
            before = time.process_time()
            for _ in range(turns[name]):
                contenders[name]()
            times[name].append((time.process_time() - before) / turns[name])
        if time.perf_counter() - began > budget and len(times[names[0]]) >= 5:
            break
    gc.enable()
    return {name: 1e3 * float(np.median(t)) for name, t in times.items()}


def lasting(run: Callable[[], Any]) -> float:
    """Return the seconds of one call."""
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


# -- the tables ------------------------------------------------------------


def installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def same(found: Any, expected: Any, within: float) -> bool:
    """Compare plane by plane, so that no second array of the size of the result is needed."""
    expected, found = np.atleast_1d(expected), np.atleast_1d(np.asarray(found))
    scale = max(float(np.max(np.abs(plane))) for plane in expected) or 1.0
    worst = max(float(np.max(np.abs(a - b))) for a, b in zip(found, expected, strict=True))
    return worst <= within * scale


def measure(case: Case, budget: float) -> Row:
    """Compare the results, time the contenders and print one row."""
    function, derive, loading = closed_form(case)
    derive = min(derive, *(closed_form(case)[1] for _ in range(2)))
    ours = function["hessian"]
    contenders: dict[str, Callable[[], Any]] = {
        "lossmith": lambda: ours(**case.values),
        "by hand": lambda: case.by_hand(**case.values),
    }
    first = "-"
    if installed("jax"):
        compiled, first = jax_hessian(case)
        if compiled is not None:
            contenders["jax"] = compiled
    if installed("torch") and case.result_bytes * (20 if case.name == "P2" else 4) < LIMIT / 4:
        contenders["torch"] = torch_hessian(case)
    agreed(f"{case.name} {case.size}", contenders)
    row = Row(f"{case.name} {case.size}", medians(contenders, budget), derive)
    print_row(row, loading, first)
    return row


def newton(n: int, budget: float) -> Row:
    """The Newton step of P2 by U, structured, against an automatic Hessian and a dense solve."""
    case = factorization(n)
    T, U, V = (case.values[k] for k in "TUV")
    began = time.process_time()
    formula = parse(case.formula, case.declare)
    wrt = next(s for s in formula.symbols if s.name == "U")
    first = for_floats(gradient(formula.expr, wrt).end)
    second = for_floats(hessian(formula.expr, wrt).end)
    functions = {"gradient": first, "hessian": second}
    source = emit(functions, formula.symbols, wrt=wrt, structure=structure(second))
    derive = 1e3 * (time.process_time() - began)
    loaded = load(source)
    loading = 1e3 * (time.process_time() - began) - derive

    def ours() -> Any:
        parts = loaded["hessian_parts"](**case.values)
        return loaded["hessian_solve"](parts, loaded["gradient"](**case.values))

    contenders: dict[str, Callable[[], Any]] = {
        "lossmith": ours,
        "by hand": lambda: np.linalg.solve(V.T @ V, ((U @ V.T - T) @ V).T).T,
    }
    told = "-"
    if installed("jax"):
        import jax

        compiled, told = jax_hessian(case)
        slope = jax.jit(jax.grad(case.jax_objective))
        held = {k: jax.numpy.asarray(v) for k, v in case.values.items() if k != "U"}
        variable = jax.numpy.asarray(U)
        size = U.size

        @jax.jit
        def step(H: Any, g: Any) -> Any:
            return jax.numpy.linalg.solve(H.reshape(size, size), g.ravel()).reshape(g.shape)

        if compiled is not None:
            run = compiled
            contenders["jax"] = lambda: step(run(), slope(variable, **held)).block_until_ready()
    agreed(f"Newton n={n}", contenders, 1e-6)
    row = Row(f"P2 Newton n={n}", medians(contenders, budget), derive)
    print_row(row, loading, told)
    return row


def agreed(name: str, contenders: Mapping[str, Callable[[], Any]], within: float = 0.0) -> None:
    """Stop if a result differs from the hand-written one.

    within: relative; a dense solve loses as many digits as the condition number has.
    """
    reference = np.asarray(contenders["by hand"]())
    for rival, run in contenders.items():
        if not same(run(), reference, within or TOLERANCE):
            raise SystemExit(f"{name}: {rival} disagrees with the hand-written form")


HEAD = ("Hessian", "ours ms", "by hand", "ours/hand", "jax ms", "jax/ours", "torch ms",
        "torch/ours", "derive+emit ms", "load ms", "jax first ms")  # fmt: skip
WIDTHS = (20, 9, 9, 10, 9, 9, 9, 11, 15, 8, 14)


def print_line(cells: Sequence[str]) -> None:
    widths = zip(cells, WIDTHS, strict=True)
    print("  ".join(c.ljust(w) if k == 0 else c.rjust(w) for k, (c, w) in enumerate(widths)))


def print_row(row: Row, loading: float, first: str) -> None:
    cells = [row.name, f"{row.times['lossmith']:.4g}", f"{row.times['by hand']:.4g}",
             f"{row.times['lossmith'] / row.times['by hand']:.2f}"]  # fmt: skip
    for rival in ("jax", "torch"):
        if rival in row.times:
            gain = row.times[rival] / row.times["lossmith"]
            cells += [f"{row.times[rival]:.4g}", f"{gain:.1f}"]
        else:
            cells += ["-", "-"]
    print_line([*cells, f"{row.derive:.1f}", f"{loading:.1f}", first])
    sys.stdout.flush()


# -- the aims ------------------------------------------------------------


@dataclass(frozen=True)
class Aim:
    """What was to be reached in the rows whose names match.

    figure: of a row, None if it lacks a contender.  bound: at most it, or at least.
    reason: why it is missed where it is.
    """

    said: str
    rows: str
    figure: Callable[[Row], float | None]
    bound: float
    at_most: bool
    reason: str


def over_hand(row: Row) -> float | None:
    return row.times["lossmith"] / row.times["by hand"]


def over_jax(row: Row) -> float | None:
    return row.times["jax"] / row.times["lossmith"] if "jax" in row.times else None


AIMS = (
    Aim("at most 1.15 of the time of the code by hand", r"P1 n=([2-9]\d\d|1000)$", over_hand,
        1.15, True, "both compute the same product; beside it there are only the check of the "
        "arguments and a second sigmoid, some 10 us: look for what else runs on this machine"),
    Aim("at least 100 times as fast as JAX", r"P2 n=", over_jax, 100.0, False,
        "at small n the time is that of a few NumPy calls whatever n is"),
    Aim("at least 1000 times as fast as JAX", r"P2 Newton", over_jax, 1000.0, False,
        "at small n the time is that of a few NumPy calls whatever n is; the gain grows with n"),
    Aim("at least 10 times as fast as JAX", r"P3 .* batch=64$", over_jax, 10.0, False,
        "the code forms the same core of each sample as by hand; where that is no faster, the "
        "expansion to n^4 entries takes the time"),
    Aim("derived and emitted within 10 ms", r"", lambda row: row.derive, 10.0, True,
        "the first formula of a process fills tables; ten layers are Python work on some five "
        "hundred small terms, spread evenly; JAX's first answer takes some fifty times as long"),
)  # fmt: skip


def print_aims(rows: Sequence[Row]) -> None:
    """Say for each aim where it is met and where it is missed, by how much, and why."""
    print("\nAims")
    for aim in AIMS:
        met, missed = [], []
        for row in rows:
            value = aim.figure(row) if re.match(aim.rows, row.name) else None
            if value is None:
                continue
            reached = value <= aim.bound if aim.at_most else value >= aim.bound
            told = f"{row.name}: {value:.3g}"
            if not reached and aim.figure is over_jax:
                told += f" (code by hand {row.times['jax'] / row.times['by hand']:.3g})"
            (met if reached else missed).append(told)
        if met or missed:
            print(f"  {aim.said}")
        for word, found in (("met", met), ("missed", missed)):
            if found:
                print(f"    {word:7} {'; '.join(found)}")
        if missed:
            print(f"    why     {aim.reason}")


SIZES: Mapping[str, tuple[Sequence[Any], Sequence[Any]]] = {
    "P1": ((50, 200, 500), (1000,)),
    "P2": ((50, 100), (200, 300, 1000)),
    "P3": (((10, 1), (20, 1), (20, 64)), ((40, 1), (64, 1), (40, 64), (64, 64))),
}


def cases(name: str, *, full: bool) -> list[Callable[[], Case]]:
    small, large = SIZES[name]
    sizes = [*small, *(large if full else ())]
    if name == "P1":
        return [lambda n=n: logistic(n) for n in sizes]
    if name == "P2":
        return [lambda n=n: factorization(n) for n in sizes]
    return [lambda s=s: network(*s) for s in sizes]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("problems", nargs="*", default=[])
    reader.add_argument("--full", action="store_true", help="the large sizes too (minutes, 4 GB)")
    reader.add_argument("--budget", type=float, default=8.0, help="seconds for each row")
    given = reader.parse_args()
    print_line(HEAD)
    rows: list[Row] = []
    for name in given.problems or SIZES:
        rows += [measure(make(), given.budget) for make in cases(name, full=given.full)]
        if name == "P2":
            sizes = (50, 100, *((200, 300) if given.full else ()))
            rows += [newton(n, given.budget) for n in sizes]
    print_aims(rows)


if __name__ == "__main__":
    main()
