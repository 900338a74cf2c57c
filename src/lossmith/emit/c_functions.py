"""Functions of numbers that C lacks of the language, as small functions in C."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def helper(head: str, said: str, *lines: str) -> str:
    """Return a static function in C below a comment."""
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    return f"/* {said} */\nstatic {head}\n{{\n{body}\n}}\n"


FUNCTIONS: Final[Mapping[str, str]] = {
    "numbers": helper(
        "double *numbers(size_t count)",
        "Room for so many numbers, all 0; the program ends if there is none.",
        "double *x = calloc(count ? count : 1, sizeof *x);",
        "if (x == NULL) {",
        '    fprintf(stderr, "out of memory\\n");',
        "    exit(EXIT_FAILURE);",
        "}",
        "return x;",
    ),
    "square": helper("double square(double x)", "x^2", "return x * x;"),
    "sign": helper("double sign(double x)", "-1, 0 or 1", "return (x > 0.0) - (x < 0.0);"),
    "larger": helper(
        "double larger(double x, double y)",
        "max(x, y), nan if one is",
        "return x > y || isnan(x) ? x : y;",
    ),
    "smaller": helper(
        "double smaller(double x, double y)",
        "min(x, y), nan if one is",
        "return x < y || isnan(x) ? x : y;",
    ),
    "choose": helper(
        "double choose(int test, double yes, double no)",
        "yes where the test holds, else no",
        "return test ? yes : no;",
    ),
    "sigmoid": helper(
        "double sigmoid(double x)",
        "1 / (1 + exp(-x)) without overflow",
        "if (x >= 0.0)",
        "    return 1.0 / (1.0 + exp(-x));",
        "const double t = exp(x);",
        "return t / (1.0 + t);",
    ),
    "softplus": helper(
        "double softplus(double x)",
        "log(1 + exp(x)) without overflow",
        "return larger(x, 0.0) + log1p(exp(-fabs(x)));",
    ),
    "logcosh": helper(
        "double logcosh(double x)",
        "log(cosh(x)); near 0 by cosh(x) = 1 + 2 sinh(x/2)^2, which loses nothing",
        "const double size = fabs(x);",
        "if (size < 1.0)",
        "    return log1p(2.0 * square(sinh(0.5 * x)));",
        "return size + log1p(exp(-2.0 * size)) - log(2.0);",
    ),
    "elu": helper("double elu(double x)", "elu", "return x > 0.0 ? x : expm1(x);"),
    "ndtr": helper(
        "double ndtr(double x)",
        "distribution function of the standard normal law",
        "return 0.5 * erfc(-x / sqrt(2.0));",
    ),
    "xlogy": helper(
        "double xlogy(double x, double y)",
        "x log(y), which is 0 at x = 0",
        "return x == 0.0 && !isnan(y) ? 0.0 : x * log(y);",
    ),
    "log1mexp": helper(
        "double log1mexp(double x)",
        "log(1 - exp(-x)) for x > 0",
        "return x < 0.5 ? log(-expm1(-x)) : log1p(-exp(-x));",
    ),
    "mills": helper(
        "double mills(double x)",
        "density over distribution function of the normal law; far out by NIST DLMF 7.9.2",
        "if (x > -10.0)",
        "    return sqrt(2.0 / 3.141592653589793) * exp(-0.5 * x * x) / erfc(-x / sqrt(2.0));",
        "double value = -x;",
        "for (int k = 20; k > 0; k--)",
        "    value = k / value - x;",
        "return value;",
    ),
    "lognormcdf": helper(
        "double lognormcdf(double x)",
        "logarithm of the normal distribution function",
        "if (x > 0.0)",
        "    return log1p(-0.5 * erfc(x / sqrt(2.0)));",
        "if (x > -10.0)",
        "    return log(0.5 * erfc(-x / sqrt(2.0)));",
        "return -0.5 * x * x - 0.5 * log(2.0 * 3.141592653589793) - log(mills(x));",
    ),
    "huber": helper(
        "double huber(double x, double delta)",
        "x^2/2 where |x| <= delta, delta (|x| - delta/2) beyond",
        "const double size = fabs(x);",
        "return size <= delta ? 0.5 * x * x : delta * (size - 0.5 * delta);",
    ),
    "digamma": helper(
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
    "trigamma": helper(
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
    "mills_above": helper(
        "double mills_above(double x)",
        "mills(x) + x, by the same fraction without its first level",
        "if (x > -10.0)",
        "    return mills(x) + x;",
        "double value = -x;",
        "for (int k = 20; k > 1; k--)",
        "    value = k / value - x;",
        "return 1.0 / value;",
    ),
    "exprel": helper(
        "double exprel(double x)",
        "(exp(x) - 1) / x, which is 1 at 0",
        "if (x == 0.0)",
        "    return 1.0;",
        "return x < 1e3 ? expm1(x) / x : INFINITY;",
    ),
    "cloglog": helper(
        "double cloglog(double x)",
        "log(1 - exp(-exp(x))), which is about x far below 0",
        "return x > 0.0 ? log1p(-exp(-exp(x))) : x + log(exprel(-exp(x)));",
    ),
}
