"""The loss as a cross-entropy: rows of a card."""

from __future__ import annotations

from lossmith.expr import build
from lossmith.likelihood.readings import Reading
from lossmith.likelihood.terms import canonical
from lossmith.text.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.model import size_of
from lossmith.words import Words, same


def entropy(r: Reading) -> list[Row]:
    """Return the rows that say which cross-entropy the loss is."""
    if r.noise is None:
        return []
    y, w = to_unicode(r.noise.observed), ", ".join(to_unicode(s) for s in r.wrt)
    n = size_of(r.noise.observed.shape)
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
        head = "f" if per == "1" else f"f/{per}" if per.isalnum() else f"f/({per})"
        more.insert(0, same(f"{mean} = {head}{tail}"))
    if r.noise.pattern.family.name.startswith("Bernoulli"):
        more.append(
            Words(
                "labels are certain, so their own entropy is 0 and each term is KL itself",
                "标签是确定的，自身的熵为 0，每一项就是 KL",
            )
        )
    return [Row(Words("entropy", "熵"), text, more=tuple(more))]
