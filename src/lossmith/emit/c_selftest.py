"""The self-test of a C file: derivatives against central differences, under -DSELF_TEST."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Final

from lossmith.emit.selftest import Check, drawn_range
from lossmith.expr.node import Symbol
from lossmith.expr.types import Shape

TEST_NAMES: Final = tuple(
    "state uniform normal draw_normal draw_uniform draw_whole draw_one_of draw_onehot draw_simplex"
    " draw_tangent draw_diagonal draw_symmetric draw_orthogonal draw_nonsingular all_finite moved"
    " along compare above below direction plus minus found full attempt turn STEP".split()
)

_FRAME: Final = """
#define STEP 1e-6

static unsigned long long state = 7;

/* A number between 0 and 1 (Knuth's MMIX generator). */
static double uniform(void)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return ((double)(state >> 12) + 0.5) / 4503599627370496.0;
}
"""

_DRAWS: Final[Mapping[str, str]] = {
    "normal": """
static double normal(void)
{
    const double size = sqrt(-2.0 * log(uniform()));
    return size * cos(6.283185307179586 * uniform());
}
""",
    "draw_normal": """
static void draw_normal(size_t count, double *x)
{
    for (size_t i = 0; i < count; i++)
        x[i] = normal();
}
""",
    "draw_uniform": """
static void draw_uniform(size_t count, double low, double high, double *x)
{
    for (size_t i = 0; i < count; i++)
        x[i] = low + (high - low) * uniform();
}
""",
    "draw_whole": """
static void draw_whole(size_t count, double low, double high, double *x)
{
    for (size_t i = 0; i < count; i++)
        x[i] = low + floor((high - low + 1.0) * uniform());
}
""",
    "draw_one_of": """
static void draw_one_of(size_t count, size_t choices, const double *choice, double *x)
{
    for (size_t i = 0; i < count; i++)
        x[i] = choice[(size_t)((double)choices * uniform())];
}
""",
    "draw_onehot": """
static void draw_onehot(size_t count, size_t width, double *x)
{
    for (size_t i = 0; i < count; i++)
        x[i] = 0.0;
    for (size_t i = 0; i < count; i += width)
        x[i + (size_t)((double)width * uniform())] = 1.0;
}
""",
    "draw_simplex": """
static void draw_simplex(size_t count, size_t width, double *x)
{
    for (size_t i = 0; i < count; i += width) {
        double sum = 0.0;
        for (size_t j = 0; j < width; j++)
            sum += x[i + j] = 0.2 - log(uniform());
        for (size_t j = 0; j < width; j++)
            x[i + j] /= sum;
    }
}
""",
    "draw_tangent": """
/* Directions along which the sums stay what they are. */
static void draw_tangent(size_t count, size_t width, double *x)
{
    draw_normal(count, x);
    for (size_t i = 0; i < count; i += width) {
        double sum = 0.0;
        for (size_t j = 0; j < width; j++)
            sum += x[i + j];
        for (size_t j = 0; j < width; j++)
            x[i + j] = 0.1 * (x[i + j] - sum / (double)width);
    }
}
""",
    "draw_diagonal": """
static void draw_diagonal(size_t n, double *x)
{
    for (size_t i = 0; i < n*n; i++)
        x[i] = i % (n + 1) == 0 ? 0.5 + 1.5 * uniform() : 0.0;
}
""",
    "draw_symmetric": """
/* A sample covariance plus a multiple of the unit matrix. */
static void draw_symmetric(size_t n, double shift, double *x)
{
    for (size_t i = 0; i < n*n; i++)
        x[i] = i % (n + 1) == 0 ? shift : 0.0;
    for (size_t sample = 0; sample < n + 3; sample++) {
        double *z = numbers(n);
        draw_normal(n, z);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                x[i*n + j] += z[i] * z[j] / (double)(n + 3);
        free(z);
    }
}
""",
    "draw_orthogonal": """
