"""Sums over a number of entries, written as the means that they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from lossmith.expr.node import Add, Apply, Expr, Symbol
from lossmith.expr.types import Dim
from lossmith.text.writing.layout_forms import Form, Leaf, Powered, Size, Total
from lossmith.text.writing.print_dialect import Dialect


def averaged(
    d: Dialect, scalars: Sequence[Powered], named: Collection[Expr] = ()
) -> Sequence[Powered]:
    """Return the scalars of a product with sum(x)/n, x of n entries, as mean(x).

    With a sum sign, (1/n) sum_i f(x_i) stays where f is more than a sum of variables: papers write
    it so.
    """
    found, means = list(scalars), 0
    while True:
        sizes = _sizes_below(found)
        for place, (form, p) in enumerate(found):
            # Beside one mean, another is written like it.
            shape = _summand(d, form, named, any_sum=means > 0)
            if p == 1 and shape and not Counter(shape) - sizes:
                assert isinstance(form, Total)
                rest = [*found[:place], *found[place + 1 :]]
                found = [(Total(form.of, mean=True), p), *_without(rest, shape)]
                means += 1
                break
        else:
            return found


def _sizes_below(scalars: Sequence[Powered]) -> Counter[Dim]:
    """Return how often each size stands below the line."""
    return Counter({f.size: -int(p) for f, p in scalars if isinstance(f, Size) and p <= -1})


def _summand(d: Dialect, form: Form, named: Collection[Expr], *, any_sum: bool) -> tuple[Dim, ...]:
    """Return the shape of what is summed if its mean is to be written as a function of it."""
    if not d.has_mean or not isinstance(form, Total) or form.mean or not isinstance(form.of, Leaf):
        return ()
    e = form.of.expr
    if d.sums_by_index and not any_sum and e not in named:
        plain = [t for _, t in e.terms] if isinstance(e, Add) else [e]
        if not all(isinstance(t, Symbol) for t in plain):
            return ()
    is_norm = isinstance(e, Apply) and e.atom.name == "abs" and len(e.shape) == 1
    return () if is_norm else e.shape


def _without(scalars: Sequence[Powered], shape: tuple[Dim, ...]) -> list[Powered]:
    """Return the scalars multiplied by these sizes, which stand below the line among them."""
    left = Counter(shape)
    found: list[Powered] = []
    for form, p in scalars:
        if isinstance(form, Size) and p < 0 and left[form.size]:
            p += left.pop(form.size)
        if p:
            found.append((form, p))
    return found
