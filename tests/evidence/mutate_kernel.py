"""A mutation run over the kernel: changed in one place at a time, does a test notice?

A development script, not a test: ``python tests/evidence/mutate_kernel.py [FILE ...]`` (names such
as ``second`` or ``rules_range``; all files by default). It prints every survivor with its place.
What matters of those are the ones by which the kernel would accept something false: kill them with
a forged proof under ``rejects/``. Those that refuse more, or raise (which is refused), need none.

How: the tests are loaded once; for each mutant a child is forked in which the code of the changed
function is exchanged, the caches are emptied and the cases that call the changed function are run.
Options: --jobs N, --seconds N (a mutant that needs more of the processor is stopped, and said so),
--budget N (seconds for tests that are not by hand), --tests A,B (test files, all by default),
--verdicts FILE (verdicts as lines of JSON: their evidence is replayed as well).
"""

from __future__ import annotations

import argparse
import ast
import importlib
import itertools
import json
import os
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "accepts"), str(HERE / "rejects")]

import lossmith.evidence.check as checker  # noqa: E402
from lossmith.evidence.replay import replay  # noqa: E402

KERNEL = Path(checker.__file__).parent
FILES = {p.stem: p for p in sorted(KERNEL.rglob("*.py")) if p.stem != "__init__"}
SUITES = ("accepts", "rejects", ".")
ELSEWHERE = ("judge/test_normal_steps", "judge/test_off_kinks", "likelihood/test_saved_evidence")
"""Test files of other rooms whose evidence the kernel replays."""

sys.path[:0] = [str(HERE.parent / name.split("/")[0]) for name in ELSEWHERE]

SLOW = (
    "test_replay_alone", "test_what_broken_files_say", "test_inference_rows",
    "test_another_rule_does_not_prove_the_same_node",
    "test_changed_numbers_are_refused_or_change_nothing",
)  # fmt: skip
"""Test files and tests that are too slow to be run for each mutant."""

BUDGET = 4.0
"""Seconds given to the cases that are not by hand, the quickest first, unless told."""

# -- changes ---------------------------------------------------------------------------------------

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
NAMES = {"all": "any", "any": "all", "min": "max", "max": "min", "meet": "hull", "hull": "meet"}

Change = Callable[[ast.Module], None]


@dataclass(frozen=True)
class Mutant:
    """One change of one function of a file."""

    file: str
    lines: range
    owner: range
    what: str
    change: Change


def mutants(file: str, tree: ast.Module) -> Iterator[Mutant]:
    """Yield every change inside the functions of a file."""
    nodes = list(ast.walk(tree))
    owners = _owners(tree)
    told = [s for s in nodes if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)]
    docs = {id(s) for s in told} | {id(s.value) for s in told}
    for k, node in enumerate(nodes):
        owner = owners.get(id(node))
        if owner is not None and id(node) not in docs and hasattr(node, "lineno"):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)  # type: ignore[attr-defined]
            for what, edit in _edits(node):
                yield Mutant(file, lines, owner, what, _at(k, edit))


def _owners(tree: ast.Module) -> dict[int, range]:
    """Return the lines of the outermost function around each node that is inside of one."""
    found: dict[int, range] = {}
    stack: list[tuple[ast.AST, range | None]] = [(tree, None)]
    while stack:
        node, owner = stack.pop()
        if isinstance(node, ast.FunctionDef) and owner is None:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            lines = range(first, (node.end_lineno or first) + 1)
            stack += [(s, lines) for s in node.body]
            continue
        if owner is not None:
            found[id(node)] = owner
        stack += [(c, owner) for c in ast.iter_child_nodes(node)]
    return found


def _at(k: int, edit: Callable[[Any], ast.AST | None]) -> Change:
    """Return the change that edits the node of number k, or puts another in its place."""

    def change(tree: ast.Module) -> None:
        node = list(ast.walk(tree))[k]
        new = edit(node)
        if new is None:
            return
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is node:
                    setattr(parent, name, new)
                elif isinstance(value, list) and any(v is node for v in value):
                    setattr(parent, name, [new if v is node else v for v in value])

    return change


