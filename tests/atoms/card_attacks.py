"""What a card claims, attacked: each function returns complaints, none if the claim stands.

Sampling is seeded by the card's name: the same card meets the same points in every run.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from flint import arb, fmpq

from lossmith.atoms.meaning import entries, evaluate, evaluate_exactly, precision
from lossmith.atoms.number import is_nan
from lossmith.expr import build
from lossmith.expr.atom import Atom, Fact, Kink, Where
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.types import STRUCTURES
from lossmith.properties.points import trial_points
from lossmith.properties.property import exact, outside
from lossmith.properties.table import PROPERTIES

BITS = 512
SIZES = {"n": 3, "m": 2, "b": 2}
EXPONENTS = [Fraction(p) for p in ("2", "3", "-1", "-2", "1/3", "2/3", "4/3", "5/3", "1/2", "5/2")]
EXPONENTS += [Fraction(p) for p in ("0", "1", "4", "-3", "-1/2", "-2/3", "-1/3", "7/5", "9/10")]


# -- arguments -------------------------------------------------------------------------------------


def symbols_of(card: Atom, *, batch: bool = False) -> tuple[Symbol, ...]:
    """Return one symbol an argument, with its core shape (and a batch axis b)."""
    lead = ("b",) if batch else ()
    names = string.ascii_lowercase[23:] + string.ascii_lowercase
    cores = card.signature.inputs
    return tuple(build.symbol(names[k], (*lead, *core)) for k, core in enumerate(cores))


def matches(p: Fraction, where: Where) -> bool:
    """Return whether a number meets a condition, parity included."""
    odd_root, odd = p.denominator % 2 == 1, p.numerator % 2 == 1
    truth = {
        "": True,
        "integer": p.denominator == 1,
        "even": p.denominator == 1 and not odd,
        "odd": p.denominator == 1 and odd,
        "even_over_odd": odd_root and not odd,
        "odd_over_odd": odd_root and odd,
        "over_even": not odd_root,
    }
    return where.interval.has(p) and truth[where.parity]


def number(random: Random, where: Where, domain: Interval) -> Fraction:
    """Return a random rational that meets the condition, heavy-tailed."""
    box = where.interval.meet(domain)
    pools = [trial_points(box, seed=random.randint(0, 9999), count=12, depth=8), EXPONENTS]
    fitting = [[p for p in pool if box.has(p) and matches(p, where)] for pool in pools]
    return random.choice(random.choice([f for f in fitting if f]))


def matrix(random: Random, structure: str, n: int, m: int) -> list[list[Fraction]]:
    """Return a random rational matrix with the structure asked for."""
    g = [
        [Fraction(random.randint(-9, 9), random.randint(1, 4)) for _ in range(m)] for _ in range(n)
    ]
    if structure == "symmetric":
        return [[g[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    if structure in ("psd", "pd"):
        lift = Fraction(1, random.choice((1, 50))) if structure == "pd" else Fraction(0)
        rows = range(n)
        return [
            [sum(x * y for x, y in zip(g[i], g[j], strict=True)) + (i == j) * lift for j in rows]
            for i in rows
        ]
    return g


def argument(random: Random, core: tuple[str, ...], where: Where, domain: Interval) -> Any:
    """Return a random value of one core argument."""
    if not core:
        return number(random, where, domain)
    if where.structure:
        return matrix(random, where.structure, SIZES[core[0]], SIZES[core[1]])
    extent = [SIZES[letter] for letter in core]
    flat = [number(random, where, domain) for _ in product(*(range(n) for n in extent))]
    for n in reversed(extent[1:]):
        flat = [flat[k : k + n] for k in range(0, len(flat), n)]  # type: ignore[misc]
    return flat


def conditions(card: Atom, when: Sequence[Where]) -> list[Where]:
    """Return one condition an argument; what a card needs of a matrix is always asked for."""
    given = list(when) or [Where()] * card.arity
    for k, need in enumerate(card.needs):
        if not given[k].structure:
            given[k] = Where(
                given[k].interval, "", need if need in STRUCTURES and need != "nonsingular" else ""
            )
    return given


def arguments(card: Atom, random: Random, when: Sequence[Where] = ()) -> list[Any]:
    """Return random values of all arguments that meet the conditions."""
    domains = [*card.domain, *[Interval()] * card.arity]
    return [
        argument(random, core, where, domain)
        for core, where, domain in zip(
            card.signature.inputs, conditions(card, when), domains, strict=False
        )
    ]


def apply_to(card: Atom) -> tuple[Expr, tuple[Symbol, ...]]:
    """Return the card applied to its symbols."""
    symbols = symbols_of(card)
    return build.apply(card, *symbols), symbols


def seeded(card: Atom, purpose: str) -> Random:
    """Return the random numbers of this card (a wrong copy gets those of the original)."""
    return Random(f"{card.name.removesuffix('_wrong')} {purpose}")


# -- slopes ----------------------------------------------------------------------------------------

_STEP = Fraction(1, 1 << 150)
# The mean of the two one-sided quotients errs by h^2 f'''/6 = 2^-300 f'''; we ask for 2^-100 of
# the slope's size. Sides that differ by more than 2^-80 of it belong to a kink, tried elsewhere.
_SLOPE_TOLERANCE = Fraction(1, 1 << 100)


def complaints_about_slopes(card: Atom, rounds: int = 12) -> list[str]:
    """Compare each slope with central differences of the meaning, batch axes included."""
    random = seeded(card, "slopes")
    found: list[str] = []
    batch = not card.signature.is_entrywise
    symbols = symbols_of(card, batch=batch)
    value = build.apply(card, *symbols)
    for k, slope in enumerate(card.slopes):
        if slope is None:
            continue
        derivative = slope(*symbols)
        for _ in range(rounds):
            rows = [arguments(card, random) for _ in range(SIZES["b"] if batch else 1)]
            point = dict(
                zip(symbols, map(list, zip(*rows, strict=True)) if batch else rows[0], strict=True)
            )
            if batch or not any(_is_said(card, j, rows[0], x) for j, x in enumerate(rows[0])):
                found += _compare_slope(card, k, value, derivative, point, symbols[k], batch=batch)
    return found


def _compare_slope(
    card: Atom,
    k: int,
    value: Expr,
    derivative: Expr,
    point: dict[Symbol, Any],
    wrt: Symbol,
    *,
    batch: bool,
) -> list[str]:
    said = entries(evaluate(derivative, point, SIZES, BITS))
    core_out = _size([SIZES[d] for d in card.signature.output])
    core_in = _size([SIZES[d] for d in card.signature.inputs[k]])
    index = [*product(range(SIZES["b"] if batch else 1), range(core_out), range(core_in))]
    if len(index) != len(said):
        return [f"slope {k} of {card.name} has {len(said)} entries, not {len(index)}"]
    sides: dict[int, list[Any]] = {}
    found: list[str] = []
    for (b, i, j), slope in zip(index, said, strict=True):
        moved = b * core_in + j
        if moved not in sides:
            sides[moved] = _one_sided_quotients(value, point, wrt, moved)
        left, right = sides[moved][b * core_out + i]
        with precision(BITS):
            allowed = exact(_SLOPE_TOLERANCE) * (1 + abs(left) + abs(right))
            at_kink = not abs(right - left) < allowed * 2**20
            # Where a card says in words that it jumps, half the jump over the step is no slope.
            at_kink = at_kink or (card.rough is not None and abs(left) > 2**100)
            if not at_kink and not abs(slope - (left + right) / 2) < allowed:
                found.append(f"slope {k} of {card.name} at {point}: {slope}, not {left}")
    return found


def _one_sided_quotients(value: Expr, point: dict[Symbol, Any], wrt: Symbol, entry: int) -> Any:
    """Return (left, right) difference quotients of all entries of the value."""
    here = entries(evaluate(value, point, SIZES, 2 * BITS))
    sides = []
    with precision(2 * BITS):
        for h in (-_STEP, _STEP):
            there = {**point, wrt: _moved(point[wrt], entry, h)}
            end = entries(evaluate(value, there, SIZES, 2 * BITS))
            sides.append([(b - a) / exact(h) for a, b in zip(here, end, strict=True)])
    return list(zip(*sides, strict=True))


def _size(extent: Sequence[int]) -> int:
    size = 1
    for n in extent:
        size *= n
    return size


def _moved(value: Any, entry: int, h: Fraction) -> Any:
    """Return nested lists with one entry moved by h."""
    counter = iter(range(10**9))

    def walk(v: Any) -> Any:
        if isinstance(v, list):
            return [walk(x) for x in v]
        return v + h if next(counter) == entry else v

    return walk(value)


# -- range and domain ------------------------------------------------------------------------------

PARTIAL = {
    "power": "even roots of negatives and 0 to negative powers are undefined",
    "inv": "singular matrices",
    "logdet": "determinants <= 0",
    "tan": "poles",
    "polygamma": "orders that are not whole",
}


def complaints_about_range(card: Atom, rounds: int = 150) -> list[str]:
    """Look for values outside the range, and for missing ones inside the domain."""
    random = seeded(card, "range")
    e, symbols = apply_to(card)
    found = []
    for _ in range(rounds):
        args = arguments(card, random)
        for x in entries(evaluate(e, dict(zip(symbols, args, strict=True)), SIZES, BITS)):
            if outside(x, card.range) is not None:
                found.append(f"{card.name}({args}) = {x} lies outside {card.range}")
            if is_nan(x) and card.name.removesuffix("_wrong") not in PARTIAL:
                found.append(f"{card.name}({args}) has no value, inside its domain")
    if card.signature.is_entrywise and card.arity == 1:
        box = card.domain[0] if card.domain else Interval()
        line = _cached(lambda t: _at(e, symbols, [t], 0, t))
        for p in _extremes(line, [], box, "range_in"):
            if outside(line(p), card.range) is not None:
                found.append(f"{card.name}({p}) = {line(p)} lies outside {card.range}")
    return found


# Domains of parameters that exclude values by convention: the definition has a value there.
CONVENTIONS = {("huber", 1), ("softthreshold", 1)}


def complaints_about_domain(card: Atom) -> list[str]:
    """Look for values outside the domain: of the card, and of its definition without the domain."""
    random = seeded(card, "domain")
    bare = replace(card, name=f"{card.name}_bare", domain=())
    symbols = symbols_of(card)
    found = []
    for k, domain in enumerate(card.domain):
        outer = [x for x in trial_points(Interval(), near=_ends(domain)) if not domain.has(x)]
        convention = (card.name.removesuffix("_wrong"), k) in CONVENTIONS
        for x, tried in product(outer, (card,) if convention else (card, bare)):
            args = arguments(card, random)
            args[k] = x
            e = build.apply(tried, *symbols)
            value = evaluate(e, dict(zip(symbols, args, strict=True)), SIZES, BITS)
            if not is_nan(value):
                found.append(f"{tried.name}({args}) = {value}, outside its domain {domain}")
    return found


def _ends(box: Interval) -> list[Fraction]:
    return [e for e in (box.lo, box.hi) if e is not None]


# -- facts -----------------------------------------------------------------------------------------

Line = tuple[Callable[[Fraction], Any], Sequence[Fraction], Interval]


def complaints_about_fact(card: Atom, fact: Fact, rounds: int = 3) -> list[str]:
    """Attack one fact along random lines under its condition."""
    prop = PROPERTIES.get(fact.name)
    if prop is None:
        return [f"{card.name} claims {fact.name}, which is no property"]
    random = seeded(card, str(fact))
    found = []
    for line, points, box in _lines(card, fact, random, rounds):
        if prop.bounded and card.signature.is_entrywise and not fact.when:
            points = sorted({*points, *_extremes(line, points, box, fact.name)})
        if prop.name in ("smooth", "continuously_differentiable"):
            # A kink lies at a special point, or nearly nowhere; twelve values a point are dear.
            special = {a for a in points if a.denominator <= 2}
            points = sorted({*points[::5], *special})
        with precision(BITS):
            witness = prop.attack(line, points, fact.bounds or box)
        if witness is not None:
            where = ", ".join(str(p) for p in witness.points)
            found.append(f"{card.name} is not {fact.name} {fact.when} {fact.bounds}: at {where}")
        defined = [p for p in points if not is_nan(line(p))]
        if len(defined) < 3:
            found.append(f"{card.name}: {fact.name} {fact.when} could not be tried")
    return found


_ORDER = {"range_in": 0, "slope_in": 1, "second_slope_in": 2}


def _extremes(
    f: Callable[[Fraction], Any], points: Sequence[Fraction], box: Interval, name: str
) -> list[Fraction]:
    """Return points that surround the least and greatest difference quotient of the order.

    A grid over [-8, 8], then two finer ones around the best of the one before.
    """
    order, h = _ORDER[name], Fraction(1, 1 << 30)

    def quotient(t: Fraction) -> float:
        with precision(BITS):
            value = {
                0: lambda: f(t),
                1: lambda: (f(t + h) - f(t)) / exact(h),
                2: lambda: (f(t + h) - 2 * f(t) + f(t - h)) / exact(h * h),
            }[order]()
            return float(arb(value).mid())

    found = []
    for best in (min, max):
        step = Fraction(1, 4)
        grid = [p for k in range(-32, 33) if _inside(p := k * step, h, box)]
        for _ in range(3):
            top = best(grid, key=quotient, default=None)
            if top is None:
                break
            found += [top - order * h, top, top + order * h]
            step /= 16
            grid = [p for k in range(-16, 17) if _inside(p := top + k * step, h, box)]
    return [p for p in found if box.has(p)]


def _inside(p: Fraction, h: Fraction, box: Interval) -> bool:
    return box.has(p - h) and box.has(p + h)


def _lines(card: Atom, fact: Fact, random: Random, rounds: int) -> Iterator[Line]:
    one_variable = card.signature.is_entrywise and not fact.name.startswith("jointly")
    for _ in range(rounds if not one_variable or card.arity > 1 else 1):
        if one_variable:
            yield _entrywise_line(card, fact, random)
        else:
            whole = fact.name == "matrix_convex"
            size = 1 if whole else _size([SIZES[d] for d in card.signature.output])
            for component in range(size):
                yield _segment(card, fact, random, component)


def _entrywise_line(card: Atom, fact: Fact, random: Random) -> Line:
    e, symbols = apply_to(card)
    args = arguments(card, random, fact.when)
    where = fact.when[fact.arg] if fact.when else Where()
    domain = card.domain[fact.arg] if card.domain else Interval()
    box = where.interval.meet(domain)
    if fact.name == "positively_homogeneous":
        start = args[fact.arg]
        return (
            _cached(lambda t: _at(e, symbols, args, fact.arg, t * start)),
            [Fraction(k, 7) for k in (1, 3, 9, 100, 7000)],
            box,
        )
    near = [x for a in args if isinstance(a, Fraction) for x in (a, -a, 1 - a)]
    points = trial_points(box, near=near, seed=random.randint(0, 9999))
    points = [p for p in points if matches(p, where)]
    return _cached(lambda t: _at(e, symbols, args, fact.arg, t)), points, box


def _segment(card: Atom, fact: Fact, random: Random, component: int) -> Line:
    """Return the card along a segment between two points that meet the condition."""
    e, symbols = apply_to(card)
    start, stop = (arguments(card, random, fact.when) for _ in range(2))
    if card.arity > 1 and not fact.name.startswith("jointly"):
        stop = [b if k == fact.arg else a for k, (a, b) in enumerate(zip(start, stop, strict=True))]
    ray = fact.name == "positively_homogeneous"
    if fact.name == "smooth" and random.random() < 0.5 and not fact.when:
        start = [_zip_with(lambda _, y: -y, a, a) for a in stop]  # through 0, where norms bend
    if ray:
        start = [
            _zip_with(lambda x, _: 0 * x, a, a) if k == fact.arg else a for k, a in enumerate(start)
        ]
    if fact.name in ("nondecreasing", "nonincreasing", "increasing", "decreasing"):
        low = [_zip_with(min, a, b) for a, b in zip(start, stop, strict=True)]
        stop = [
            _zip_with(lambda x, y: max(x, y) + 0, a, b) for a, b in zip(start, stop, strict=True)
        ]
        start = low
    steps = [
        (y - x)
        for a, b in zip(start, stop, strict=True)
        for x, y in zip(entries(a), entries(b), strict=True)
    ]
    norm = Fraction(sum(s * s for s in steps))
    weights = [Fraction(random.randint(-3, 3)) for _ in range(SIZES["n"])]

    def along(t: Fraction) -> Any:
        values = {
            s: _zip_with(lambda x, y: x + t * (y - x), a, b)
            for s, a, b in zip(symbols, start, stop, strict=True)
        }
        result = evaluate_exactly(e, values, SIZES, BITS)
        if fact.name == "matrix_convex":
            return _quadratic(result, weights)
        value = entries(result)[component]
        with precision(BITS):
            if fact.name == "slope_in" and norm:
                return value / arb(exact(norm)).sqrt()
            return value / exact(norm) if fact.name == "second_slope_in" and norm else value

    box = closed(0, None) if ray else closed(0, 1)
    middle = () if ray else (Fraction(1, 2),)
    points = [
        p
        for p in trial_points(box, near=middle, count=16, depth=20, seed=random.randint(0, 9999))
        if p or not ray
    ]
    return _cached(along), points, box


def _quadratic(a: list[list[Any]], v: list[Fraction]) -> Any:
    n = range(len(v))
    with precision(BITS):
        return sum((exact(v[i] * v[j]) * a[i][j] for i in n for j in n), fmpq(0))


def _zip_with(f: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if isinstance(a, list):
        return [_zip_with(f, x, y) for x, y in zip(a, b, strict=True)]
    return f(a, b)


def _at(e: Expr, symbols: Sequence[Symbol], args: Sequence[Any], k: int, t: Any) -> Any:
    values = dict(zip(symbols, args, strict=True))
    values[symbols[k]] = t
    return evaluate_exactly(e, values, SIZES, BITS)


def _cached(f: Callable[[Fraction], Any]) -> Callable[[Fraction], Any]:
    known: dict[Fraction, Any] = {}

    def look(t: Fraction) -> Any:
        if t not in known:
            known[t] = f(t)
        return known[t]

    return look


# -- kinks -----------------------------------------------------------------------------------------

_TINY = Fraction(1, 1 << 80)


def complaints_about_kinks(card: Atom, rounds: int = 12) -> list[str]:
    """Check the one-sided slopes at each kink, and that there is none elsewhere."""
    if not card.signature.is_entrywise:
        return [f"{card.name}: kinks are for entrywise cards"] if card.kinks else []
    random = seeded(card, "kinks")
    found = []
    for kink in card.kinks:
        for _ in range(rounds):
            found += _wrong_kink(card, kink, arguments(card, random, kink.when))
    for k in range(card.arity):
        for _ in range(rounds if card.arity > 1 else 1):
            found += _unsaid_kinks(card, k, arguments(card, random), random)
    return found


def _one_sided(card: Atom, args: Sequence[Any], k: int, h: Fraction) -> Any:
    """Return the difference quotient of argument k towards h."""
    e, symbols = apply_to(card)
    with precision(BITS):
        rise = _at(e, symbols, args, k, args[k] + h) - _at(e, symbols, args, k, args[k])
        return rise / exact(h)


def _place(kink: Kink, args: list[Any]) -> Fraction | None:
    """Return the value of the kink's argument at the kink, the others being given."""
    if kink.where is None:
        return kink.at
    symbols = [build.symbol(f"k{i}") for i in range(len(args))]
    e = kink.where(*symbols)
    w = []
    for x in (Fraction(0), Fraction(1)):
        values = dict(zip(symbols, args, strict=True))
        values[symbols[kink.arg]] = x
        w.append(evaluate_exactly(e, values))
    root = -w[0] / (w[1] - w[0])
    return Fraction(int(root.p), int(root.q))


