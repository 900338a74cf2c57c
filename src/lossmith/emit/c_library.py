"""What C lacks of the language, as small functions in C, and how the cards' code reads in C.

The cards spell their functions for NumPy and numba. Entrywise ones are made of names that math.h
or the helpers here have as well; the others call one helper on a whole vector or matrix. What needs
eigenvalues or singular values has no helper: C alone has no LAPACK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lossmith.expr.atom import Atom

KEYWORDS: Final = tuple(
    "auto break case char const continue default do double else enum extern float for goto if"
    " inline int long register restrict return short signed sizeof static struct switch typedef"
    " union unsigned void volatile while _Bool main NAN INFINITY NULL EXIT_FAILURE EXIT_SUCCESS"
    " size_t calloc free memset exit fprintf printf stderr isfinite isnan isinf".split()
)

_MATH: Final[Mapping[str, str]] = {
    "abs": "fabs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh",
    "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "power": "pow", "maximum": "larger",
    "minimum": "smaller", "pi": "3.141592653589793",
    **{name: name for name in (
        "cos", "cosh", "exp", "expm1", "hypot", "log", "log1p", "log2", "sign", "sin", "sinh",
        "sqrt", "square", "tan", "tanh",
    )},
}  # fmt: skip
"""NumPy's name -> the one in math.h or below."""

C99: Final = frozenset({"erf", "lgamma", "cbrt", "copysign", *_MATH.values()})
"""Functions that a file may call besides its helpers."""


def _helper(head: str, said: str, *lines: str) -> str:
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    return f"/* {said} */\nstatic {head}\n{{\n{body}\n}}\n"


