"""The loss as a cross-entropy: rows of a card."""

from __future__ import annotations

from lossmith.expr import build
from lossmith.likelihood.divergence import Divergence
from lossmith.likelihood.readings import Reading
from lossmith.likelihood.terms import canonical
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.model import observed, size_of
from lossmith.words import Words, same


def entropy(r: Reading) -> list[Row]:
    """Return the rows that say which cross-entropy the loss is."""
    if r.noise is None:
        return []
    rank = len(r.noise.observed.shape)
    y, w = observed(r.noise), ", ".join(to_unicode(s) for s in r.wrt)
    # One draw of a vector is one observation.
    n = size_of(() if r.noise.pattern.whole and rank == 1 else r.noise.observed.shape)
    mean = f"−(1/{to_unicode(n)}) log p({y} | {w})" if n is not None else f"−log p({y} | {w})"
    text = Words(
        f"{mean} is the cross-entropy from the data to the model: to minimize it is to maximize "
        "the likelihood",
        f"{mean} 是从数据到模型的交叉熵：极小化它就是极大化似然",
    )
    more: list[Words] = [
        Words(
            "for many observations it tends to H(truth) + KL(truth ‖ model), by the law of large "
            "numbers; "
            f"H(truth) does not depend on {w}",
            f"观测很多时由大数定律趋于 H(真实分布) + KL(真实分布 ‖ 模型)；H(真实分布) 与 {w} 无关",
        )
    ]
    if not r.priors and n is not None:
        whole = build.multiply(r.scale, n)
        shift = canonical(build.divide(build.negate(r.constant), whole))
        shown = to_unicode(shift)
        tail = "" if shown == "0" else f" − {shown[1:]}" if shown[0] == "−" else f" + {shown}"
        per = to_unicode(canonical(whole))
        head = "f" if per == "1" else f"f/{per}" if _is_name(per) else f"f/({per})"
        if per.startswith("1/"):
            head = f"{to_unicode(canonical(build.power(whole, -1)))} f"
        more.insert(0, same(f"{mean} = {head}{tail}"))
    if r.noise.pattern.family.name.startswith("Bernoulli"):
        more.append(
            Words(
                "labels are certain, so their own entropy is 0 and each term is KL itself",
                "标签是确定的，自身的熵为 0，每一项就是 KL",
            )
        )
    return [Row(Words("entropy", "熵"), text, more=tuple(more))]


def _is_name(text: str) -> bool:
    """Return whether a divisor needs no brackets: a letter or a number, not a product."""
    return (len(text) == 1 and text.isalnum()) or text.isdecimal()


def decomposition(d: Divergence, badge: str) -> list[Row]:
    """Return cross-entropy = entropy + divergence for one observation."""
    shown = {name: to_unicode(e) for name, e in d.truth.items()}
    law = d.family.shown.format(**shown)
    model = d.family.shown.format(**{name: to_unicode(e) for name, e in d.model.items()})
    at = ", ".join(f"{to_unicode(d.model[n])} = {to_unicode(d.truth[n])}" for n in d.moved)
    kl = to_unicode(d.divergence)
    least = Words(
        f"KL is never negative, and 0 for {at}: to minimize the cross-entropy is to minimize KL",
        f"KL 非负，当 {at} 时为 0：极小化交叉熵就是极小化 KL",
    )
    if d.entropy is None or d.cross is None:
        known = Words("H does not depend on the model", "H 与模型无关")
        more = (same(f"KL = {kl}"), known, least)
    else:
        parts = (same(f"H = {to_unicode(d.entropy)}"), same(f"KL = {kl}"))
        more = (same(f"E[−log p(y)] = {to_unicode(d.cross)}"), *parts, least)
    return [
        Row(
            Words("decomposed", "分解"),
            Words(
                f"E[−log p(y)] = H + KL, if y has the law {law} and the model is {model}",
                f"若 y 服从 {law} 而模型为 {model}，则 E[−log p(y)] = H + KL",
            ),
            badge,
            more=more,
        )
    ]
