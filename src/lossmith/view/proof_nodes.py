"""The nodes of all certificates of a verdict as one graph: each claim is proved once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lossmith.evidence.certificate import Certificate, Inference
from lossmith.prove.proving.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Graph:
    """Inferences in an order in which premises come first, and which of them conclude.

    conclusions: one index for each certificate, in the order of the certificates.
    """

    nodes: tuple[Inference, ...]
    conclusions: tuple[int, ...]


def graph(verdict: Verdict, more: Sequence[Certificate] = ()) -> Graph:
    """Return the proofs of a verdict, of its constants, and ``more``, shared lemmas told once."""
    places: dict[Inference, int] = {}
    ends = [_placed(c, places) for c in (*certificates(verdict), *more)]
    return Graph(tuple(places), tuple(dict.fromkeys(ends)))


def certificates(verdict: Verdict) -> tuple[Certificate, ...]:
    """Return every certificate of a verdict, that of a constant after those of the curvature."""
    constants = (verdict.strong.certificate, verdict.smooth.certificate)
    held = (*verdict.certificates, *(c for c in constants if c is not None))
    return tuple(dict.fromkeys(held))


def _placed(certificate: Certificate, places: dict[Inference, int]) -> int:
    """Put the nodes of a certificate among the others; return where its conclusion stands."""
    at: list[int] = []
    for node in certificate.nodes:
        moved = replace(node, premises=tuple(at[j] for j in node.premises))
        at.append(places.setdefault(moved, len(places)))
    return at[-1]