HELPERS: Final[Mapping[str, str]] = {
    "numbers": _helper(
        "double *numbers(size_t count)",
        "Room for so many numbers, all 0; the program ends if there is none.",
        "double *x = calloc(count ? count : 1, sizeof *x);",
        "if (x == NULL) {",
        '    fprintf(stderr, "out of memory\\n");',
        "    exit(EXIT_FAILURE);",
        "}",
        "return x;",
    ),
    "square": _helper("double square(double x)", "x^2", "return x * x;"),
    "sign": _helper("double sign(double x)", "-1, 0 or 1", "return (x > 0.0) - (x < 0.0);"),
    "larger": _helper(
        "double larger(double x, double y)",
        "max(x, y), nan if one is",
        "return x > y || isnan(x) ? x : y;",
    ),
    "smaller": _helper(
        "double smaller(double x, double y)",
        "min(x, y), nan if one is",
        "return x < y || isnan(x) ? x : y;",
    ),
    "choose": _helper(
        "double choose(int test, double yes, double no)",
        "yes where the test holds, else no",
        "return test ? yes : no;",
    ),
    "sigmoid": _helper(
        "double sigmoid(double x)",
        "1 / (1 + exp(-x)) without overflow",
        "if (x >= 0.0)",
        "    return 1.0 / (1.0 + exp(-x));",
        "const double t = exp(x);",
        "return t / (1.0 + t);",
    ),
    "softplus": _helper(
        "double softplus(double x)",
        "log(1 + exp(x)) without overflow",
        "return larger(x, 0.0) + log1p(exp(-fabs(x)));",
    ),
    "logcosh": _helper(
        "double logcosh(double x)",
        "log(cosh(x)); near 0 by cosh(x) = 1 + 2 sinh(x/2)^2, which loses nothing",
        "const double size = fabs(x);",
        "if (size < 1.0)",
        "    return log1p(2.0 * square(sinh(0.5 * x)));",
        "return size + log1p(exp(-2.0 * size)) - log(2.0);",
    ),
    "elu": _helper("double elu(double x)", "elu", "return x > 0.0 ? x : expm1(x);"),
    "ndtr": _helper(
        "double ndtr(double x)",
        "distribution function of the standard normal law",
        "return 0.5 * erfc(-x / sqrt(2.0));",
    ),
    "xlogy": _helper(
        "double xlogy(double x, double y)",
        "x log(y), which is 0 at x = 0",
        "return x == 0.0 && !isnan(y) ? 0.0 : x * log(y);",
    ),
    "log1mexp": _helper(
        "double log1mexp(double x)",
        "log(1 - exp(-x)) for x > 0",
        "return x < 0.5 ? log(-expm1(-x)) : log1p(-exp(-x));",
    ),
    "mills": _helper(
        "double mills(double x)",
        "density over distribution function of the normal law; far out by NIST DLMF 7.9.2",
        "if (x > -10.0)",
        "    return sqrt(2.0 / 3.141592653589793) * exp(-0.5 * x * x) / erfc(-x / sqrt(2.0));",
        "double value = -x;",
        "for (int k = 20; k > 0; k--)",
        "    value = k / value - x;",
        "return value;",
    ),
    "lognormcdf": _helper(
        "double lognormcdf(double x)",
        "logarithm of the normal distribution function",
        "if (x > 0.0)",
        "    return log1p(-0.5 * erfc(x / sqrt(2.0)));",
        "if (x > -10.0)",
        "    return log(0.5 * erfc(-x / sqrt(2.0)));",
        "return -0.5 * x * x - 0.5 * log(2.0 * 3.141592653589793) - log(mills(x));",
    ),
    "huber": _helper(
        "double huber(double x, double delta)",
        "x^2/2 where |x| <= delta, delta (|x| - delta/2) beyond",
        "const double size = fabs(x);",
        "return size <= delta ? 0.5 * x * x : delta * (size - 0.5 * delta);",
    ),
    "digamma": _helper(
        "double digamma(double x)",
        "slope of lgamma for x > 0 (Abramowitz & Stegun 6.3.18 from 10 on)",
        "if (!(x > 0.0))",
        "    return NAN;",
        "double below = 0.0;",
        "for (; x < 10.0; x += 1.0)",
        "    below += 1.0 / x;",
        "const double t = 1.0 / (x * x);",
        "const double tail = t * (1.0 / 12 - t * (1.0 / 120 - t * (1.0 / 252 - t * (1.0 / 240",
        "    - t * (1.0 / 132 - t * (691.0 / 32760 - t / 12))))));",
        "return log(x) - 0.5 / x - tail - below;",
    ),
    "trigamma": _helper(
        "double trigamma(double x)",
        "slope of digamma for x > 0 (Abramowitz & Stegun 6.4.12 from 10 on)",
        "if (!(x > 0.0))",
        "    return NAN;",
        "double below = 0.0;",
        "for (; x < 10.0; x += 1.0)",
        "    below += 1.0 / (x * x);",
        "const double t = 1.0 / (x * x);",
        "const double tail = t * (1.0 / 6 - t * (1.0 / 30 - t * (1.0 / 42 - t * (1.0 / 30",
        "    - t * (5.0 / 66 - t * (691.0 / 2730 - t * 7 / 6))))));",
        "return below + (1.0 + 0.5 / x + tail) / x;",
    ),
    "largest": _helper(
        "double largest(size_t n, const double *x)",
        "the largest entry",
        "double top = -INFINITY;",
        "for (size_t i = 0; i < n; i++)",
        "    top = larger(top, x[i]);",
        "return top;",
    ),
    "smallest": _helper(
        "double smallest(size_t n, const double *x)",
        "the smallest entry",
        "double low = INFINITY;",
        "for (size_t i = 0; i < n; i++)",
        "    low = smaller(low, x[i]);",
        "return low;",
    ),
    "largest_size": _helper(
        "double largest_size(size_t n, const double *x)",
        "the largest |x_i|",
        "double top = 0.0;",
        "for (size_t i = 0; i < n; i++)",
        "    top = larger(top, fabs(x[i]));",
        "return top;",
    ),
    "norm": _helper(
        "double norm(size_t n, const double *x)",
        "Euclidean norm; the largest entry is divided out, for squares may overflow",
        "const double scale = largest_size(n, x);",
        "if (scale == 0.0 || !isfinite(scale))",
        "    return scale;",
        "double sum = 0.0;",
        "for (size_t i = 0; i < n; i++)",
        "    sum += square(x[i] / scale);",
        "return scale * sqrt(sum);",
    ),
    "norm_of_matrix": _helper(
        "double norm_of_matrix(size_t n, size_t m, const double *x)",
        "Frobenius norm",
        "return norm(n * m, x);",
    ),
    "share_of_largest": _helper(
        "double share_of_largest(size_t n, const double *x, double k, double v)",
        "1 if v is among the k largest entries, else 0; entries that tie divide the last places",
        "double above = 0.0, ties = 0.0;",
        "for (size_t i = 0; i < n; i++) {",
        "    above += x[i] > v;",
        "    ties += x[i] == v;",
        "}",
        "return larger(0.0, smaller(1.0, (k - above) / ties));",
    ),
    "sumlargest": _helper(
        "double sumlargest(size_t n, const double *x, double k)",
        "sum of the k largest entries; a fraction of k takes its share of the next",
        "double sum = 0.0;",
        "for (size_t i = 0; i < n; i++)",
        "    sum += share_of_largest(n, x, k, x[i]) * x[i];",
        "return sum;",
    ),
    "among_largest": _helper(
        "void among_largest(size_t n, const double *x, double k, double *out)",
        "1 at the k largest entries and 0 elsewhere",
        "for (size_t i = 0; i < n; i++)",
        "    out[i] = share_of_largest(n, x, k, x[i]);",
    ),
    "logsumexp": _helper(
        "double logsumexp(size_t n, const double *x)",
        "log of the sum of exp(x_i); the largest entry is taken out",
        "const double top = largest(n, x);",
        "if (!isfinite(top))",
        "    return top;",
        "double sum = 0.0;",
        "for (size_t i = 0; i < n; i++)",
        "    sum += exp(x[i] - top);",
        "return top + log(sum);",
    ),
    "softmax": _helper(
        "void softmax(size_t n, const double *x, double *out)",
        "exp(x_i) over their sum; the largest entry is taken out",
        "const double top = largest(n, x);",
        "double sum = 0.0;",
        "for (size_t i = 0; i < n; i++)",
        "    sum += out[i] = exp(x[i] - top);",
        "for (size_t i = 0; i < n; i++)",
        "    out[i] /= sum;",
    ),
    "cumsum": _helper(
        "void cumsum(size_t n, const double *x, double *out)",
        "sums of the first entries",
        "double sum = 0.0;",
        "for (size_t i = 0; i < n; i++)",
        "    out[i] = sum += x[i];",
    ),
    "shift": _helper(
        "void shift(size_t n, const double *x, double *out)",
        "the next entries, and 0 at the end",
        "for (size_t i = 0; i < n; i++)",
        "    out[i] = i + 1 < n ? x[i + 1] : 0.0;",
    ),
    "diff": _helper(
        "void diff(size_t n, const double *x, double *out)",
        "the steps to the next entries, and 0 at the end",
        "for (size_t i = 0; i < n; i++)",
        "    out[i] = i + 1 < n ? x[i + 1] - x[i] : 0.0;",
    ),
    "prod": _helper(
        "double prod(size_t n, const double *x)",
        "product of the entries",
        "double result = 1.0;",
        "for (size_t i = 0; i < n; i++)",
        "    result *= x[i];",
        "return result;",
    ),
    "prod_others": _helper(
        "void prod_others(size_t n, const double *x, double *out)",
        "for each entry the product of the others",
        "for (size_t i = 0; i < n; i++) {",
        "    out[i] = 1.0;",
        "    for (size_t j = 0; j < n; j++)",
        "        out[i] *= j == i ? 1.0 : x[j];",
        "}",
    ),
    "prod_pairs": _helper(
        "void prod_pairs(size_t n, const double *x, double *out)",
        "for each two entries the product of the others; 0 on the diagonal",
        "for (size_t i = 0; i < n; i++)",
        "    for (size_t j = 0; j < n; j++) {",
        "        double result = i == j ? 0.0 : 1.0;",
        "        for (size_t k = 0; k < n; k++)",
        "            result *= k == i || k == j ? 1.0 : x[k];",
        "        out[i*n + j] = result;",
        "    }",
    ),
    "lu": _helper(
        "int lu(size_t n, const double *A, double *LU, size_t *row)",
        "L U = A with rows exchanged, row[i] being the i-th; the sign of the exchange\n"
        "   (Golub & Van Loan, algorithm 3.4.1)",
        "int sign = 1;",
        "for (size_t i = 0; i < n*n; i++)",
        "    LU[i] = A[i];",
        "for (size_t i = 0; i < n; i++)",
        "    row[i] = i;",
        "for (size_t k = 0; k < n; k++) {",
        "    size_t best = k;",
        "    for (size_t i = k + 1; i < n; i++)",
        "        if (fabs(LU[i*n + k]) > fabs(LU[best*n + k]))",
        "            best = i;",
        "    if (best != k) {",
        "        for (size_t j = 0; j < n; j++) {",
        "            const double t = LU[k*n + j];",
        "            LU[k*n + j] = LU[best*n + j];",
        "            LU[best*n + j] = t;",
        "        }",
        "        const size_t t = row[k];",
        "        row[k] = row[best];",
        "        row[best] = t;",
        "        sign = -sign;",
        "    }",
        "    if (LU[k*n + k] == 0.0)",
        "        continue;",
        "    for (size_t i = k + 1; i < n; i++) {",
        "        const double t = LU[i*n + k] /= LU[k*n + k];",
        "        for (size_t j = k + 1; j < n; j++)",
        "            LU[i*n + j] -= t * LU[k*n + j];",
        "    }",
        "}",
        "return sign;",
    ),
    "places": _helper(
        "size_t *places(size_t count)",
        "Room for so many indices.",
        "size_t *x = calloc(count ? count : 1, sizeof *x);",
        "if (x == NULL) {",
        '    fprintf(stderr, "out of memory\\n");',
        "    exit(EXIT_FAILURE);",
        "}",
        "return x;",
    ),
    "inv": _helper(
        "void inv(size_t n, const double *A, double *out)",
        "the inverse by LU; not finite if A is singular",
        "double *LU = numbers(n*n);",
        "size_t *row = places(n);",
        "lu(n, A, LU, row);",
        "for (size_t j = 0; j < n; j++) {",
        "    for (size_t i = 0; i < n; i++) {",
        "        double t = row[i] == j ? 1.0 : 0.0;",
        "        for (size_t k = 0; k < i; k++)",
        "            t -= LU[i*n + k] * out[k*n + j];",
        "        out[i*n + j] = t;",
        "    }",
        "    for (size_t i = n; i-- > 0;) {",
        "        for (size_t k = i + 1; k < n; k++)",
        "            out[i*n + j] -= LU[i*n + k] * out[k*n + j];",
        "        out[i*n + j] /= LU[i*n + i];",
        "    }",
        "}",
        "free(LU);",
        "free(row);",
    ),
    "det": _helper(
        "double det(size_t n, const double *A)",
        "the determinant by LU",
        "double *LU = numbers(n*n);",
        "size_t *row = places(n);",
        "double result = lu(n, A, LU, row);",
        "for (size_t i = 0; i < n; i++)",
        "    result *= LU[i*n + i];",
        "free(LU);",
        "free(row);",
        "return result;",
    ),
    "logdet": _helper(
        "double logdet(size_t n, const double *A)",
        "log of the determinant, nan unless that is positive",
        "double *LU = numbers(n*n);",
        "size_t *row = places(n);",
        "double sign = lu(n, A, LU, row), result = 0.0;",
        "for (size_t i = 0; i < n; i++) {",
        "    sign *= LU[i*n + i] < 0.0 ? -1.0 : 1.0;",
        "    result += log(fabs(LU[i*n + i]));",
        "}",
        "free(LU);",
        "free(row);",
        "return sign > 0.0 && !isinf(result) ? result : NAN;",
    ),
}  # fmt: skip


