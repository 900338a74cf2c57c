"""Numbers of ones and zeros, with and without a beta prior of their probability."""

from __future__ import annotations

import math

import pytest

import lossmith as ls

WHOLE = "p: scalar in (0, 1); h, t: scalar integer >= 0; a, b: scalar > 0"

ROWS = [
    # exponents of p and 1 - p, declarations, ones, zeros, prior
    ("7", "3", "p: scalar in (0, 1)", 7, 3, None),
    ("h", "t", WHOLE, "h", "t", None),
    ("h", "t", "p: scalar in (0, 1)", "h", "t", None),
    ("h + 1", "t + 2", WHOLE, "h", "t", ("2", "3")),
    ("h + a - 1", "t + b - 1", WHOLE, "h", "t", ("a", "b")),
    ("h + a - 1", "t", WHOLE, "h", "t", ("a", "1")),
    ("h + a - 1", "t - h + b - 1", WHOLE, "h", "t - h", ("a", "b")),
]


@pytest.mark.parametrize(
    ("first", "second", "declare", "ones", "zeros", "prior"),
    ROWS,
    ids=[f"{r[0]}, {r[1]}" for r in ROWS],
)
def test_exponents_are_counts_and_what_a_prior_adds(
    first: str,
    second: str,
    declare: str,
    ones: object,
    zeros: object,
    prior: tuple[str, str] | None,
) -> None:
    found = ls.model(f"-({first})*log(p) - ({second})*log(1 - p)", declare, "p")
    assert found.status == "proved"
    data = found.to_json()
    assert data["noise"]["counts"]["ones"] == ones
    assert str(data["noise"]["counts"]["zeros"]).replace("-h + t", "t - h") == str(zeros)
    told = [(p["parameters"]["a"], p["parameters"]["b"]) for p in data["priors"]]
    assert told == ([] if prior is None else [prior])
    assert str(found)


def test_the_mode_is_where_the_slope_vanishes() -> None:
    found = ls.model("-(h + a - 1)*log(p) - (t + b - 1)*log(1 - p)", WHOLE, "p")
    h, t, a, b = 4, 7, 2.5, 1.75
    share = (h + a - 1) / (h + t + a + b - 2)

    def loss(p: float) -> float:
        return -(h + a - 1) * math.log(p) - (t + b - 1) * math.log(1 - p)

    assert loss(share) < min(loss(share - 1e-3), loss(share + 1e-3))
    assert "(a + h − 1)/(a + b + h + t − 2)" in str(found)


def test_trials_less_a_count_are_the_binomial_law_itself() -> None:
    declare = "p: scalar in (0, 1); k: scalar integer >= 0; m: scalar integer >= 1"
    found = ls.model("-k*log(p) - (m - k)*log(1 - p)", declare, "p").to_json()
    assert found["noise"]["law"] == "binomial"
    assert found["noise"]["parameters"] == {"m": "m", "p": "p"}


def test_exponents_that_make_no_beta_law_are_no_prior() -> None:
    # p^(-2) has no finite integral: Beta(-1, ...) is none.
    found = ls.model("-(h - 2)*log(p) - t*log(1 - p)", WHOLE, "p")
    assert all(p["law"] != "beta" for p in found.to_json().get("priors", []))
    assert "counts" not in found.to_json().get("noise", {})
