"""What people change by mistake in how a line is written, each way taken back at one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from lossmith.expr.node import Symbol
from lossmith.judge.written_tree import Made, Nodes, Tree, is_operand, operation
from lossmith.text.syntax.tokens import Index


def transposes(tree: Tree, k: int) -> Made:
    """A' -> A and A -> A'."""
    node = tree.nodes[k]
    if tree.name(k) == "'":
        yield tree.instead(k, node.args[0])
    elif is_operand(tree, k) and tree.name(tree.parents.get(k, k)) in ("*", "+", "-", "@"):
        yield tree.put(k, replace(node, kind="postfix", name="'", args=(k,), subscripts=()))


def all_transposes(tree: Tree, k: int) -> Made:
    """A B A -> A' B A': one factor, or each of several equal ones, wherever it stands."""
    if k != tree.root:
        return
    for names in _repeated(tree):
        made: Nodes = {}
        count = len(tree.nodes)
        for j, place in enumerate(names):
            turned = replace(
                tree.nodes[place], kind="postfix", name="'", args=(place,), subscripts=()
            )
            above = tree.parents[place]
            old = made.get(above) or tree.nodes[above]
            args = tuple(count + j if a == place else a for a in old.args)
            made |= {count + j: turned, above: replace(old, args=args)}
        yield made, tree.root


def _repeated(tree: Tree) -> Iterator[list[int]]:
    """Yield the places of an operand that is written more than once."""
    places: dict[object, list[int]] = {}
    for k in range(len(tree.nodes)):
        if is_operand(tree, k) and k in tree.parents:
            places.setdefault(_spelling(tree, k), []).append(k)
    yield from (found for found in places.values() if len(found) > 1)


def _spelling(tree: Tree, k: int) -> tuple[object, ...]:
    """Return what is written below node k, in postorder."""
    out: list[object] = []
    waiting = [k]
    while waiting:
        node = tree.nodes[waiting.pop()]
        out += [node.kind, node.name, node.subscripts, len(node.args)]
        waiting += node.args
    return tuple(out)


def sums(tree: Tree, k: int) -> Made:
    """u -> sum(i, u), and sum(i, u) -> u."""
    node = tree.nodes[k]
    if (node.kind == "bind" and node.name == "sum") or (
        node.kind == "call" and node.name in ("sum", "mean") and len(node.args) == 1
    ):
        yield tree.instead(k, node.args[0])
    elif node.kind in ("infix", "entry", "call") or is_operand(tree, k):
        parent = tree.nodes[tree.parents[k]] if k in tree.parents else None
        if parent is not None and parent.kind in ("entry", "bind"):
            inside = parent.name == "tensor"
            if not inside:
                return
        for letter in tree.letters(k):
            sum_ = replace(node, kind="bind", name="sum", args=(k,), subscripts=(),
                           binds=(Index(letter),))  # fmt: skip
            yield tree.put(k, sum_)
        if not tree.letters(k):
            yield tree.put(k, replace(node, kind="call", name="sum", args=(k,), binds=()))


def orders(tree: Tree, k: int) -> Made:
    """A B -> B A."""
    node = tree.nodes[k]
    if tree.name(k) in ("*", "@"):
        a, b = node.args
        yield {k: replace(node, args=(b, a))}, tree.root
        if tree.name(a) in ("*", "@"):
            # (A B) C -> A (C B) and C A B
            first, second = tree.nodes[a].args
            yield {a: replace(tree.nodes[a], args=(first, b)),
                   k: replace(node, args=(a, second))}, tree.root  # fmt: skip


def indices(tree: Tree, k: int) -> Made:
    """x_ij -> x_ji, and another letter in use instead of one."""
    node = tree.nodes[k]
    if node.kind != "entry":
        return
    if len(node.subscripts) == 2:
        yield {k: replace(node, subscripts=node.subscripts[::-1])}, tree.root
    used = dict.fromkeys(s for n in tree.nodes for s in n.subscripts if s.isalpha())
    used |= dict.fromkeys(b.name for n in tree.nodes for b in n.binds)
    for j, old in enumerate(node.subscripts):
        for letter in used:
            if letter != old:
                new = (*node.subscripts[:j], letter, *node.subscripts[j + 1 :])
                yield {k: replace(node, subscripts=new)}, tree.root


def signs(tree: Tree, k: int) -> Made:
    """a + b -> a - b, -a -> a."""
    node = tree.nodes[k]
    match tree.name(k):
        case "+" | "-" if node.kind == "infix":
            yield {k: replace(node, name="-" if node.name == "+" else "+")}, tree.root
        case "-":
            yield tree.instead(k, node.args[0])
        case _:
            pass


def complements(tree: Tree, k: int) -> Made:
    """u -> 1 - u, of a factor or the base of a power."""
    node = tree.nodes[k]
    plain = node.kind in ("name", "entry", "call") and k in tree.parents
    if plain and tree.name(tree.parents[k]) in (*_TIMES, *_OVER, "^", ".^"):
        one = replace(node, kind="number", name="1", args=(), subscripts=(), binds=())
        yield tree.put(k, operation(node, "-", len(tree.nodes), k), (one,))


_TIMES: Final = ("*", ".*", "@")
_OVER: Final = ("/", "./")


def brackets(tree: Tree, k: int) -> Made:
    """a b + c -> a (b + c), a (b + c) -> a b + c; so with quotients, powers and a minus."""
    node = tree.nodes[k]
    yield from _arguments(tree, k)
    if node.kind != "infix":
        if tree.name(k) == "-" and tree.name(node.args[0]) in ("+", "-"):
            yield from _minus_taken_in(tree, k, node.args[0])
        return
    a, b = node.args
    outer = node.name
    for here, other in ((a, b), (b, a)):
        inside = tree.nodes[here]
        if inside.kind != "infix":
            if inside.kind == "prefix" and inside.name == "-" and outer in ("+", "-") and here == a:
                # -a + b -> -(a + b)
                low = replace(node, args=(inside.args[0], b))
                yield tree.instead(k, here, {k: low, here: replace(inside, args=(k,))})
            continue
        p, q = inside.args
        for kept, moved in ((p, q), (q, p)):
            if not _changes_places(inside.name, outer, here is a, kept is p):
                continue
            low = replace(node, args=(moved, other) if here is a else (other, moved))
            args = (kept, len(tree.nodes)) if kept is p else (len(tree.nodes), kept)
            yield tree.put(k, replace(inside, args=args), (low,))


def _arguments(tree: Tree, k: int) -> Made:
    """f(u) - v -> f(u - v), and f(u - v) -> f(u) - v: the bracket of a call ends elsewhere."""
    node = tree.nodes[k]
    if node.kind == "infix" and tree.nodes[node.args[0]].kind == "call":
        call = tree.nodes[node.args[0]]
        if len(call.args) == 1:
            low = replace(node, args=(call.args[0], node.args[1]))
            yield tree.put(k, replace(call, args=(len(tree.nodes),)), (low,))
    if node.kind == "call" and len(node.args) == 1 and tree.nodes[node.args[0]].kind == "infix":
        inside = tree.nodes[node.args[0]]
        low = replace(node, args=(inside.args[0],))
        yield tree.put(k, replace(inside, args=(len(tree.nodes), inside.args[1])), (low,))


def _changes_places(inner: str, outer: str, left: bool, first: bool) -> bool:
    """Return whether p inner (q outer r) may have been meant by (p inner q) outer r, or so."""
    sums, products = ("+", "-"), (*_TIMES, *_OVER)
    if inner in sums and outer in products:
        # (p + q) r -> p + q r: the part beside the operator stays with it.
        return first if left else (not first and outer in _TIMES)
    if inner in products and outer in sums:
        # p q + r -> p (q + r); p/q + r -> (p + r)/q
        if inner in _OVER:
            return not first
        return first if left else not first
    if inner in products and outer in products:
        return first and left
    return inner in products and outer in ("^", ".^") and left and first


def _minus_taken_in(tree: Tree, k: int, inner: int) -> Made:
    """-(a + b) -> -a + b."""
    inside = tree.nodes[inner]
    low = replace(tree.nodes[k], args=(inside.args[0],))
    yield tree.put(k, replace(inside, args=(len(tree.nodes), inside.args[1])), (low,))


def quotients(tree: Tree, k: int) -> Made:
    """a/b -> b/a, a/b -> a b, a b -> a/b; A B -> A .* B."""
    node = tree.nodes[k]
    if node.kind != "infix":
        return
    if node.name in _OVER:
        yield {k: replace(node, args=node.args[::-1])}, tree.root
        yield {k: replace(node, name="*" if node.name == "/" else ".*")}, tree.root
    if node.name in _TIMES:
        yield {k: replace(node, name="/" if node.name == "*" else "./")}, tree.root


def matrix_products(tree: Tree, k: int) -> Made:
    """A .* b -> A b: in NumPy * is entry by entry."""
    if tree.nodes[k].kind == "infix" and tree.name(k) == ".*":
        yield {k: replace(tree.nodes[k], name="@")}, tree.root


_PAIRS: Final[Mapping[str, tuple[str, ...]]] = {
    "norm1": ("norm2",), "norm2": ("norm1",), "sum": ("mean",), "mean": ("sum",), "max": ("min",),
    "min": ("max",), "sin": ("cos",), "cos": ("sin",), "log": ("exp",), "exp": ("log",),
    "sigmoid": ("tanh", "softmax"), "tanh": ("sigmoid",), "sign": ("abs",), "abs": ("sign",),
}  # fmt: skip


def functions(tree: Tree, k: int) -> Made:
    """norm1(u) -> norm2(u), max -> min, and other names that are mistaken for each other."""
    node = tree.nodes[k]
    for other in _PAIRS.get(node.name, ()) if node.kind == "call" else ():
        yield {k: replace(node, name=other)}, tree.root


def powers_taken_off(tree: Tree, k: int) -> Made:
    """u^2 -> u."""
    if tree.name(k) in ("^", ".^"):
        yield tree.instead(k, tree.nodes[k].args[0])


def squares(tree: Tree, k: int) -> Made:
    """u -> u^2."""
    node = tree.nodes[k]
    if node.kind in ("name", "entry", "call") and k in tree.parents:
        if tree.nodes[tree.parents[k]].kind == "entry" or node.name in _ARRAYS_OF:
            return
        two = replace(node, kind="number", name="2", args=(), subscripts=(), binds=())
        for sign in (".^", "^"):
            yield tree.put(k, operation(node, sign, k, len(tree.nodes)), (two,))


_ARRAYS_OF: Final = frozenset({"diag", "inv"})


def diagonals(tree: Tree, k: int) -> Made:
    """v -> diag(v), and diag(v) -> v."""
    node = tree.nodes[k]
    if node.kind == "call" and node.name == "diag":
        yield tree.instead(k, node.args[0])
    elif is_operand(tree, k) and k in tree.parents:
        yield tree.put(k, replace(node, kind="call", name="diag", args=(k,), subscripts=()))


def wrapped(tree: Tree, k: int, names: Sequence[str]) -> Made:
    """u -> f(u), for functions that what is right is made of."""
    node = tree.nodes[k]
    inside = tree.nodes[tree.parents[k]].kind == "entry" if k in tree.parents else False
    if node.kind in ("name", "entry", "infix") and not inside:
        for name in names:
            yield tree.put(k, replace(node, kind="call", name=name, args=(k,), subscripts=()))


def renamed(tree: Tree, k: int, offered: Sequence[Symbol], *, alike: bool = True) -> Made:
    """a -> b, for symbols of the lines above; alike: those of one shape with a, or the others."""
    node = tree.nodes[k]
    if node.kind == "name":
        shapes = {s.shape for s in offered if s.name == node.name}
        for s in offered:
            if s.name != node.name and (s.shape in shapes or not shapes) == alike:
                yield {k: replace(node, name=s.name)}, tree.root


def missing_factor(tree: Tree, k: int, offered: Sequence[Symbol]) -> Made:
    """u -> a u, for a symbol of the line above."""
    node = tree.nodes[k]
    if not (is_operand(tree, k) or node.kind in ("entry", "infix", "number")):
        return
    if k in tree.parents and tree.nodes[tree.parents[k]].kind == "entry":
        return
    letters = [b.name for n in tree.nodes for b in n.binds] or tree.letters(tree.root)
    count = len(tree.nodes)
    for entry in {(tree.nodes[n.args[0]].name, n.subscripts): n for n in tree.nodes
                  if n.kind == "entry"}.values():  # fmt: skip
        copies = (tree.nodes[entry.args[0]], replace(entry, args=(count,)))
        yield tree.put(k, operation(node, "*", k, count + 1), copies)
    for s in offered:
        name = replace(node, kind="name", name=s.name, args=(), subscripts=(), binds=())
        if letters and s.shape:
            for chosen in product(dict.fromkeys(letters), repeat=len(s.shape)):
                entry = replace(name, kind="entry", name="[]", args=(count,), subscripts=chosen)
                yield tree.put(k, operation(node, "*", count + 1, k), (name, entry))
            continue
        yield tree.put(k, operation(node, "*", count, k), (name,))
        if len(s.shape) == 2:
            turned = replace(name, kind="postfix", name="'", args=(count,))
            yield tree.put(k, operation(node, "*", count + 1, k), (name, turned))
            yield tree.put(k, operation(node, "*", k, count + 1), (name, turned))
        if s.shape:
            yield tree.put(k, operation(node, "*", k, count), (name,))