def template(atom: Atom) -> str | None:
    """Return the template of an atom in C, None if it has none.

    Entrywise: an expression in {0}, {1} ...; of whole arrays: ``name({0})`` or ``name({0}, {1})``,
    the name of a helper that takes the sizes of one array, the array, a number, and room for a
    result that is no number.
    """
    spelled = atom.code.get("numba") or atom.code.get("numpy", "")
    if not spelled or "scipy." in spelled or "lambda" in spelled:
        return None
    known = True

    def named(found: re.Match[str]) -> str:
        nonlocal known
        name = _MATH.get(found.group(2)) if found.group(1) == "np." else found.group(2)
        known = known and name is not None
        return name or ""

    text = re.sub(r"\b(np\.|_)([a-z]\w*)", named, spelled)
    calls = set(re.findall(r"[a-z]\w*(?=\()", text))
    whole = atom.signature.is_entrywise or re.fullmatch(r"\w+\(\{0\}(, \{1\})?\)", text)
    return text if known and whole and calls <= {*C99, *HELPERS} else None


def helper_texts(text: str) -> list[str]:
    """Return the helpers that a text calls and those that these call, callees first."""
    found: set[str] = set()
    wanted = _called(text)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted |= _called(HELPERS[name]) - {name}
    ordered: list[str] = []
    while len(ordered) < len(found):
        ready = [n for n in HELPERS if n in found and n not in ordered]
        ordered += [n for n in ready if _called(HELPERS[n]) - {n} <= set(ordered)]
    return [HELPERS[name] for name in ordered]


def _called(text: str) -> set[str]:
    """Return the helpers whose calls stand in a text outside of its comments."""
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return set(re.findall(r"\b[a-z]\w*(?=\()", code)) & set(HELPERS)
