"""A letter that names a column of the data is read as that column, unless it was declared."""

import pytest
from command_line import run

THREE = "x,y\n-13.9,0\n-0.1,0\n-0.2,1\n"
FORMULA = "sum((sigmoid(x*w) - y).^2)"


@pytest.fixture
def three(tmp_path):
    file = tmp_path / "three.csv"
    file.write_text(THREE)
    return str(file)


def test_three_samples_that_pull_apart_have_two_minima(three):
    shown = run("points", FORMULA, "--wrt", "w", "--data", three, "--box", "w in [-10, 10]")
    assert "x: read as a column of the data" in shown
    assert "minimum     ■ PROVED  w = -3.649" in shown
    assert "f = 1.454" in shown
    assert "minimum     ■ PROVED  w = 0.246" in shown
    assert "f = 0.507" in shown
    assert "exactly 3" in shown


def test_convexity_is_refuted_on_the_data_themselves(three):
    shown = run("convex", FORMULA, "--wrt", "w", "--data", three, code=1)
    assert "with these  ▲ REFUTED" in shown


def test_without_data_or_with_a_declaration_the_letter_stays_a_number(three):
    assert "x scalar" in run("types", FORMULA, "--wrt", "w")
    kept = run(
        "explain", "sum((x*w - y).^2)", "--wrt", "w", "--declare", "x: scalar", "--data", three
    )
    assert "x scalar" in kept


def test_a_letter_that_must_be_a_number_stays_one(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("lam,X1,y\n1,2,3\n4,5,6\n")
    shown = run("explain", "norm2(X*w - y)^2 + lam*norm2(w)^2", "--wrt", "w", "--data", str(file))
    assert "λ scalar" in shown
