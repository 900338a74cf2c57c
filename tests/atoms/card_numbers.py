"""The numbers of a card, attacked: its NumPy code in ulps, its prox, and an independent oracle."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import scipy.special
from card_attacks import (
    BITS,
    SIZES,
    apply_to,
    arguments,
    matrix,
    seeded,
)
from flint import arb
from mpmath import mp, mpf

from lossmith.atoms.meaning import entries, evaluate, evaluate_exactly, precision
from lossmith.atoms.number import as_ball, is_nan
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.sets import Interval
from lossmith.properties.property import exact
from lossmith.text.parse import parse

EPS = 2.0**-52
TINY = 2.0**-1074
HUGE = 1.7976931348623157e308


# -- code ------------------------------------------------------------------------------------------

# Ulps allowed of |f(x)| + |x f'(x)|: half an ulp of the argument moves the value by the second
# part, whatever the code. 16 covers a handful of rounded operations; the exceptions say why.
ULPS = {
    "gelu": (64, "ndtr loses |x|^2/2 ulps far in the left tail through exp(-x^2/2)"),
    "normcdf": (64, "as gelu"),
    "lgamma": (64, "near its zeros 1 and 2 the value is small and the terms are not"),
    "polygamma": (256, "a series of the Hurwitz zeta function"),
}
# Factorizations are stable for the matrix as a whole: noise in every entry, of the largest's size.
NORMWISE = {"inv", "det", "logdet"}


def complaints_about_code(card: Atom, rounds: int = 60) -> list[str]:
    """Compare the NumPy template with the meaning at the probe points and random points."""
    if card.name.removesuffix("_wrong") in SPECTRAL:
        return complaints_about_spectral_code(card)
    random = seeded(card, "code")
    names = [f"x{k}" for k in range(card.arity)]
    body = card.code["numpy"].format(*names)
    run: Callable[..., Any] = eval(  # the card's own text
        f"lambda {', '.join(names)}: {body}", {"np": np, "scipy": scipy}
    )
    found = []
    for args in _float_arguments(card, random, rounds):
        with np.errstate(all="ignore"):
            arrays = [np.asarray(a, dtype=np.float64) for a in args]
            value = run(*(a if a.shape else float(a) for a in arrays))
        found += _off(card, args, value)
    return found


def _float_arguments(card: Atom, random: Any, rounds: int) -> list[list[Any]]:
    """Return probe points (in every argument, if they fit) and random ones, as floats."""
    domains = [*card.domain, *[Interval()] * card.arity]
    cores = card.signature.inputs
    sets: list[list[Any]] = []
    if card.signature.is_entrywise:
        for p in card.probe:
            rest = [random.choice(card.probe) for _ in cores[1:]]
            sets.append([p, *rest])
    elif all(len(core) == 1 for core in cores):
        for _ in range(rounds // 2):
            sets.append([[random.choice(card.probe) for _ in range(3)] for _ in cores])
    for _ in range(rounds):
        rows = arguments(card, random)
        sets.append([_floats(a) for a in rows])
    fitting = []
    for args in sets:
        flat = [(x, d) for a, d in zip(args, domains, strict=False) for x in np.ravel(a)]
        if all(np.isfinite(x) and d.has(Fraction(float(x))) for x, d in flat):
            fitting.append(args)
    return fitting


def _floats(a: Any) -> Any:
    return [_floats(x) for x in a] if isinstance(a, list) else float(a)


def _off(card: Atom, args: list[Any], value: Any) -> list[str]:
    e, symbols = apply_to(card)
    point = {s: _exactly(a) for s, a in zip(symbols, args, strict=True)}
    true = entries(evaluate(e, point, SIZES, 4 * BITS))
    got = [float(v) for v in np.ravel(value)]
    if len(got) != len(true):
        return [f"{card.name}: the code returns {len(got)} entries, not {len(true)}"]
    spread = _spread(card, point, symbols, len(true))
    ulps = ULPS.get(card.name.removesuffix("_wrong"), (16, ""))[0]
    found = []
    for g, t, s in zip(got, true, spread, strict=True):
        if is_nan(t):
            continue  # Beyond the domain of a partial function; the domain has its own attack.
        if abs(t) > HUGE:
            wrong = not (np.isinf(g) and (g > 0) == bool(t > 0))
        else:
            with precision(4 * BITS):
                error = abs(arb(g) - t) if np.isfinite(g) else arb("inf")
                allowed = ulps * (EPS * (abs(t) + s) + TINY)
                wrong = not error <= allowed
        if wrong:
            found.append(f"{card.name}{tuple(args)}: code {g!r}, true {t.str(20)}")
    return found


def _spread(card: Atom, point: dict[Any, Any], symbols: Any, count: int) -> list[Any]:
    """Return sum |x_j df_i/dx_j| for each entry i of the result: the move under relative noise."""
    total = [arb(0)] * count
    normwise = card.name.removesuffix("_wrong") in NORMWISE
    for s, slope in zip(symbols, card.slopes, strict=True):
        if slope is None:
            continue
        j = entries(evaluate(slope(*symbols), point, SIZES, BITS))
        x = [as_ball(v) for v in entries(evaluate(s, point, SIZES, BITS))]
        width = len(j) // count
        largest = max((abs(v) for v in x), key=lambda v: float(v.mid()))
        for i in range(count):
            for k in range(width):
                size = largest if normwise else abs(x[k % len(x)])
                part = abs(j[i * width + k]) * size
                total[i] = total[i] + (part if part.is_finite() else arb(0))
    return total


def _exactly(a: Any) -> Any:
    return [_exactly(x) for x in a] if isinstance(a, list) else Fraction(a)


# Eigenvalue routines are normwise stable: |error| <= c n eps |A|_F.
# By how much relative noise of the whole matrix moves the result: its size for the values
# themselves, more where two eigenvalues are close or a singular value is small.
SPECTRAL: dict[str, Callable[[Any], float]] = {
    "specnorm": lambda a: np.linalg.norm(a),
    "nucnorm": lambda a: np.linalg.norm(a),
    "lambda_max": lambda a: np.linalg.norm(a),
    "lambda_min": lambda a: np.linalg.norm(a),
    "topproj": lambda a: np.linalg.norm(a) / _gap(a),
    "topres": lambda a: np.linalg.norm(a) / _gap(a) ** 2,
    "polar": lambda a: np.linalg.norm(a) / np.linalg.svd(a)[1][-1],
    "dpolar": lambda a: np.linalg.norm(a) / np.linalg.svd(a)[1][-1] ** 2,
}


def _gap(a: Any) -> float:
    values = np.linalg.eigvalsh(a)
    return values[-1] - values[-2]


def complaints_about_spectral_code(card: Atom) -> list[str]:
    random = seeded(card, "code")
    body = card.code["numpy"].format("a")
    e, (s,) = apply_to(card)
    found = []
    for _ in range(40):
        (a,) = arguments(card, random)
        floats = _floats(a)
        value = np.ravel(eval(body, {"np": np, "a": np.asarray(floats)}))
        true = entries(evaluate(e, {s: _exactly(floats)}, SIZES, BITS))
        moved = SPECTRAL[card.name.removesuffix("_wrong")](np.asarray(floats))
        for v, t in zip(value, true, strict=True):
            if not abs(arb(float(v)) - t) <= 64 * EPS * moved:
                found.append(f"{card.name}({floats}): code {v}, true {t}")
    return found


# -- prox ------------------------------------------------------------------------------------------


def complaints_about_prox(card: Atom, rounds: int = 40) -> list[str]:
    """Look for points u that make t f(u) + |u - x|^2/2 smaller than the prox does."""
    random = seeded(card, "prox")
    core = card.signature.inputs[0]
    kind = {0: "scalar", 1: "vector(n)", 2: "matrix(n, m)"}[len(core)]
    formula = parse(card.prox, {"x": kind, "t": "scalar > 0", "delta": "scalar > 0"})
    found = []
    for _ in range(rounds):
        t = Fraction(random.randint(1, 30), 10)
        args = arguments(card, random)
        while any(abs(v) > 100 for v in entries(args[0])):
            args = arguments(card, random)
        names = {"x": args[0], "t": t, "delta": args[-1]}
        values = {s: names[s.name] for s in formula.symbols}
        best = evaluate_exactly(formula.expr, values, SIZES, BITS)
        least = _moreau(card, args, best, t)
        for u in _rivals(best, args[0], random):
            if _moreau(card, args, u, t) < least:
                found.append(f"prox of {card.name} at {args}, t = {t}: {u} beats {best}")
    return found


def _moreau(card: Atom, args: list[Any], u: Any, t: Fraction) -> Any:
    e, symbols = apply_to(card)
    value = evaluate_exactly(e, dict(zip(symbols, [u, *args[1:]], strict=True)), SIZES, BITS)
    with precision(BITS):
        gap = [p - exact(q) for p, q in zip(entries(u), entries(args[0]), strict=True)]
        return exact(t) * value + sum(g * g for g in gap) / 2


def _rivals(best: Any, x: Any, random: Any) -> list[Any]:
    """Return points around the prox at all scales, and on the way to 0 and to x."""
    flat, target = entries(best), [exact(q) for q in entries(x)]
    rivals = []
    for k in range(30):
        for _ in range(2):
            move = [exact(Fraction(random.randint(-9, 9), 1 << k)) for _ in flat]
            rivals.append([b + m for b, m in zip(flat, move, strict=True)])
        weight = exact(Fraction(1, 1 << k))
        rivals.append([b + (q - b) * weight for b, q in zip(flat, target, strict=True)])
        rivals.append([b - b * weight for b in flat])
    if not isinstance(best, list):
        return [r[0] for r in rivals]
    width = len(best[0]) if isinstance(best[0], list) else 0
    if not width:
        return rivals
    return [[r[k : k + width] for k in range(0, len(r), width)] for r in rivals]


# -- an oracle that shares nothing with the cards --------------------------------------------------

_DPS = 60


def _real_power(x: Fraction, p: Fraction) -> Any:
    """Return x^p for exact numbers: the parity of p decides what a negative x means."""
    base, exponent = _multiprecise(abs(x)), _multiprecise(p)
    if x == 0:
        return mpf(1) if p == 0 else (mpf(0) if p > 0 else None)
    if x < 0 and p.denominator % 2 == 0:
        return None
    return (-1 if x < 0 and p.numerator % 2 else 1) * mpmath.power(base, exponent)


def _eig(a: Any) -> list[Any]:
    return sorted(mpmath.eigsy(mpmath.matrix(a), eigvals_only=True))


def _by_eigenvectors(a: Any, weight: Callable[[Any, Any], Any]) -> Any:
    values, v = mpmath.eigsy(mpmath.matrix(a))
    top = max(values)
    return (v * mpmath.diag([weight(x, top) for x in values]) * v.T).tolist()


def _polar(a: Any) -> Any:
    u, _, vt = mpmath.svd_r(mpmath.matrix(a))
    return (u * vt).tolist()


def _polar_slope(a: Any) -> Any:
    """Central differences of the polar factor, with a step far below what is compared."""
    n, m = len(a), len(a[0])
    h = mpf(10) ** -(mp.dps // 3)

    def moved(k: int, c: int, t: Any) -> Any:
        return _polar([[x + t * ((i, j) == (k, c)) for j, x in enumerate(r)]
                       for i, r in enumerate(a)])  # fmt: skip

    by = {(k, c): (moved(k, c, h), moved(k, c, -h)) for k in range(n) for c in range(m)}
    return [
        [[[(by[k, c][0][i][j] - by[k, c][1][i][j]) / (2 * h) for c in range(m)] for k in range(n)]
         for j in range(m)]
        for i in range(n)
    ]  # fmt: skip


def _singular(a: Any) -> list[Any]:
    return list(mpmath.svd_r(mpmath.matrix(a), compute_uv=False))


def _softmax(x: Any) -> Any:
    total = mpmath.fsum(map(mpmath.exp, x))
    return [mpmath.exp(v) / total for v in x]


ORACLE: dict[str, Callable[..., Any]] = {
    "power": _real_power,
    "abs": mpmath.fabs,
    "sign": mpmath.sign,
    "max": lambda a, b: max(a, b),
    "min": lambda a, b: min(a, b),
    "clip": lambda x, lo, hi: sorted((x, lo, hi))[1] if lo <= hi else hi,
    "exp": mpmath.exp,
    "log": mpmath.log,
    "expm1": mpmath.expm1,
    "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x, 2),
    "xlogx": lambda x: x * mpmath.log(x) if x else mpf(0),
    "rel_entr": lambda x, y: x * mpmath.log(x / y) if x else mpf(0),
    "pi": lambda: +mpmath.pi,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "atan2": mpmath.atan2,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "erf": mpmath.erf,
    "normcdf": mpmath.ncdf,
    "normpdf": mpmath.npdf,
    "lgamma": mpmath.loggamma,
    "digamma": mpmath.digamma,
    "trigamma": lambda x: mpmath.polygamma(1, x),
    "polygamma": lambda k, x: mpmath.polygamma(int(k), x) if k == int(k) else None,
    "sigmoid": lambda x: (1 + mpmath.tanh(x / 2)) / 2,
    "softplus": lambda x: max(x, 0) + mpmath.log1p(mpmath.exp(-abs(x))),
    "logcosh": lambda x: abs(x) + mpmath.log1p(mpmath.exp(-2 * abs(x))) - mpmath.log(2),
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "swish": lambda x: x / (1 + mpmath.exp(-x)),
    "relu": lambda x: (x + abs(x)) / 2,
    "leaky_relu": lambda x, a: x if x > 0 else a * x,
    "hinge": lambda x: max(mpf(0), 1 - x),
    "huber": lambda x, d: x * x / 2 if abs(x) <= d else d * abs(x) - d * d / 2,
    "softthreshold": lambda x, t: mpmath.sign(x) * max(abs(x) - t, 0),
    "norm2": lambda x: mpmath.norm(x, 2),
    "norminf": lambda x: max(map(abs, x)),
    "maxentry": lambda x: max(x),
    "minentry": lambda x: min(x),
    "sumlargest": lambda x, k: mpmath.fsum(
        v * min(max(k - i, 0), 1) for i, v in enumerate(sorted(x, reverse=True))
    ),
    "among_largest": lambda x, k: [
        min(max((k - sum(u > v for u in x)) / x.count(v), 0), 1) for v in x
    ],
    "logsumexp": lambda x: mpmath.log(mpmath.fsum(map(mpmath.exp, x))),
    "softmax": _softmax,
    "cumsum": lambda x: [mpmath.fsum(x[: k + 1]) for k in range(len(x))],
    "shift": lambda x: [*x[1:], 0],
    "diff": lambda x: [*(x[k + 1] - x[k] for k in range(len(x) - 1)), 0],
    "prod": mpmath.fprod,
    "prod_others": lambda x: [mpmath.fprod(x[:k] + x[k + 1 :]) for k in range(len(x))],
    "prod_pairs": lambda x: [
        [
            0 if i == j else mpmath.fprod(v for k, v in enumerate(x) if k not in (i, j))
            for j in range(len(x))
        ]
        for i in range(len(x))
    ],
    "inv": lambda a: (mpmath.matrix(a) ** -1).tolist(),
    "det": lambda a: mpmath.det(mpmath.matrix(a)),
    "logdet": lambda a: mpmath.log(mpmath.det(mpmath.matrix(a))),
    "normF": lambda a: mpmath.mnorm(mpmath.matrix(a), "f"),
    "specnorm": lambda a: max(_singular(a)),
    "nucnorm": lambda a: mpmath.fsum(_singular(a)),
    "lambda_max": lambda a: _eig(a)[-1],
    "lambda_min": lambda a: _eig(a)[0],
    "topproj": lambda a: _by_eigenvectors(a, lambda value, top: int(value == top)),
    "topres": lambda a: _by_eigenvectors(
        a, lambda value, top: 0 if value == top else 1 / (top - value)
    ),
    "polar": lambda a: _polar(a),
    "dpolar": lambda a: _polar_slope(a),
}


def complaints_about_meaning(card: Atom, rounds: int = 25) -> list[str]:
    """Compare the meaning with mpmath, which has its own algorithms and its own author."""
    random = seeded(card, "meaning")
    oracle = ORACLE[card.name.removesuffix("_wrong")]
    e, symbols = apply_to(card)
    found = []
    for _ in range(rounds if card.arity else 1):
        args = arguments(card, random)
        if any(abs(x) > 2000 for a in args for x in entries(a)):
            continue  # exp of it asks more digits of mpmath than we give it
        value = entries(evaluate(e, dict(zip(symbols, args, strict=True)), SIZES, BITS))
        with mp.workdps(900):
            exactly = oracle is _real_power
            wanted = oracle(*(args if exactly else map(_multiprecise, args)))
            if wanted is None:
                continue
            flat = _flat(wanted)
            for got, w in zip(value, flat, strict=True):
                if is_nan(got):
                    found += [] if _complex(w) else [f"{card.name}({args}) = nan, oracle {w}"]
                    continue
                low, high = (_to_mpf(x) for x in (got.lower(), got.upper()))
                slack = mpf(10) ** -_DPS * (1 + abs(w))
                if not low - slack <= w.real <= high + slack:
                    found.append(f"{card.name}({args}) = {got}, oracle {mpmath.nstr(w, 20)}")
    return found


def _complex(w: Any) -> bool:
    return not mpmath.isfinite(w) or abs(mpmath.im(w)) > 0


def _multiprecise(a: Any) -> Any:
    if isinstance(a, list):
        return [_multiprecise(x) for x in a]
    return mpf(a.numerator) / a.denominator


def _flat(w: Any) -> list[Any]:
    return [x for v in w for x in _flat(v)] if isinstance(w, list) else [w]


def _to_mpf(x: Any) -> Any:
    mantissa, exponent = x.mid().man_exp()
    return mpmath.ldexp(mpf(int(mantissa)), int(exponent))


# -- the parts of a card against each other --------------------------------------------------------


def complaints_about_consistency(card: Atom, rounds: int = 30) -> list[str]:
    """Compare definition and ball function, square and value, folded and unfolded constants."""
    random = seeded(card, "consistency")
    e, symbols = apply_to(card)
    found = []
    for _ in range(rounds):
        args = arguments(card, random)
        point = dict(zip(symbols, args, strict=True))
        value = entries(evaluate(e, point, SIZES, BITS))
        if card.meaning is not None and card.ball is not None:
            other = entries(evaluate(card.meaning(*symbols), point, SIZES, BITS))
            found += _apart(card, "definition and ball function", args, value, other)
        if card.square is not None:
            other = entries(evaluate(card.square(*symbols), point, SIZES, BITS))
            with precision(BITS):
                found += _apart(card, "square and value", args, [v * v for v in value], other)
        if card.signature.is_entrywise and card.arity:
            folded = build.apply(card, *map(build.const, args)) if _defined(value) else None
            if folded is not None:
                other = entries(evaluate(folded, {}, SIZES, BITS))
                found += _apart(card, "folded and unfolded", args, value, other)
    if card.symmetric:
        a = matrix(random, "pd", 3, 3)
        result = evaluate(e, {symbols[0]: a}, SIZES, BITS)
        rows = range(3)
        found += [
            f"{card.name} is not symmetric"
            for i in rows
            for j in rows
            if not result[i][j].overlaps(result[j][i])
        ]
    return found


def _defined(value: list[Any]) -> bool:
    return not any(is_nan(v) for v in value)


def _apart(card: Atom, what: str, args: Any, a: list[Any], b: list[Any]) -> list[str]:
    return [
        f"{card.name}: {what} differ at {args}: {x} and {y}"
        for x, y in zip(a, b, strict=True)
        if not (is_nan(x) or is_nan(y) or as_ball(x).overlaps(as_ball(y)))
    ]