def _edits(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], ast.AST | None]]]:
    """Yield the names and edits of a node; an edit changes it or returns another for it."""
    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    what = f"{type(op).__name__} -> {other.__name__} in {ast.unparse(node)}"
                    yield what, lambda n, i=i, o=other: n.ops.__setitem__(i, o())
        case ast.BoolOp(op=op, values=values):
            other = ast.Or if isinstance(op, ast.And) else ast.And
            yield (
                f"{type(op).__name__} -> {other.__name__} in {ast.unparse(node)}",
                lambda n, o=other: setattr(n, "op", o()),
            )
            for i, v in enumerate(values):
                yield f"without {ast.unparse(v)}", lambda n, i=i: _dropped(n, i)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield f"without the sign of {ast.unparse(node)}", lambda n: n.operand
        case ast.BinOp(op=op) if type(op) in OPERATIONS:
            other = OPERATIONS[type(op)]
            what = f"{type(op).__name__} -> {other.__name__} in {ast.unparse(node)}"
            yield what, lambda n, o=other: setattr(n, "op", o())
        case ast.Constant(value=bool() as v):
            yield f"{v} -> {not v}", lambda n, v=v: ast.Constant(not v)
        case ast.Constant(value=int() as v):
            for w in (v + 1, v - 1):
                yield f"{v} -> {w}", lambda n, w=w: ast.Constant(w)
        case ast.If() | ast.IfExp():
            for v in (True, False):
                what = f"if {v}: {ast.unparse(node.test)}"
                yield what, lambda n, v=v: setattr(n, "test", ast.Constant(v))
        case ast.comprehension():
            pass
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for i, g in enumerate(node.generators):
                for j, test in enumerate(g.ifs):
                    what = f"without if {ast.unparse(test)}"
                    yield what, lambda n, i=i, j=j: n.generators[i].ifs.pop(j) and None
        case ast.Match(cases=cases):
            for i, c in enumerate(cases):
                if c.guard is not None:
                    what = f"without the guard {ast.unparse(c.guard)}"
                    yield what, lambda n, i=i: setattr(n.cases[i], "guard", None)
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield f"{name} -> {NAMES[name]}", lambda n: setattr(n.func, "id", NAMES[n.func.id])
        case ast.Call(func=ast.Attribute(attr=name)) if name in NAMES:
            yield f"{name} -> {NAMES[name]}", lambda n: setattr(n.func, "attr", NAMES[n.func.attr])
        case ast.Raise() | ast.Continue() | ast.AugAssign() | ast.Expr():
            yield f"without {ast.unparse(node).splitlines()[0]}", lambda n: ast.Pass()
        case ast.Return(value=ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not())):
            for v in (True, False):
                yield f"return {v}", lambda n, v=v: setattr(n, "value", ast.Constant(v))
        case _:
            pass


def _dropped(node: ast.BoolOp, i: int) -> ast.AST | None:
    rest = [v for k, v in enumerate(node.values) if k != i]
    return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


# -- cases -----------------------------------------------------------------------------------------


@dataclass
class Case:
    """One test with its arguments, and the functions of the kernel that it reaches."""

    name: str
    run: Callable[[], object]
    reached: set[tuple[str, int]]
    seconds: float = 0.0
    by_hand: bool = False


def cases(wanted: set[str]) -> list[Case]:
    """Return the tests of these files (of all, for none) that need nothing but parameters."""
    found: list[Case] = []
    files = [(p, folder != ".") for folder in SUITES for p in (HERE / folder).glob("test_*.py")]
    files += [(HERE.parent / f"{name}.py", False) for name in ELSEWHERE]
    for path, by_hand in sorted(files):
        if path.stem not in SLOW and (not wanted or path.stem in wanted):
            module = importlib.import_module(path.stem)
            for name, f in vars(module).items():
                if name.startswith("test_") and name not in SLOW and callable(f):
                    found += _expanded(f"{path.stem}.{name}", f, by_hand)
    return found


def _expanded(name: str, f: Callable[..., object], by_hand: bool) -> Iterator[Case]:
    marks = [m for m in getattr(f, "pytestmark", []) if m.name == "parametrize"]
    tables = [_table(*m.args[:2]) for m in marks]
    wanted = set(f.__code__.co_varnames[: f.__code__.co_argcount])
    for k, row in enumerate(itertools.product(*tables)):
        given = {key: v for part in row for key, v in part.items()}
        if set(given) == wanted:
            yield Case(f"{name}[{k}]", partial(f, **given), set(), by_hand=by_hand)


def _table(names: Any, values: Any) -> list[dict[str, Any]]:
    keys = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
    return [dict(zip(keys, (v,) if len(keys) == 1 else v, strict=True)) for v in values]


def saved(path: Path | None) -> list[Case]:
    """Return one case for each verdict in a file of JSON lines: its evidence must be accepted."""
    rows = path.read_text(encoding="utf-8").splitlines() if path else []
    verdicts = [json.loads(row) for row in rows]
    return [
        Case(f"verdict {k}", partial(replay, data), set())
        for k, data in enumerate(verdicts)
        if data["status"] != "undecided"
    ]


