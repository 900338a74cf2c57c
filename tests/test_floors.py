"""What the import contracts cannot see: the kernel's size and numbers, late imports, cold start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "lossmith"
MODULES = sorted(SOURCE.rglob("*.py"))
KERNEL = SOURCE / "evidence" / "check.py"

OPTIONAL = {"dask", "jax", "jaxlib", "matplotlib", "numba", "pyarrow", "sklearn", "torch"}
# Modules of the standard library that bring floats, clocks or chance into the kernel.
INEXACT = {"cmath", "datetime", "math", "random", "statistics", "time"}


def room_of(path: Path) -> str:
    """The first folder or file below src/lossmith: `faces`, `expr`, `words` ..."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imported_roots(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {name.name.partition(".")[0] for name in names}
        case ast.ImportFrom(module=str(module), level=0):
            return {module.partition(".")[0]}
        case ast.ImportFrom():
            return {"lossmith"}
        case _:
            return set()


def late_imports(tree: ast.AST) -> set[tuple[int, str]]:
    """(line, package) of every import inside a function."""
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {
        (inner.lineno, root)
        for function in functions
        for inner in ast.walk(function)
        for root in imported_roots(inner)
    }


def floats(tree: ast.AST) -> set[int]:
    """Lines that hold a float literal, the name `float`, or an inexact module."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex()):
                lines.add(node.lineno)
            case ast.Name(id="float" | "complex"):
                lines.add(node.lineno)
            case ast.Import() | ast.ImportFrom() if imported_roots(node) & INEXACT:
                lines.add(node.lineno)
            case _:
                pass
    return lines


def printing(tree: ast.AST) -> set[int]:
    """Lines that print or log."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                lines.add(node.lineno)
            case ast.Import() | ast.ImportFrom() if imported_roots(node) & {"logging"}:
                lines.add(node.lineno)
            case _:
                pass
    return lines


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_kernel_is_short_enough_to_read_in_one_sitting() -> None:
    assert len(KERNEL.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_kernel_computes_without_floats() -> None:
    assert floats(parse(KERNEL)) == set()


@pytest.mark.parametrize(
    "planted", ["x = 0.5", "x = 1j", "def f(a):\n    return float(a)", "from math import exp"]
)
def test_a_float_planted_in_the_kernel_is_found(planted: str) -> None:
    assert floats(ast.parse(planted))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_optional_packages_are_imported_inside_functions(path: Path) -> None:
    # What a user imports first imports the rest late, for the sake of a fast cold start; so does
    # what chooses the dialect of a text, which leaves the readers of the other dialects alone.
    if room_of(path) in {"faces", "__init__", "workbench"} or path == SOURCE / "text" / "parse.py":
        return
    late = {(line, root) for line, root in late_imports(parse(path)) if root not in OPTIONAL}
    assert late == set(), "import at the top of the file; if that makes a circle, move the code"


def test_a_late_import_planted_in_a_function_is_found() -> None:
    tree = ast.parse("def f():\n    if True:\n        from lossmith.expr import node\n")
    assert late_imports(tree) == {(3, "lossmith")}
    assert late_imports(ast.parse("def f():\n    from . import node\n")) == {(2, "lossmith")}
    assert late_imports(ast.parse("import torch\n")) == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_the_faces_print(path: Path) -> None:
    if room_of(path) != "faces":
        assert printing(parse(path)) == set()


def test_printing_planted_in_a_room_is_found() -> None:
    assert printing(ast.parse("print('here')")) == {1}
    assert printing(ast.parse("import logging")) == {1}


def test_importing_lossmith_loads_no_arrays_and_no_terminal() -> None:
    heavy = ["numpy", "scipy", "rich", "click", *sorted(OPTIONAL)]
    code = f"import sys, lossmith; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "[]"


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for line in readme.splitlines() if line.endswith("-m pytest -n 2")]
    assert len(commands) == 1, "the README gives one command that installs and passes the tests"
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert any(line in (commands[0], f"{commands[0]} || exit") for line in script)


def test_the_lock_names_versions_and_no_hosts() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert [p for p in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][^ ]*( ; .*)?", p)] == []
    assert not any("://" in line for line in lines)
