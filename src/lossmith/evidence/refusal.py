"""What all checks of evidence share: refusing in words; one name means one thing. Trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lossmith.errors import NotCertified
from lossmith.expr.node import Expr
from lossmith.expr.walk import symbols
from lossmith.words import Words

T = TypeVar("T")


def checked(evidence: T, check: Callable[[T], None]) -> T:
    """Return the evidence after its check.  Raises: what the check raises."""
    check(evidence)
    return evidence


def refusal(en: str, zh: str) -> Callable[[str, str], NotCertified]:
    """Return the errors of one kind of evidence: what it fails to show, then a reason each."""
    what = Words(en, zh)
    return lambda en, zh: NotCertified(what, why=Words(en, zh))


def have_own_names(*exprs: Expr) -> bool:
    """Return whether no two different symbols that occur share a name."""
    found = symbols(*exprs)
    return len({s.name for s in found}) == len(found)