def measured(case: Case) -> bool:
    """Run a case on the kernel as it is, and note its time and the functions reached.

    Returns whether it passes: a case that fails without a change says nothing about changes.
    """
    root = str(KERNEL)

    def called(frame: types.FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(root):
            case.reached.add((Path(frame.f_code.co_filename).stem, frame.f_code.co_firstlineno))

    _empty_caches()
    start = time.perf_counter()
    sys.setprofile(called)
    try:
        case.run()
    except Exception as problem:
        print(f"left out, it fails as it is: {case.name}: {problem}", flush=True)
        return False
    finally:
        sys.setprofile(None)
        case.seconds = time.perf_counter() - start
    return True


# -- the exchange of code --------------------------------------------------------------------------


def exchange(module: types.ModuleType, tree: ast.Module, path: Path) -> None:
    """Give the functions of a loaded module the code that they have in another tree."""
    codes: dict[str, types.CodeType] = {}
    functions = list(_functions(module))
    _keep_free(tree, {f.__qualname__: f.__code__.co_freevars for f in functions})
    stack = [compile(tree, str(path), "exec")]
    while stack:
        for c in stack.pop().co_consts:
            if isinstance(c, types.CodeType):
                codes[c.co_qualname] = c
                stack.append(c)
    for f in functions:
        new = codes.get(f.__qualname__)
        if new is not None and new.co_freevars == f.__code__.co_freevars:
            f.__code__ = new


def _keep_free(tree: ast.Module, free: Mapping[str, tuple[str, ...]]) -> None:
    """Name what each function closes over once more, never run: code is exchanged for its like."""
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, place = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            place += node.name
            for name in free.get(place, ()):
                node.body += ast.parse(f"if False: {name}").body
            place += ".<locals>." if isinstance(node, ast.FunctionDef) else "."
        stack += [(c, place) for c in ast.iter_child_nodes(node)]


def _functions(owner: Any) -> Iterator[types.FunctionType]:
    """Yield the functions of a module or a class, and those that it keeps in tables.

    A table such as the register of rules holds functions that were made on import.
    """
    values = list(vars(owner).values())
    for value in values + [f for t in values if isinstance(t, dict) for f in t.values()]:
        f = getattr(value, "__wrapped__", getattr(value, "fget", value))
        if isinstance(f, types.FunctionType):
            yield f
        elif isinstance(value, type) and value.__module__ == getattr(owner, "__name__", ""):
            yield from _functions(value)


def _empty_caches() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("lossmith.evidence"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


# -- the run ---------------------------------------------------------------------------------------


def outcome(mutant: Mutant, source: str, chosen: list[Case], seconds: int) -> int:
    """Fork; return the child's pid. It exits with 0 if no case notices the mutant."""
    pid = os.fork()
    if pid:
        return pid
    sys.stdout.flush()
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(devnull, 2)
    try:
        tree = ast.parse(source)
        mutant.change(tree)
        module = sys.modules[_module(mutant.file)]
        exchange(module, ast.fix_missing_locations(tree), FILES[mutant.file])
        _empty_caches()
        for case in chosen:
            case.run()
    except BaseException:
        os._exit(1)
    os._exit(0)


def affordable(chosen: list[Case], budget: float) -> list[Case]:
    """Return all hand-written cases and the quickest of the others."""
    spent, kept = 0.0, []
    for case in chosen:
        spent += 0 if case.by_hand else case.seconds
        if case.by_hand or spent < budget:
            kept.append(case)
    return kept


def survivors(
    file: str, source: str, battery: list[Case], jobs: int, seconds: int, budget: float
) -> tuple[list[Mutant], int]:
    """Return the mutants of a file that no case notices, and how many were tried."""
    waiting = list(mutants(file, ast.parse(source)))
    total, alive, running = len(waiting), [], {}
    ordered = sorted(battery, key=lambda c: c.seconds)
    while waiting or running:
        while waiting and len(running) < jobs:
            m = waiting.pop(0)
            chosen = [c for c in ordered if any(f == file and k in m.owner for f, k in c.reached)]
            running[outcome(m, source, affordable(chosen, budget), seconds)] = m
        pid, status = os.wait()
        m = running.pop(pid)
        if os.WIFSIGNALED(status):
            alive.append(replace(m, what=f"stopped: {m.what}"))
        elif status == 0:
            alive.append(m)
    return sorted(alive, key=lambda m: (m.lines.start, m.what)), total


def _module(file: str) -> str:
    """Return the full name of the module of a file of the checker."""
    inside = FILES[file].relative_to(KERNEL).with_suffix("")
    return ".".join(("lossmith", "evidence", *inside.parts))


def main() -> None:
    """Run over the files named on the command line and print what survives."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("files", nargs="*")
    ask.add_argument("--jobs", type=int, default=1)
    ask.add_argument("--seconds", type=int, default=60)
    ask.add_argument("--budget", type=float, default=BUDGET)
    ask.add_argument("--verdicts", type=Path)
    ask.add_argument("--tests", default="")
    given = ask.parse_args()
    battery = [
        case
        for case in cases(set(filter(None, given.tests.split(",")))) + saved(given.verdicts)
        if measured(case)
    ]
    spent = sum(c.seconds for c in battery)
    print(f"{len(battery)} cases, {spent:.0f} s", flush=True)
    for file in given.files or FILES:
        source = FILES[file].read_text(encoding="utf-8")
        importlib.import_module(_module(file))
        alive, total = survivors(file, source, battery, given.jobs, given.seconds, given.budget)
        print(f"\n{file}: {total} mutants, {len(alive)} survive", flush=True)
        for m in alive:
            print(f"  {file}.py:{m.lines.start}: {m.what}", flush=True)


if __name__ == "__main__":
    main()
