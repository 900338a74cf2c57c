"""What is installed, which extras are there, and whether the machine agrees with itself."""

from __future__ import annotations

import platform
from importlib import metadata
from importlib.util import find_spec

from lossmith.view.card import Card, Row
from lossmith.words import Words, same

_BASE = ("numpy", "scipy", "click", "rich", "python-flint")
_EXTRAS = {
    "plot": "matplotlib",
    "parquet": "pyarrow",
    "sklearn": "sklearn",
    "numba": "numba",
    "jax": "jax",
    "torch": "torch",
}


def diagnose() -> tuple[Card, bool]:
    """Return the card of this installation, and whether the self-test passed."""
    rows = [
        Row(Words("Lossmith", "Lossmith"), same(_version("lossmith"))),
        Row(Words("Python", "Python"), same(f"{platform.python_version()} ({platform.system()})")),
        *(Row(same(name), same(_version(name))) for name in _BASE),
    ]
    for extra, module in _EXTRAS.items():
        if find_spec(module) is not None:
            rows.append(Row(same(f"[{extra}]"), same(f"{module} {_version(module)}")))
        else:
            hint = f'pip install "lossmith[{extra}]"'
            rows.append(Row(same(f"[{extra}]"), Words(f"not installed: {hint}", f"未安装：{hint}")))
    healthy = _self_test()
    passed = Words("passed: a proof, a gradient and a value agree", "通过：证明、梯度与数值一致")
    failed = Words("FAILED; please report this", "未通过；请反馈此问题")
    rows.append(Row(Words("self-test", "自检"), passed if healthy else failed))
    return Card(Words("this installation", "当前安装"), tuple(rows)), healthy


def _version(name: str) -> str:
    try:
        return metadata.version("scikit-learn" if name == "sklearn" else name)
    except metadata.PackageNotFoundError:
        return "?"


def _self_test() -> bool:
    """Prove, differentiate and evaluate one small objective."""
    from lossmith.workbench.objective import objective

    f = objective("log(1 + exp(-x)) + x^2", wrt="x")
    proved = f.curvature().label == "convex"
    slope = f.gradients["x",](x=0.0)
    return proved and abs(float(slope) + 0.5) < 1e-12
