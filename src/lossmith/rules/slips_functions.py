"""Wrong rewrites of functions: a logarithm, power or exponential of a sum taken term by term ..."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from lossmith.atoms.activation import sigmoid
from lossmith.atoms.arithmetic import abs
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.vector import softmax
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    divide,
    matmul,
    multiply,
    power,
    scale,
    size_of,
    total,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Expr,
)
from lossmith.rules.slip import (
    A_,
    B_,
    MATRICES,
    ONE,
    TWO,
    VECTORS,
    X_,
    M,
    Slip,
    V,
    Ways,
    argument,
    axes,
    rebuilt,
)
from lossmith.words import Words


def _spread(name: str) -> Ways:
    """f(a + b) -> f(a) + f(b)."""

    def ways(e: Expr) -> Iterator[Expr]:
        u = argument(e, name)
        if isinstance(u, Add) and len(u.terms) > 1 and isinstance(e, Apply):
            yield add(*(_each(e, c, t) for c, t in u.terms))

    def _each(e: Apply, c: Fraction, t: Expr) -> tuple[int | Fraction, Expr]:
        if c < 0 and name == "log":
            return -1, apply(e.atom, scale(-c, t))
        return 1, apply(e.atom, scale(c, t))

    return ways


def _log_of_product(e: Expr) -> Iterator[Expr]:
    u = argument(e, "log")
    parts = _parts(u) if u is not None else []
    if u is not None and len(parts) > 1:
        yield multiply(*(apply(log, p) for p in parts))
    if isinstance(e, Add) and len(e.terms) == 2:
        logs = [t for c, t in e.terms if c == 1 and argument(t, "log") is not None]
        if len(logs) == 2:
            yield multiply(*logs)


def _parts(u: Expr) -> list[Expr]:
    """Return the factors of an entrywise product, each of the shape of the whole."""
    if not isinstance(u, Contract) or u.summed:
        return []
    out = axes(u)
    ones_ = (const(1, u.shape), out, ONE)
    return [contract([f, ones_], out, u.shape) for f in u.factors if not isinstance(f[0], Const)]


def _log_of_quotient(e: Expr) -> Iterator[Expr]:
    """log(a/b), or log a - log b, -> log a / log b."""
    if isinstance(e, Add) and len(e.terms) == 2:
        plus = [t for c, t in e.terms if c == 1 and argument(t, "log") is not None]
        minus = [t for c, t in e.terms if c == -1 and argument(t, "log") is not None]
        if plus and minus:
            yield divide(plus[0], minus[0])
    u = argument(e, "log")
    if not isinstance(u, Contract) or u.summed:
        return
    over = [f for f in u.factors if f[2] > 0 and not isinstance(f[0], Const)]
    under = [(f, ls, -p) for f, ls, p in u.factors if p < 0]
    if over and under:
        top, bottom = rebuilt(u, over), rebuilt(u, under)
        yield divide(apply(log, top), apply(log, bottom))


def _exp_of_product(e: Expr) -> Iterator[Expr]:
    """exp(a + b), or exp a exp b, -> exp(a b)."""
    u = argument(e, "exp")
    if isinstance(u, Add) and len(u.terms) > 1:
        yield apply(exp, multiply(*(scale(c, t) for c, t in u.terms)))
    if isinstance(e, Contract):
        exps = [argument(f, "exp") if p == 1 else None for f, _, p in e.factors]
        found = [k for k, u in enumerate(exps) if u is not None]
        if len(found) > 1 and len({e.factors[k][1] for k in found}) == 1:
            labels = e.factors[found[0]][1]
            inner = multiply(*(u for u in exps if u is not None))
            rest = [f for k, f in enumerate(e.factors) if k not in found]
            yield rebuilt(e, [*rest, (apply(exp, inner), labels, ONE)])


def _not_normalized(e: Expr) -> Iterator[Expr]:
    u = argument(e, "softmax")
    if u is not None:
        yield apply(exp, u)


def _mean_for_sum(e: Expr) -> Iterator[Expr]:
    """softmax(v) -> exp(v)/n."""
    u = argument(e, "softmax")
    if u is not None and len(u.shape) == 1 and isinstance(u.shape[0], str):
        yield divide(apply(exp, u), size_of(u.shape[0]))


def _without_exp(e: Expr) -> Iterator[Expr]:
    """softmax(v) -> v/sum(v)."""
    u = argument(e, "softmax")
    if u is not None and len(u.shape) == 1:
        yield divide(u, total(u))


def _softmax_as_sigmoid(e: Expr) -> Iterator[Expr]:
    u = argument(e, "softmax")
    if u is not None:
        yield apply(sigmoid, u)


def _log_of_sum_over_index(e: Expr) -> Iterator[Expr]:
    """log(sum(k, u_k)) -> sum(k, log(u_k))."""
    u = argument(e, "log")
    if isinstance(u, Contract) and len(u.summed) == 1 and not u.shape:
        (s,) = u.summed
        inside = contract([(f, (0,) if ls else (), p) for f, ls, p in u.factors], (0,))
        if all(ls in ((s,), ()) for _, ls, _ in u.factors):
            yield total(apply(log, inside))
    v = argument(e, "logsumexp")
    if v is not None and len(v.shape) == 1:
        yield total(v)


def _link_dropped(e: Expr) -> Iterator[Expr]:
    """sigmoid(z) -> z: the function around its argument forgotten."""
    if isinstance(e, Apply) and e.atom.arity == 1 and e.args[0].shape == e.shape:
        yield e.args[0]


def _size(c: Fraction) -> Fraction:
    return c if c > 0 else -c


def _merged(name: str) -> Ways:
    """f(a) + f(b) -> f(a + b)."""

    def ways(e: Expr) -> Iterator[Expr]:
        if not isinstance(e, Add):
            return
        found = [(c, u) for c, t in e.terms if (u := argument(t, name)) is not None]
        if len(found) < 2:
            return
        size = _size(found[0][0])
        signs = [(c / size, u) for c, u in found]
        if all(c in (1, -1) for c, _ in signs):
            atom = next(t.atom for _, t in e.terms if isinstance(t, Apply) and t.atom.name == name)
            rest = [(c, t) for c, t in e.terms if argument(t, name) is None]
            yield add((size, apply(atom, add(*signs))), *rest)

    return ways


def _log_of_power(e: Expr) -> Iterator[Expr]:
    """log(a^p) -> (log a)^p."""
    u = argument(e, "log")
    if isinstance(u, Contract) and not u.summed and len(u.factors) == 1 and u.factors[0][2] != 1:
        (f, ls, p) = u.factors[0]
        if ls == axes(u):
            yield power(apply(log, f), p)


def _function_of_sum(e: Expr) -> Iterator[Expr]:
    """f(a + b) -> f(a) + f(b), of any other function of a number."""
    if isinstance(e, Apply) and e.atom.arity == 1 and e.atom.signature.is_entrywise:
        if e.atom.name not in ("log", "exp", "abs"):
            yield from _spread(e.atom.name)(e)


def _factor_out_of_function(e: Expr) -> Iterator[Expr]:
    """f(c u) -> c f(u)."""
    if not isinstance(e, Apply) or e.atom.arity != 1 or not e.atom.signature.is_entrywise:
        return
    u = e.args[0]
    if isinstance(u, Add) and len(u.terms) == 1 and u.terms[0][0] not in (1, -1):
        ((c, t),) = u.terms
        yield scale(c, apply(e.atom, t))
    if isinstance(u, Contract) and not u.summed and len(u.factors) > 1:
        for k, (f, ls, p) in enumerate(u.factors):
            if not ls:
                rest = rebuilt(u, [g for j, g in enumerate(u.factors) if j != k])
                yield multiply(power(f, p), apply(e.atom, rest))


def _drawn_into_function(e: Expr) -> Iterator[Expr]:
    """A f(u) -> f(A u), for a function f of vectors or of entries that is not linear."""
    if not isinstance(e, Contract) or len(e.shape) > 1:
        return
    for k, (f, ls, p) in enumerate(e.factors):
        if p != 1 or len(e.factors) < 2 or len(f.shape) > 1 or not isinstance(f, Apply):
            continue
        if f.atom.arity == 1 and f.args[0].shape == f.shape:
            others = [g for j, g in enumerate(e.factors) if j != k]
            if e.shape or f.atom.signature.is_entrywise:
                yield apply(f.atom, rebuilt(e, [*others, (f.args[0], ls, ONE)]))


FUNCTION_SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "log-of-sum",
        Words("log(a + b) is not log a + log b", "log(a + b) 不等于 log a + log b"),
        _spread("log"),
        apply(log, add(A_, B_)),
        add(apply(log, A_), apply(log, B_)),
        TWO,
    ),
    Slip(
        "log-into-sum",
        Words(
            "the logarithm was drawn into the sum: log Σ is not Σ log",
            "把对数移进了求和号：log Σ 不等于 Σ log",
        ),
        _log_of_sum_over_index,
        apply(log, total(V)),
        total(apply(log, V)),
        VECTORS,
    ),
    Slip(
        "log-of-product",
        Words(
            "log(ab) is log a + log b, not log a · log b",
            "log(ab) 是 log a + log b，而不是 log a · log b",
        ),
        _log_of_product,
        apply(log, multiply(A_, B_)),
        multiply(apply(log, A_), apply(log, B_)),
        TWO,
    ),
    Slip(
        "log-of-quotient",
        Words(
            "log(a/b) is log a − log b, not log a / log b",
            "log(a/b) 是 log a − log b，而不是 log a / log b",
        ),
        _log_of_quotient,
        apply(log, divide(A_, B_)),
        divide(apply(log, A_), apply(log, B_)),
        TWO,
    ),
    Slip(
        "exp-of-sum",
        Words(
            "exp(a + b) is exp a · exp b, not exp a + exp b",
            "exp(a + b) 是 exp a · exp b，而不是 exp a + exp b",
        ),
        _spread("exp"),
        apply(exp, add(A_, B_)),
        add(apply(exp, A_), apply(exp, B_)),
        TWO,
    ),
    Slip(
        "exp-of-product",
        Words(
            "exp a · exp b is exp(a + b), not exp(ab)",
            "exp a · exp b 等于 exp(a + b)，而不是 exp(ab)",
        ),
        _exp_of_product,
        apply(exp, add(A_, B_)),
        apply(exp, multiply(A_, B_)),
        TWO,
    ),
    Slip(
        "abs-of-sum",
        Words("|a + b| is not |a| + |b|", "|a + b| 不等于 |a| + |b|"),
        _spread("abs"),
        apply(abs, add(A_, B_)),
        add(apply(abs, A_), apply(abs, B_)),
        {"a": Fraction(5), "b": Fraction(-7)},
    ),
    Slip(
        "not-normalized",
        Words("the denominator of the softmax was dropped", "漏掉了 softmax 的分母"),
        _not_normalized,
        apply(softmax, V),
        apply(exp, V),
        VECTORS,
    ),
    Slip(
        "softmax-over-size",
        Words(
            "the denominator of the softmax is Σ exp(v), not the number of entries",
            "softmax 的分母是 Σ exp(v)，而不是分量的个数",
        ),
        _mean_for_sum,
        apply(softmax, V),
        divide(apply(exp, V), size_of("n")),
        VECTORS,
    ),
    Slip(
        "softmax-without-exp",
        Words(
            "softmax(v) is exp(v)/Σ exp(v), not v/Σ v",
            "softmax(v) 等于 exp(v)/Σ exp(v)，而不是 v/Σ v",
        ),
        _without_exp,
        apply(softmax, V),
        divide(V, total(V)),
        VECTORS,
    ),
    Slip(
        "softmax-as-sigmoid",
        Words("a sigmoid stands where the softmax belongs", "应为 softmax 处写成了 sigmoid"),
        _softmax_as_sigmoid,
        apply(softmax, V),
        apply(sigmoid, V),
        VECTORS,
    ),
    Slip(
        "function-dropped",
        Words("a function around its argument was dropped", "漏掉了外层函数"),
        _link_dropped,
        apply(sigmoid, X_),
        X_,
        TWO,
        generality=2,
    ),
    Slip(
        "logs-merged",
        Words(
            "log a ± log b is log(ab) or log(a/b), not log(a ± b)",
            "log a ± log b 等于 log(ab) 或 log(a/b)，而不是 log(a ± b)",
        ),
        _merged("log"),
        add(apply(log, A_), apply(log, B_)),
        apply(log, add(A_, B_)),
        TWO,
    ),
    Slip(
        "exps-merged",
        Words("exp a + exp b is not exp(a + b)", "exp a + exp b 不等于 exp(a + b)"),
        _merged("exp"),
        add(apply(exp, A_), apply(exp, B_)),
        apply(exp, add(A_, B_)),
        TWO,
    ),
    Slip(
        "log-of-power",
        Words("log(aᵖ) is p log a, not (log a)ᵖ", "log(aᵖ) 等于 p log a，而不是 (log a)ᵖ"),
        _log_of_power,
        apply(log, power(X_, 2)),
        power(apply(log, X_), 2),
        TWO,
    ),
    Slip(
        "function-of-sum",
        Words(
            "a function of a sum is not the sum of its values: f(a + b) is not f(a) + f(b)",
            "和的函数值不等于函数值之和：f(a + b) 不等于 f(a) + f(b)",
        ),
        _function_of_sum,
        apply(sigmoid, add(A_, B_)),
        add(apply(sigmoid, A_), apply(sigmoid, B_)),
        TWO,
    ),
    Slip(
        "factor-out-of-function",
        Words(
            "a factor was taken out of a function that is not linear: f(cu) is not c f(u)",
            "把因子提到了非线性函数外面：f(cu) 不等于 c f(u)",
        ),
        _factor_out_of_function,
        apply(exp, multiply(A_, X_)),
        multiply(A_, apply(exp, X_)),
        TWO,
    ),
    Slip(
        "drawn-into-function",
        Words(
            "a factor was drawn into a function that is not linear: A f(u) is not f(A u)",
            "把因子移进了非线性函数里面：A f(u) 不等于 f(A u)",
        ),
        _drawn_into_function,
        matmul(M, apply(exp, V)),
        apply(exp, matmul(M, V)),
        MATRICES,
    ),
)