def _wrong_kink(card: Atom, kink: Kink, args: list[Any]) -> list[str]:
    place = _place(kink, args)
    args[kink.arg] = place
    if card.name.startswith("clip") and not args[1] < args[2]:
        return []  # An empty interval [lo, hi] has no kinks: clip is constant.
    sides = [_one_sided(card, args, kink.arg, h) for h in (-_TINY, _TINY)]
    said = [kink.left, kink.right]
    if kink.slopes is not None:
        symbols = symbols_of(card)
        values = dict(zip(symbols, args, strict=True))
        said = [evaluate_exactly(s, values) for s in kink.slopes(*symbols)]
    found = []
    gap = sides[1] - sides[0]
    steeper = [
        _one_sided(card, args, kink.arg, h**2 * (1 if h > 0 else -1)) for h in (-_TINY, _TINY)
    ]
    growing = [
        not is_nan(a) and 1000 * abs(b) > 1001 * abs(a) for a, b in zip(sides, steeper, strict=True)
    ]
    steep = any(growing)
    if not steep and not abs(gap) > exact(_TINY):
        found.append(f"{card.name} has no kink at {args}: slopes {sides}")
    for side, slope, grows in zip(sides, said, growing, strict=True):
        if slope is not None:
            slope = exact(slope) if isinstance(slope, Fraction) else slope
            if not abs(side - slope) < exact(Fraction(1, 1 << 60)):
                found.append(f"{card.name} at {args}: slope {side}, not {slope}")
        elif kink.kind == "jump":
            if not steep:  # a function that jumps may still follow from one side
                found.append(f"{card.name} does not jump at {args}")
        elif kink.kind in ("cusp", "vertical"):
            if not is_nan(side) and not grows:
                found.append(f"{card.name} at {args}: slope {side} is finite")
        else:
            found.append(f"{card.name}: a {kink.kind} needs its slopes")
    return found


