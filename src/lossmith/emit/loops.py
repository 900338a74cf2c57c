"""Loops for what a target has no function for: Einstein sums, and functions of each row.

The name of a loop says what it does, so that its text can be written from the name alone:
``_sum_ab_cb_to_ac`` sums x[a, b] * y[c, b] over b; ``_each_1_0_logsumexp`` applies ``_logsumexp``
to every vector of a stack and gives a number each; ``_each_with_1_0_`` hands a number beside each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lossmith.emit.program import (
    Call,
    Diagonal,
    Dot,
    Einsum,
    MatMul,
    Op,
    Reduce,
    TensorDot,
    Trace,
)

_SUM = re.compile(r"\b_sum_((?:[a-z]+_)+)to_?([a-z]*)\b")
_EACH = re.compile(r"\b_each_(with_)?(\d)_(\d)_(\w+)\b")


def looped(op: Op, ranks: Sequence[int], template: str = "") -> str | None:
    """Return the name of the loop that computes an operation, None if it needs none.

    ranks: of the operands.  template: of the atom, for a call: ``_name({0})``.
    """
    match op:
        case Einsum() | TensorDot() | Diagonal():
            return _sum_name(*pattern(op, ranks))
        case MatMul() if max(ranks) > 2:
            return _sum_name(*pattern(op, ranks))
        case Reduce() if 1 < len(op.axes) < ranks[0]:
            return _sum_name(*pattern(op, ranks))
        case Call() if not op.atom.signature.is_entrywise:
            core = len(op.atom.signature.inputs[0])
            named = re.fullmatch(r"_(\w+)\(\{0\}(, \{1\})?\)", template)
            if ranks[0] > core and named:
                head = "_each_with" if named.group(2) else "_each"
                return f"{head}_{core}_{len(op.atom.signature.output)}_{named.group(1)}"
            return None
        case _:
            return None


def pattern(op: Op, ranks: Sequence[int]) -> tuple[list[str], str]:
    """Return the letters of the axes of each operand, and those of the result, of a sum.

    ranks: of the operands. Letters that the result lacks are summed over.
    """
    match op:
        case Einsum():
            left, out = op.spec.split("->")
            return left.split(","), out
        case TensorDot():
            return _tensordot(op, ranks)
        case MatMul():
            left, right = ranks
            batch = _letters(0, max(0, max(ranks) - 2))
            i, k, j = _letters(len(batch), 3)
            rows, columns = i * (left > 1), j * (right > 1)
            return [batch + rows + k, batch + k + columns], batch + rows + columns
        case Dot():
            letters = _letters(0, ranks[0])
            return [letters, letters], ""
        case Reduce():
            letters = _letters(0, ranks[0])
            return [letters], "".join(c for k, c in enumerate(letters) if k not in op.axes)
        case Trace():
            return ["aa"], ""
        case Diagonal():
            letters = list(_letters(0, ranks[0]))
            first, second = op.axes
            letters[second] = letters[first]
            rest = [c for k, c in enumerate(letters) if k not in op.axes]
            return ["".join(letters)], "".join(rest) + letters[first]
        case _:
            raise AssertionError(f"{type(op).__name__} is no sum")


def loops_in(code: str, decorator: str) -> Mapping[str, str]:
    """Return name -> text of the loops that the code calls."""
    found = {m.group(0): _sum_text(m, decorator) for m in _SUM.finditer(code)}
    return found | {m.group(0): _each_text(m, decorator) for m in _EACH.finditer(code)}


def _tensordot(op: TensorDot, ranks: Sequence[int]) -> tuple[list[str], str]:
    left = _letters(0, ranks[0])
    free = iter(_letters(ranks[0], ranks[1]))
    paired = dict(zip(op.right_axes, op.left_axes, strict=True))
    right = "".join(left[paired[k]] if k in paired else next(free) for k in range(ranks[1]))
    kept = [c for k, c in enumerate(left) if k not in op.left_axes]
    kept += [c for k, c in enumerate(right) if k not in op.right_axes]
    return [left, right], "".join(kept)


def _letters(start: int, count: int) -> str:
    return "".join(chr(ord("a") + start + k) for k in range(count))


def _sum_name(parts: Sequence[str], out: str) -> str:
    return f"_sum_{'_'.join(parts)}_to_{out}".rstrip("_")


def _sum_text(found: re.Match[str], decorator: str) -> str:
    """Return nested loops, the axes of the result outermost."""
    name, parts, out = found.group(0), found.group(1).rstrip("_").split("_"), found.group(2)
    names = ["xyzuvw"[k] for k in range(len(parts))]
    length = {
        c: f"{x}.shape[{k}]"
        for x, part in zip(names, parts, strict=True)
        for k, c in enumerate(part)
    }
    order = [*out, *sorted(set(length) - set(out))]
    terms = [f"{x}[{', '.join(part)}]" for x, part in zip(names, parts, strict=True) if part]
    terms += [x for x, part in zip(names, parts, strict=True) if not part]
    lines = [f"def {name}({', '.join(names)}):"]
    shape = ", ".join(length[c] for c in out) + ("," if len(out) == 1 else "")
    lines.append(f"    total = np.zeros(({shape}))" if out else "    total = 0.0")
    for depth, c in enumerate(order):
        lines.append(f"{'    ' * (depth + 1)}for {c} in range({length[c]}):")
    target = f"total[{', '.join(out)}]" if out else "total"
    lines += [f"{'    ' * (len(order) + 1)}{target} += {' * '.join(terms)}", "    return total"]
    return f"{decorator}\n" + "\n".join(lines) + "\n"


def _each_text(found: re.Match[str], decorator: str) -> str:
    """Return a loop over the leading axes."""
    core, result, inner = int(found.group(2)), int(found.group(3)), found.group(4)
    # A second argument is one number for each array of the stack.
    second, own = (", y", ", y[k]") if found.group(1) else ("", "")
    batch = f"x.shape[:-{core}]"
    # A vector may give a matrix of its own size, a matrix the four axes of a slope.
    copies = [f"x.shape[-{core}:]"] * (result // core - 1)
    shape = " + ".join(["x.shape", *copies]) if result else batch
    return f"""{decorator}
def {found.group(0)}(x{second}):
    out = np.empty({shape})
    for k in np.ndindex({batch}):
        out[k] = _{inner}(np.ascontiguousarray(x[k]){own})
    return out
"""
