"""Look-up of atoms by the names of the text language."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.errors import UnknownAtom
from lossmith.expr.atom import Atom
from lossmith.words import Words


def card(name: str) -> Atom:
    """Return the atom of this name or alias.

    Raises: UnknownAtom where the language has the word but no card answers to it.
    """
    atom = ATOMS.get(name)
    if atom is None:
        raise UnknownAtom(
            Words(f"{name} is not there in this version", f"这个版本还不支持 {name}"),
            attempt=Words(
                "write it by functions that are there, such as exp, log, abs, max, sum",
                "请用已有的函数来表示，例如 exp、log、abs、max、sum",
            ),
        )
    return atom


__all__ = ["ATOMS", "card"]
