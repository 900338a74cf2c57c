"""Curvature by structure: every sub-expression once, innermost first, rule after rule."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.arithmetic.polynomial import TooLarge, expand
from lossmith.evidence.arithmetic.signs import from_polynomial
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import add, contract, power
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, Symbol, children
from lossmith.expr.walk import dependents, depends_on, postorder
from lossmith.prove.curvature.cones import prove_cones, prove_norm
from lossmith.prove.curvature.families import prove_families
from lossmith.prove.curvature.letters import prove_letters
from lossmith.prove.curvature.log_convex import prove_log_convex
from lossmith.prove.curvature.minors import prove_minors
from lossmith.prove.curvature.outer import perspective_of, prove_entrywise
from lossmith.prove.curvature.pieces import prove_pieces
from lossmith.prove.curvature.polynomials import prove_squares
from lossmith.prove.curvature.quadratic import is_quadratic, prove_quadratic
from lossmith.prove.curvature.reduction import prove_one_variable, prove_reduced
from lossmith.prove.proving.forms import is_twice, pairings
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd, prove_range, prove_rewrite, prove_total
from lossmith.prove.proving.structure import Found

SIDES = ("convex", "concave")


class Composition:
    """What has been proved of the curvature of each sub-expression, in one block of variables."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.found: dict[Expr, Found] = {}
        self.opened: set[Expr] = set()

    def analyze(self, root: Expr) -> Found:
        """Return the nodes that prove root affine, convex or concave (an empty dict if none)."""
        moving = dependents(root, self.proof.wrt)
        if root not in moving and root not in self.found:
            constant = self._try(root, "affine", "constant", [])
            self.found[root] = self._kept(root, {"affine": constant})
        for e in postorder(root):
            if e in moving and e not in self.found:
                self.found[e] = {}
                try:
                    self.found[e] = self._node(e)
                except LossmithError:
                    continue  # a part that a rule would need cannot be built: no proof by it
        return self.found.get(root, {})

    def kinds(self, e: Expr) -> set[str]:
        """Return what is known of e; a constant is everything."""
        if not depends_on(e, self.proof.wrt):
            return {"affine", "convex", "concave"}
        found = self.found.get(e, {})
        return {"affine", "convex", "concave"} if "affine" in found else set(found)

    def premise(self, e: Expr, kind: str) -> int | None:
        """Return the node for e of this kind, or the affine one."""
        found = self.found.get(e, {})
        return found.get("affine", found.get(kind))

    def within(self, block: tuple[Symbol, ...]) -> Composition:
        """Return a new question in another block, in the same proof."""
        return Composition(self.proof.inner(block))

    def _node(self, e: Expr) -> Found:
        match e:
            case Symbol():
                return self._kept(e, {"affine": self._try(e, "affine", "variable", [])})
            case Add():
                return self._add(e)
            case Contract():
                return self._contract(e)
            case Apply():
                return self._apply(e)
            case Select():
                return self._choice(e) or self._hard(e)
            case _:
                return {}

    def _try(
        self, e: Expr, kind: str, rule: str, premises: Iterable[int | None], *parameters: object
    ) -> int | None:
        return self.proof.propose(self.proof.claim(kind, e), rule, premises, tuple(parameters))

    def _kept(self, e: Expr, nodes: dict[str, int | None]) -> Found:
        found = {k: n for k, n in nodes.items() if n is not None}
        if "affine" not in found and {"convex", "concave"} <= set(found):
            both = self._try(e, "affine", "affine", [found["convex"], found["concave"]])
            if both is not None:
                found["affine"] = both
        return found

    # -- sums --------------------------------------------------------------------------------------

    def _add(self, e: Add) -> Found:
        single = [[Fraction(k)] for k in range(len(e.terms))]
        found = self._sums(e, single)
        if found:
            return found
        if len(e.terms) > 1:
            found = self._grouped(e)
        return found or self._hard(e)

    def _sums(self, e: Add, groups: list[list[Fraction]]) -> Found:
        parts = [
            e.terms[int(g[0])] if len(g) == 1 else (Fraction(1), add(*(e.terms[int(k)] for k in g)))
            for g in groups
        ]
        rows = tuple(tuple(g) for g in groups)
        nodes: dict[str, int | None] = {}
        if all("affine" in self.kinds(p) for _, p in parts):
            used = [self.premise(p, "affine") for _, p in parts]
            return self._kept(e, {"affine": self._try(e, "affine", "sum", used, *rows)})
        for side in SIDES:
            asked = [side if c > 0 else _flip(side) for c, _ in parts]
            if all(k in self.kinds(p) for k, (_, p) in zip(asked, parts, strict=True)):
                used = [self.premise(p, k) for k, (_, p) in zip(asked, parts, strict=True)]
                nodes[side] = self._try(e, side, "sum", used, *rows)
        return self._kept(e, nodes)

    def _grouped(self, e: Add) -> Found:
        """Take the quadratic terms together, then whatever the other terms clash with."""
        wrt = self.proof.wrt
        squares = [Fraction(k) for k, (_, t) in enumerate(e.terms) if is_quadratic(t, wrt)]
        if len(squares) == len(e.terms):
            return {}
        curved = [Fraction(k) for k, (_, t) in enumerate(e.terms) if "affine" not in self.kinds(t)]
        for group in (squares, curved, *self._by_symbols(e)):
            if not 1 < len(group) < len(e.terms):
                continue
            part = add(*(e.terms[int(k)] for k in group))
            self.analyze(part)
            rest = [[Fraction(k)] for k in range(len(e.terms)) if k not in group]
            found = self._sums(e, [group, *rest])
            if found:
                return found
        return self._separated(e)

    def _by_symbols(self, e: Add) -> list[list[Fraction]]:
        """Return groups of terms that depend on the same one variable."""
        groups: dict[tuple[Symbol, ...], list[Fraction]] = {}
        for k, (_, t) in enumerate(e.terms):
            own = tuple(w for w in self.proof.wrt if depends_on(t, (w,)))
            if own:
                groups.setdefault(own, []).append(Fraction(k))
        return list(groups.values())

    def _separated(self, e: Add) -> Found:
        """Group the terms by the sets of variables that they share, all groups at once."""
        groups = self._by_symbols(e)
        if len(groups) < 2:
            return {}
        taken = {k for g in groups for k in g}
        rest = [[Fraction(k)] for k in range(len(e.terms)) if k not in taken]
        for g in groups:
            if len(g) > 1:
                self.analyze(add(*(e.terms[int(k)] for k in g)))
        return self._sums(e, [*groups, *rest])

    # -- products ------------------------------------------------------------------------------

    def _contract(self, e: Contract) -> Found:
        proof, wrt = self.proof, self.proof.wrt
        moving = [f for f in e.factors if depends_on(f[0], wrt)]
        f, labels, p = moving[0]
        if len(e.factors) == 1 and labels == axes(e):
            split = isinstance(f, Contract) and len(f.factors) > 1
            found = self._apply(e) or (self._monomial(e, moving) if split else {})
            return found or self._hard(e)
        for factor, _, _ in e.factors:
            prove_range(proof, factor)
        if len(moving) == 1:
            inner = power(f, p) if p != 1 else f
            found = self._linear(e, inner, labels)
            if found or not is_twice(e):
                return found or self._hard(e)
        if is_twice(e):
            node = self._form(e)
            if node is not None:
                return self._kept(e, {"convex": node})
        flat = self._flattened(e)
        if flat:
            return flat
        constant = [g for g in e.factors if not depends_on(g[0], wrt)]
        places = sorted({k for _, ls, _ in moving for k in ls})
        if constant or set(places) - set(range(e.rank)):
            inner = contract(moving, tuple(places))
            if inner is not e:
                found = self._linear(e, inner, tuple(places)) or self._scaled_form(e)
                return found or self._hard(e)
        return self._monomial(e, moving) or self._perspective(e) or self._hard(e)

    def _perspective(self, e: Contract) -> Found:
        """Try q * phi(p/q) for each factor q that also stands in a quotient inside another."""
        for q, labels, power_of_q in e.factors:
            if power_of_q != 1 or labels != axes(e) or "affine" not in self.kinds(q):
                continue
            rest = contract([f for f in e.factors if f[0] is not q], axes(e), e.shape)
            for s in postorder(rest):
                if not isinstance(s, Contract) or s.summed or len(s.factors) != 2:
                    continue
                for p, ms, r in s.factors:
                    if p is not q and abs(r) == 1 and ms == axes(e) and s.shape == e.shape:
                        found = perspective_of(self, e, rest, p, q)
                        if found:
                            return self._kept(e, dict(found))
        return {}

    def _flattened(self, e: Contract) -> Found:
        """Open inner sums that depend on the block: sum(x^2)/y is a sum of x^2/y."""
        moving: list[tuple[Expr, tuple[int, ...], Fraction]] = []
        fresh = max([*e.sizes(), e.rank]) + 1
        opened = False
        for f, labels, p in e.factors:
            if not depends_on(f, self.proof.wrt):
                continue
            if not isinstance(f, Contract) or p != 1 or not f.summed:
                moving.append((f, labels, p))
                continue
            names = dict(enumerate(labels))
            for k in f.summed:
                names[k] = fresh
                fresh += 1
            moving += [(g, tuple(names[k] for k in ls), q) for g, ls, q in f.factors]
            opened = True
        if not opened:
            return {}
        places = sorted({k for _, ls, _ in moving for k in ls})
        inner = contract(moving, tuple(places))
        return {} if isinstance(inner, Add) else self._linear(e, inner, tuple(places))

    def _linear(self, e: Contract, inner: Expr, labels: tuple[int, ...]) -> Found:
        proof = self.proof
        if inner is e:
            return {}
        self.analyze(inner)
        weights = [proof.known.get(g) for g, _, _ in e.factors if not depends_on(g, proof.wrt)]
        place = tuple(Fraction(k) for k in labels)
        nodes: dict[str, int | None] = {}
        if "affine" in self.kinds(inner):
            used = [self.premise(inner, "affine")]
            return self._kept(e, {"affine": self._try(e, "affine", "linear", used, inner, place)})
        for side in SIDES:
            for kind in SIDES:
                if kind in self.kinds(inner) and nodes.get(side) is None:
                    used = [self.premise(inner, kind), *weights]
                    nodes[side] = self._try(e, side, "linear", used, inner, place)
        return self._kept(e, nodes)

    def _form(self, e: Contract) -> int | None:
        for pairs in pairings(e, outer=False):
            used = [prove_psd(self.proof, g) for g, _, _ in e.factors]
            for g, _, _ in e.factors:
                if isinstance(g, Apply) and g.atom.signature.output:
                    used += [prove_psd(self.proof, g.args[0]), self.premise(g.args[0], "affine")]
            known = [self.proof.known.get(g) for g, _, _ in e.factors]
            flat = [self.premise(g, "affine") for g, _, _ in e.factors]
            node = self._try(e, "convex", "form", [*used, *known, *flat], *pairs)
            if node is not None:
                return node
        return None

    def _scaled_form(self, e: Contract) -> Found:
        """Split constant scalars off a quadratic form, so that their sign may decide."""
        scalars = [g for g in e.factors if not g[1] and not depends_on(g[0], self.proof.wrt)]
        rest = [g for g in e.factors if g not in scalars]
        if not scalars or not rest:
            return {}
        return self._linear(e, contract(rest, axes(e), e.shape), axes(e))

    def _monomial(self, e: Contract, moving: list[tuple[Expr, tuple[int, ...], Fraction]]) -> Found:
        used: list[int | None] = []
        for f, _, _ in moving:
            for g in (f, *children(f)) if isinstance(f, Contract) else (f,):
                used += [prove_range(self.proof, g), *self.found.get(g, {}).values()]
        return self._kept(e, {s: self._try(e, s, "monomial", used) for s in SIDES})

    # -- functions -----------------------------------------------------------------------------

    def _apply(self, e: Expr) -> Found:
        used: list[int | None] = []
        for a in children(e):
            used += [prove_range(self.proof, a), *self.found.get(a, {}).values()]
            if len(a.shape) == 2 and isinstance(e, Apply) and e.atom.needs:
                used.append(prove_psd(self.proof, a))
        if all("affine" in self.kinds(a) for a in children(e)):
            node = self._try(e, "affine", "composition", used)
            if node is not None:
                return {"affine": node}
        nodes = {s: self._try(e, s, "composition", used) for s in SIDES}
        return self._kept(e, nodes) or (self._hard(e) if isinstance(e, Apply) else {})

    def _choice(self, e: Select) -> Found:
        """Take the curvature of all branches where the data choose among them."""
        if any(depends_on(c.expr, self.proof.wrt) for guard, _ in e.cases for c in guard):
            return {}
        moving = [b for b in children(e) if depends_on(b, self.proof.wrt)]
        used = [prove_total(self.proof, b) for b in moving] if e.shape else []
        used += [n for b in moving for n in self.found.get(b, {}).values()]
        return self._kept(e, {s: self._try(e, s, "choice", used) for s in SIDES})

    # -- by derivatives ------------------------------------------------------------------------

    def _hard(self, e: Expr) -> Found:
        """Try norms and log-convexity, exact quadratics, then the sign of a second derivative."""
        proof = self.proof
        nodes: Found = prove_norm(proof, e, self) or prove_log_convex(proof, e, self)
        nodes = nodes or prove_letters(proof, e, self)
        if not nodes:
            nodes = prove_quadratic(proof, e)
        if not nodes:
            nodes = prove_squares(proof, e)
        if not nodes:
            nodes = prove_pieces(proof, e, self)
        if not nodes:
            nodes = prove_one_variable(proof, e)
        if not nodes:
            nodes = prove_reduced(proof, e, self) or prove_cones(proof, e, self)
        if not nodes:
            nodes = prove_families(proof, e, self) or self._expanded(e)
        if not nodes:
            nodes = prove_entrywise(proof, e, self) or prove_minors(proof, e)
        return self._kept(e, dict(nodes))

    def _expanded(self, e: Expr) -> Found:
        """Try a formula of scalars multiplied out: (sqrt(x) - sqrt(y))^2 is x + y - 2 sqrt(xy)."""
        proof = self.proof
        if e.shape or e in self.opened or not any(isinstance(s, Add) for s in postorder(e)):
            return {}
        try:
            form = from_polynomial(expand(e)[()])
        except (TooLarge, KeyError):
            return {}
        if form is e or form in self.opened or not isinstance(form, Add):
            return {}
        self.opened |= {e, form}
        found = self.analyze(form)
        nodes: Found = {}
        if found:
            total = prove_total(proof, form)
            claim = Claim("identity", e, (), None, form)
            link = proof.propose(claim, "expansion", [total])
            for kind, node in found.items() if link is not None else ():
                carried = prove_rewrite(proof, proof.claim(kind, e), [link or 0], node)
                if carried is not None:
                    nodes[kind] = carried
        return nodes


def _flip(kind: str) -> str:
    return "concave" if kind == "convex" else "convex"
