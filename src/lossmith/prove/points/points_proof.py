"""The certificate of a search in boxes: what the checker replays."""

from __future__ import annotations

from lossmith.errors import NotCertified
from lossmith.evidence.points.krawczyk import Box
from lossmith.evidence.points.zeros import ListedZero, ZerosCertificate, check_zeros
from lossmith.prove.points.point_kind import by_hessian
from lossmith.prove.points.points_search import Reduced, Search
from lossmith.prove.zeros.krawczyk import Zeros


def proof_of(search: Search, reduced: Reduced, box: Box, found: Zeros) -> ZerosCertificate | None:
    """Return the certificate that the gradient vanishes in the box at these points alone."""
    assert search.system is not None
    zeros: list[ListedZero] = []
    for z in found.found:
        judged = by_hessian(search.system.slopes(z.box))
        zeros.append(ListedZero(z.box, z.alone, judged.kind if judged is not None else ""))
    made = ZerosCertificate(search.e, search.wrt, box, found.rows, tuple(zeros), reduced.splits)
    try:
        check_zeros(made)
    except NotCertified:
        return None
    return made
