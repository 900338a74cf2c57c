"""Objectives as people type them are read as meant, noted where two ways exist, or refused."""

from __future__ import annotations

import pytest
from typed_objectives import NOTED, READ, REFUSED

from lossmith.errors import LossmithError
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


@pytest.mark.parametrize(("typed", "meant", "declare"), READ, ids=[r[0][:60] for r in READ])
def test_an_objective_is_read_as_it_is_meant(typed: str, meant: str, declare: str) -> None:
    found = parse(typed, declare)
    wanted = parse(meant, declare, dialect="text")
    assert found.expr is wanted.expr, to_text(found.expr)


@pytest.mark.parametrize(("typed", "meant", "said"), NOTED, ids=[r[0] for r in NOTED])
def test_what_has_two_readings_says_which_was_taken(typed: str, meant: str, said: str) -> None:
    found = parse(typed)
    assert found.expr is parse(meant).expr, to_text(found.expr)
    assert any(said in note.en for note in found.notes), [n.en for n in found.notes]
    assert all(note.zh for note in found.notes)


@pytest.mark.parametrize(("typed", "under", "repair"), REFUSED, ids=[r[0][:60] for r in REFUSED])
def test_what_has_no_reading_is_refused_at_its_place(typed: str, under: str, repair: str) -> None:
    with pytest.raises(LossmithError) as caught:
        parse(typed)
    error = caught.value
    assert error.place is not None
    assert typed[error.place.start : error.place.stop] == under
    if repair:
        assert error.attempt is not None
        assert repair in error.attempt.en
        if repair == error.attempt.en:
            parse(repair)


def test_a_repair_that_reads_as_a_formula_is_one() -> None:
    for typed, *_ in REFUSED:
        with pytest.raises(LossmithError) as caught:
            parse(typed)
        offered = caught.value.attempt
        if offered is not None and offered.en == offered.zh:
            parse(offered.en)


def test_the_corpus_is_wide() -> None:
    assert len(READ) >= 100
    assert len(NOTED) >= 20
    assert len(REFUSED) >= 35