/* A reflection. */
static void draw_orthogonal(size_t n, double *x)
{
    double *z = numbers(n), size = 0.0;
    draw_normal(n, z);
    for (size_t i = 0; i < n; i++)
        size += z[i] * z[i];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            x[i*n + j] = (i == j) - 2.0 * z[i] * z[j] / size;
    free(z);
}
""",
    "draw_nonsingular": """
static void draw_nonsingular(size_t n, double *x)
{
    draw_normal(n*n, x);
    for (size_t i = 0; i < n; i++)
        x[i*n + i] += 3.0;
}
""",
}

_COMPARED: Final = """
static int all_finite(size_t count, const double *x)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(x[i]))
            return 0;
    return 1;
}

/* A point moved along a direction. */
static void moved(size_t count, const double *x, const double *direction, double step, double *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = x[i] + step * direction[i];
}

/* A derivative, the axes of the variable last, applied to a direction. */
static void along(size_t count, size_t size, const double *full, const double *direction,
                  double *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = 0.0;
        for (size_t j = 0; j < size; j++)
            out[i] += full[i*size + j] * direction[j];
    }
}

/* Print the largest difference; stop if it is more than rounding explains. */
static void compare(const char *name, size_t count, const double *found, const double *plus,
                    const double *minus)
{
    double worst = 0.0, scale = 1.0;
    for (size_t i = 0; i < count; i++) {
        const double expected = (plus[i] - minus[i]) / (2.0 * STEP);
        const double gap = fabs(found[i] - expected);
        worst = gap > worst || isnan(gap) ? gap : worst;
        scale = fabs(expected) + 1.0 > scale ? fabs(expected) + 1.0 : scale;
    }
    printf("%s: largest difference %.1e\\n", name, worst / scale);
    if (!(worst / scale < 1e-5)) {
        fprintf(stderr, "%s disagrees with central differences\\n", name);
        exit(EXIT_FAILURE);
    }
}
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """How the test reaches the functions of the file.

    call: (entry, replaced arguments, where to) -> the statement.  arguments: symbol -> variable.
    count: of the entries of a shape.  sizes: size letter -> variable.  shapes: of the entries.
    """

    call: Callable[[str, Mapping[str, str], str], str]
    arguments: Mapping[str, str]
    count: Callable[[Shape], str]
    sizes: Mapping[str, str]
    shapes: Mapping[str, Shape]


def self_test(
    checks: Sequence[Check], symbols: Mapping[str, Sequence[Symbol]], frame: Frame
) -> str:
    """Return the text of the test, or nothing where there is no derivative to test."""
    if not checks:
        return ""
    extra = {c.direction.name for c in checks if c.direction is not None}
    drawn = {s.name: s for c in checks for s in symbols[c.derivative] if s.name not in extra}
    lengths = [f"const size_t {name} = {k + 2};" for k, name in enumerate(frame.sizes.values())]
    rooms = [
        f"double *{_name(frame, s)} = numbers({frame.count(s.shape)});" for s in drawn.values()
    ]
    first = checks[0].of
    draws = [line for s in drawn.values() for line in _draw(s, frame)]
    count = frame.count(frame.shapes[first])
    lines = [
        *lengths,
        *rooms,
        f"double *found = numbers({count});",
        "/* Draw until the point lies in the domain. */",
        "for (int attempt = 0; attempt < 100; attempt++) {",
        *(f"    {line}" for line in draws),
        f"    {frame.call(first, {}, 'found')}",
        f"    if (all_finite({count}, found))",
        "        break;",
        "}",
        "free(found);",
        "for (int turn = 0; turn < 3; turn++) {",
        *(f"    {line}" for c in checks for line in _compared(c, frame)),
        "}",
        *(f"free({_name(frame, s)});" for s in drawn.values()),
        "return 0;",
    ]
    main = "int main(void)\n{\n" + indent("\n".join(lines), "    ") + "\n}\n"
    return "\n".join([_FRAME.strip("\n"), *_used_draws(main), _COMPARED, main])