def _unsaid_kinks(card: Atom, k: int, args: list[Any], random: Random) -> list[str]:
    e, symbols = apply_to(card)
    box = card.domain[k] if card.domain else Interval()
    near = [x for a in args for x in (a, -a, 1 - a)]
    points = trial_points(box, near=near, seed=random.randint(0, 9999), count=6, depth=2)
    points = [p for p in points if not _is_said(card, k, args, p)]
    line = _cached(lambda t: _at(e, symbols, args, k, t))
    with precision(BITS):
        witness = PROPERTIES["continuously_differentiable"].attack(line, points, box)
    if witness is None:
        return []
    return [f"{card.name} has a kink in argument {k} at {witness.points} of {args}"]


def _is_said(card: Atom, k: int, args: list[Any], p: Fraction) -> bool:
    """Return whether the card speaks of a kink at this point, in argument k."""
    values = [*args]
    values[k] = p
    symbols = [build.symbol(f"k{i}") for i in range(len(args))]
    for kink in card.kinks:
        if kink.when and not all(map(matches, values, kink.when)):
            continue
        if kink.where is None:
            if kink.arg == k and p == kink.at:
                return True
        else:
            surface = kink.where(*symbols)
            if evaluate_exactly(surface, dict(zip(symbols, values, strict=True))) == 0:
                return True
    return False


