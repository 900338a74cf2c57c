"""The questions of the convexity suite, put to Lossmith and, as typed, to CVXPY.

Run: python benchmarks/certify.py [SUITE]     (pip install cvxpy for the second column)

CVXPY gets the text with its operators spelled for Python, sizes as small numbers, data as
parameters and variables with the declared signs. "certified" is a curvature by its rules that is
the right one; "rejected" is UNKNOWN; "inexpressible" is a formula that it has no functions for.
CVXPY has no refutations, so of the questions labelled "neither" only its false answers count.
Every certificate and witness of Lossmith is replayed before it counts; of the checker those lines
are counted that a replay ran (what one has to read to believe that one verdict).
"""

from __future__ import annotations

import ast
import json
import re
import statistics
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from lossmith.errors import LossmithError
from lossmith.expr.node import Symbol
from lossmith.prove.prover import curvature
from lossmith.text.parse import Formula, parse
from lossmith.view.trusted import KERNEL, trusted

SUITE = Path(__file__).parent.parent / "tests" / "prove" / "convexity.jsonl"
SIZES = {"n": 3, "m": 4, "k": 2, "d": 3, "p": 2}


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SUITE
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ours, seconds, lines = _ours(rows)
    _print("Lossmith", ours, seconds)
    print(f"  lines of the checker a verdict: median {statistics.median(lines)}, most {max(lines)}")
    try:
        import cvxpy
    except ImportError:
        print("CVXPY is not installed: pip install cvxpy")
        return
    theirs, seconds = _theirs(rows, cvxpy)
    _print(f"CVXPY {cvxpy.__version__}, as typed", theirs, seconds)


def _print(name: str, counts: Counter[tuple[str, str]], seconds: list[float]) -> None:
    curved = {k: v for (label, k), v in counts.items() if label == "curved"}
    neither = {k: v for (label, k), v in counts.items() if label == "neither"}
    print(f"{name}: affine, convex or concave {curved}, neither {neither}")
    worst, middle = max(seconds, default=0.0), statistics.median(seconds or [0.0])
    print(f"  median {1000 * middle:.1f} ms, most {worst:.2f} s, all {sum(seconds):.1f} s")


def _kind(question: dict[str, Any]) -> str:
    return "neither" if question["label"] == "neither" else "curved"


def _ours(
    rows: list[dict[str, Any]],
) -> tuple[Counter[tuple[str, str]], list[float], list[int]]:
    counts: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    lines: list[int] = []
    for row in rows:
        formula = parse(row["formula"], declare=row["declare"])
        for question in row["questions"]:
            block = tuple(s for s in formula.symbols if s.name in question["wrt"])
            begin = time.process_time()
            verdict = curvature(formula.expr, block, formula=row["formula"])
            seconds.append(time.process_time() - begin)
            if verdict.status != "undecided":
                lines.append(trusted(verdict.to_json()).lines(KERNEL))
            if verdict.label == question["label"]:
                found = "refuted" if verdict.label == "neither" else "certified"
            else:
                found = "open" if verdict.status == "undecided" else "WRONG"
            counts[_kind(question), found] += 1
    return counts, seconds, lines


# -- CVXPY -----------------------------------------------------------------------------------------


class _Dots(ast.NodeTransformer):
    """Turns // and %, which stand for .* and ./ in the text, into calls."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        name = {ast.FloorDiv: "times", ast.Mod: "over"}.get(type(node.op))
        if name is None:
            return node
        return ast.Call(ast.Name(name, ast.Load()), [node.left, node.right], [])


def _theirs(rows: list[dict[str, Any]], cp: Any) -> tuple[Counter[tuple[str, str]], list[float]]:
    counts: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    warnings.simplefilter("ignore")  # once a formula: that * of two matrices should be @
    for row in rows:
        formula = parse(row["formula"], declare=row["declare"])
        for question in row["questions"]:
            begin = time.process_time()
            found = _dcp(formula, question["wrt"], cp)
            seconds.append(time.process_time() - begin)
            if found in ("inexpressible", "unknown"):
                outcome = "rejected" if found == "unknown" else found
            else:
                outcome = "certified" if found == question["label"] else f"other: {found}"
            counts[_kind(question), outcome] += 1
    return counts, seconds


def _dcp(formula: Formula, wrt: list[str], cp: Any) -> str:
    """Return the curvature that CVXPY gives the text, "unknown" or "inexpressible"."""
    names: dict[str, Any] = _functions(cp)
    try:
        for s in formula.symbols:
            names[s.name] = _symbol(s, s.name in wrt, cp)
        names |= {k: v for k, v in SIZES.items() if k not in names}
        tree = _Dots().visit(ast.parse(_python(formula.text), mode="eval"))
        code = compile(ast.fix_missing_locations(tree), "formula", "eval")
        found = str(eval(code, {"__builtins__": {}}, names).curvature).lower()
    except (LossmithError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return "inexpressible"
    except (NameError, SyntaxError, NotImplementedError):
        return "inexpressible"
    except Exception as problem:
        return "unknown" if type(problem).__name__ == "DCPError" else "inexpressible"
    if found.startswith("quasi"):
        return "unknown"  # not a statement about convexity
    return "affine" if found == "constant" else found


def _python(text: str) -> str:
    text = re.sub(r"(?<=[\w)\]])'", ".T", text)
    text = text.replace(".^", "**").replace("^", "**")
    return text.replace(".*", "//").replace("./", "%")


def _symbol(s: Symbol, variable: bool, cp: Any) -> Any:
    shape = tuple(d if isinstance(d, int) else SIZES.get(d, 3) for d in s.shape)
    a, options = s.assumptions, {}
    if a.has("psd"):
        options["PSD"] = True
    elif a.has("symmetric"):
        options["symmetric"] = True
    elif a.interval.lo is not None and a.interval.lo >= 0:
        options["nonneg"] = True
    elif a.interval.hi is not None and a.interval.hi <= 0:
        options["nonpos"] = True
    return (cp.Variable if variable else cp.Parameter)(shape, **options)


def _functions(cp: Any) -> dict[str, Any]:
    return {
        "times": cp.multiply, "over": lambda a, b: cp.multiply(a, b**-1),
        **{n: getattr(cp, n) for n in ("sin", "cos", "tan", "sinh", "tanh") if hasattr(cp, n)},
        "abs": cp.abs, "exp": cp.exp, "log": cp.log, "sqrt": cp.sqrt,
        "sum": cp.sum, "mean": cp.mean, "var": cp.var, "prod": cp.prod, "tr": cp.trace,
        "max": cp.maximum, "min": cp.minimum, "norm1": cp.norm1, "norm2": lambda x: cp.norm(x, 2),
        "normF": lambda x: cp.norm(x, "fro"), "norminf": cp.norm_inf, "nucnorm": cp.normNuc,
        "logdet": cp.log_det, "logsumexp": cp.log_sum_exp, "softplus": cp.logistic,
        "relu": cp.pos, "diag": cp.diag, "lambda_max": cp.lambda_max, "lambda_min": cp.lambda_min,
        "huber": lambda x, d: cp.huber(x, d) / 2, "entropy": cp.entr, "rel_entr": cp.rel_entr,
    }  # fmt: skip


if __name__ == "__main__":
    main()