def _name(frame: Frame, s: Symbol) -> str:
    return frame.arguments[s.name]


def _used_draws(main: str) -> list[str]:
    """Return the drawing functions that the test calls and those that these call."""
    found, text = set[str](), main
    for name in reversed(_DRAWS):
        if f"{name}(" in text:
            found.add(name)
            text += _DRAWS[name]
    return [body.rstrip("\n") for name, body in _DRAWS.items() if name in found]


def _compared(check: Check, frame: Frame) -> list[str]:
    """Return the lines that compare one derivative along a direction."""
    s = check.wrt
    x, size = _name(frame, s), frame.count(s.shape)
    count = frame.count(frame.shapes[check.of])
    rooms = {"direction": size, "above": size, "below": size}
    rooms |= {"plus": count, "minus": count, "found": count}
    if check.direction is None:
        rooms["full"] = frame.count((*frame.shapes[check.of], *s.shape))
        made = [
            frame.call(check.derivative, {}, "full"),
            f"along({count}, {size}, full, direction, found);",
        ]
    else:
        made = [frame.call(check.derivative, {check.direction.name: "direction"}, "found")]
    made_rooms = [f"*{name} = numbers({length})" for name, length in rooms.items()]
    lines = [
        f"double {', '.join(made_rooms[:3])};",
        f"double {', '.join(made_rooms[3:])};",
        _direction(s, frame),
        f"moved({size}, {x}, direction, STEP, above);",
        f"moved({size}, {x}, direction, -STEP, below);",
        frame.call(check.of, {s.name: "above"}, "plus"),
        frame.call(check.of, {s.name: "below"}, "minus"),
        *made,
        f'compare("{check.derivative}", {count}, found, plus, minus);',
        " ".join(f"free({name});" for name in rooms),
    ]
    return ["{", *(f"    {line}" for line in lines), "}"]


def _direction(s: Symbol, frame: Frame) -> str:
    """Return the line that draws a direction in which a symbol may move as it is declared."""
    size = frame.count(s.shape[:1])
    if s.assumptions.has("diagonal"):
        return f"draw_diagonal({size}, direction);"
    if s.assumptions.has("symmetric"):
        return f"draw_symmetric({size}, 0.0, direction);"
    if s.assumptions.has("simplex"):
        return f"draw_tangent({frame.count(s.shape)}, {frame.count(s.shape[-1:])}, direction);"
    return f"draw_normal({frame.count(s.shape)}, direction);"


def _draw(s: Symbol, frame: Frame) -> list[str]:
    """Return the lines that draw a value of a symbol as it is declared."""
    x, count, a = _name(frame, s), frame.count(s.shape), s.assumptions
    rows, width = frame.count(s.shape[:1]), frame.count(s.shape[-1:])
    for word in ("onehot", "simplex"):
        if a.has(word):
            return [f"draw_{word}({count}, {width}, {x});"]
    if a.has("diagonal"):
        return [f"draw_diagonal({rows}, {x});"]
    if a.has("symmetric"):
        return [f"draw_symmetric({rows}, {0.1 if a.has('psd') else -0.7}, {x});"]
    for word in ("orthogonal", "nonsingular"):
        if a.has(word):
            return [f"draw_{word}({rows}, {x});"]
    if a.values is not None:
        values = ", ".join(repr(float(v)) for v in a.values)
        return [f"draw_one_of({count}, {len(a.values)}, (const double[]){{{values}}}, {x});"]
    low, high = drawn_range(a.interval)
    if a.integer:
        return [f"draw_whole({count}, {float(int(low))}, {float(int(high))}, {x});"]
    if a.interval.lo is None and a.interval.hi is None:
        # Every second draw is positive: a formula may need that although nothing is declared.
        return [
            "if (attempt % 2 == 0)",
            f"    draw_normal({count}, {x});",
            "else",
            f"    draw_uniform({count}, 0.1, 0.9, {x});",
        ]
    return [f"draw_uniform({count}, {low!r}, {high!r}, {x});"]