# -- words and templates ---------------------------------------------------------------------------


def complaints_about_writing(card: Atom) -> list[str]:
    """Check that both languages, the source and the templates are there, with the right holes."""
    found = []
    if not card.words.en.strip() or not any("一" <= c <= "鿿" for c in card.words.zh):
        found.append(f"{card.name}: words are missing in a language")
    if not card.source.strip():
        found.append(f"{card.name}: no source")
    if not card.probe and card.arity:
        found.append(f"{card.name}: no probe points")
    templates = {"latex": card.latex, "unicode": card.unicode, **card.code}
    if "numpy" not in card.code:
        found.append(f"{card.name}: no NumPy code")
    for name, template in templates.items():
        holes = {
            field for _, field, _, _ in string.Formatter().parse(template) if field is not None
        }
        if holes != {str(k) for k in range(card.arity)}:
            found.append(f"{card.name}: the {name} template has the holes {sorted(holes)}")
            continue
        text = template.format(*["x"] * card.arity)
        if name == "latex" and text.count("{") != text.count("}"):
            found.append(f"{card.name}: unbalanced braces in {text}")
    if len(card.slopes) != card.arity:
        found.append(f"{card.name}: {len(card.slopes)} slopes for {card.arity} arguments")
    if card.ball is None and card.meaning is None:
        found.append(f"{card.name}: neither a meaning nor a ball function")
    for fact in card.facts:
        if fact.when and len(fact.when) != card.arity:
            found.append(f"{card.name}: {fact.name} has {len(fact.when)} conditions")
    return found
