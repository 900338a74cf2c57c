"""Generated text becomes functions once, and a missing package is named."""

from __future__ import annotations

import importlib.util
import traceback
from typing import Any

import numpy as np
import pytest

from lossmith.emit.numpy_source import emit
from lossmith.emit.source import Source
from lossmith.errors import MissingExtra, UsageError
from lossmith.expr import build
from lossmith.expr.node import symbol
from lossmith.run.load import load

x = symbol("x", ("n",))
SOURCE = emit({"value": build.total(build.power(x, 2)), "gradient": build.scale(2, x)}, [x])


def test_the_same_text_is_compiled_once() -> None:
    again = emit({"value": build.total(build.power(x, 2)), "gradient": build.scale(2, x)}, [x])
    assert load(SOURCE)["value"] is load(again)["value"]


def test_a_partial_function_holds_the_other_values_fixed() -> None:
    y = symbol("y", ("n",))
    loaded = load(emit({"value": build.inner(x, y)}, [x, y]))
    along = loaded.partial("value", {"y": np.array([1.0, 2.0])}, "x")
    assert along(np.array([3.0, 4.0])) == 11.0


def test_tracebacks_show_the_generated_line() -> None:
    A = symbol("A", ("n", "m"))
    loaded = load(emit({"value": build.total(A)}))
    with pytest.raises(ValueError, match="A must have shape") as caught:
        loaded.call("value", {"A": np.ones(3)})
    assert '_array("A", A' in "".join(traceback.format_exception(caught.value))


def test_a_target_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, *_: Any) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    with pytest.raises(MissingExtra) as caught:
        load(Source("torch", "pass", {}))
    assert "lossmith[torch]" in caught.value.render()


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(UsageError):
        load(Source("cobol", "pass", {}))
