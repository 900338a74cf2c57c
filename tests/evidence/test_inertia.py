"""Signs of the eigenvalues of matrices of intervals, against matrices drawn from them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.evidence.arithmetic.inertia import signs_of_eigenvalues
from lossmith.expr.sets import Interval, closed

WIDTHS = st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(1, 4), Fraction(2)])
ENTRIES = st.integers(-3, 3)


@st.composite
def boxes(draw) -> list[list[Interval]]:
    n = draw(st.integers(1, 4))
    h = [[Interval()] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            middle, half = draw(ENTRIES), draw(WIDTHS)
            h[i][j] = h[j][i] = closed(middle - half, middle + half)
    return h


@given(h=boxes(), seed=st.integers(0, 2**20))
def test_every_matrix_in_the_intervals_has_the_signs_said(h, seed):
    said = signs_of_eigenvalues(h)
    if said is None:
        return
    assert sum(said) == len(h)
    draw = np.random.default_rng(seed)
    for _ in range(8):
        m = np.zeros((len(h), len(h)))
        for i in range(len(h)):
            for j in range(i + 1):
                at = draw.choice([0.0, 1.0, draw.random()])
                lo, hi = float(h[i][j].lo), float(h[i][j].hi)
                m[i, j] = m[j, i] = lo + at * (hi - lo)
        own = np.linalg.eigvalsh(m)
        # The eigenvalues are certainly not 0; their errors are some units in the 16th place.
        assert ((own > -1e-9).sum(), (own < 1e-9).sum()) == said


@given(signs=st.lists(st.sampled_from([-2, -1, 1, 3]), min_size=1, max_size=4), data=st.data())
def test_signs_of_sharp_matrices_are_found(signs, data):
    n = len(signs)
    lower = [[data.draw(ENTRIES) if j < i else int(i == j) for j in range(n)] for i in range(n)]
    m = np.array(lower) @ np.diag(signs) @ np.array(lower).T
    h = [[closed(int(x), int(x)) for x in row] for row in m]
    assert signs_of_eigenvalues(h) == (sum(s > 0 for s in signs), sum(s < 0 for s in signs))


@pytest.mark.parametrize(
    "h",
    [
        [[closed(0, 0)]],
        [[closed(0, 1)]],
        [[closed(-1, 0)]],
        [[closed(-1, 1)]],
        [[Interval()]],
        [[closed(1, None)]],
        [[closed(1, 1), closed(1, 1)], [closed(1, 1), closed(1, 1)]],
        [[closed(1, 1), closed(-2, 2)], [closed(-2, 2), closed(1, 1)]],
        [[closed(-1, 1), closed(0, 0)], [closed(0, 0), closed(1, 1)]],
    ],
    ids=str,
)
def test_nothing_is_said_where_an_eigenvalue_may_be_0(h):
    assert signs_of_eigenvalues(h) is None
