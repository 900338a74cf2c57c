"""Every card is attacked by the same tests; none is named here."""

from __future__ import annotations

import pytest
from card_attacks import (
    complaints_about_domain,
    complaints_about_fact,
    complaints_about_kinks,
    complaints_about_range,
    complaints_about_slopes,
    complaints_about_writing,
)
from card_numbers import (
    ORACLE,
    complaints_about_code,
    complaints_about_consistency,
    complaints_about_meaning,
    complaints_about_prox,
)

from lossmith.atoms.table import ATOMS, CARDS

every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)


@every_card
def test_slopes_agree_with_differences_of_the_meaning(card):
    assert complaints_about_slopes(card) == []


@every_card
def test_values_lie_in_the_range(card):
    assert complaints_about_range(card) == []


@every_card
def test_there_is_no_value_outside_the_domain(card):
    assert complaints_about_domain(card) == []


@every_card
def test_facts_stand_up_to_attack(card):
    assert [c for fact in card.facts for c in complaints_about_fact(card, fact)] == []


@every_card
def test_kinks_are_where_they_are_said_and_nowhere_else(card):
    assert complaints_about_kinks(card) == []


@every_card
def test_code_agrees_with_the_meaning_in_ulps(card):
    assert complaints_about_code(card) == []


@every_card
def test_meaning_agrees_with_an_independent_library(card):
    assert complaints_about_meaning(card) == []


@every_card
def test_parts_of_the_card_agree_with_each_other(card):
    assert complaints_about_consistency(card) == []


@every_card
def test_words_source_and_templates_are_complete(card):
    assert complaints_about_writing(card) == []


@pytest.mark.parametrize("card", [c for c in CARDS if c.prox], ids=lambda card: card.name)
def test_prox_is_the_minimizer(card):
    assert complaints_about_prox(card) == []


def test_names_and_aliases_are_unique():
    names = [name for card in CARDS for name in (card.name, *card.aliases)]
    assert len(names) == len(set(names)) == len(ATOMS)


def test_every_card_has_an_independent_oracle():
    assert {card.name for card in CARDS} == set(ORACLE)
