"""Words beside the formulas: declarations, lead-ins, statements on optima and convexity."""

from __future__ import annotations

import re
from typing import Final

_KIND: Final = r"(?:scalar|number|vector|matrix|标量|向量|矩阵)"
_NAMES: Final = r"[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*"
DECLARATION: Final = re.compile(
    rf"^\s*{_NAMES}\s*(?::\s*(?:{_KIND}|in\b|[<>]=?|symmetric|psd|pd|simplex|onehot|integer|constant"
    rf"|positive|nonnegative|diagonal|orthogonal|nonsingular)|\s(?:in)\s*[\[({{]|[<>]=?\s*-?[\d.]+\s*$)"
)
HEADER: Final = re.compile(
    r"^\s*(declare|given|assume|of|loss|objective|wrt|variables?|设|已知|假设|目标|变量)\s*[:：]\s*(.*)$",
    re.IGNORECASE,
)
OF: Final = frozenset({"of", "loss", "objective", "目标"})
WRT: Final = frozenset({"wrt", "variable", "variables", "变量"})
LEAD: Final = re.compile(
    r"^\s*(?:\(?\d+[.)]\s+|[-*•]\s+(?=\S+\s*=)|=>|⇒|⟹|⟺|->|→|∴|\\(?:Rightarrow|implies|iff|therefore"
    r"|Longrightarrow|to)\b|(?:so|thus|hence|therefore|then|let|where|with|since|define|set|and|or"
    r"|i\.?e\.?,?|that is|we (?:get|have|obtain|find)|(?:which )?(?:gives|yields)|giving|finally"
    r"|now|note that|recall that|solution|solving(?: gives)?)\b(?!\s*=)[.,:，：]?(?:\s+|$)"
    r"|(?:因此|所以|于是|从而|因而|则|令|设|记|即|得|解得|可得|得到|有|我们有|故|其中|由此|那么|且|又|代入得"
    r"|整理得|化简得|求导得)[,:，：]?\s*)",
    re.IGNORECASE,
)
TURN: Final = (
    r"(?:arg\s?|\\arg\s*)?(?:\\?(?:max|min)(?:imi[sz](?:e[sd]?|ing)|imum)?(?![^\W_])"
    r"|\\operatorname\{arg(?:max|min)\}|[最极][大小]化?)(?:_\{?\\?\w+\}?)?"
)
OPTIMUM: Final = re.compile(
    rf"^\s*(?:to\s+|要)?(?P<first>{TURN})(?:\s+|(?<=[化大小]))(?:the\s+)?(?P<left>[^=<>]+?)\s*"
    r"(?:<=>|<==>|⇔|⟺|↔|\\iff|\\Leftrightarrow|(?:is|means|are)?\s*(?:just|exactly)?\s*"
    r"(?:the same (?:thing )?as|equivalent to|equal to|same as)|means|amounts to"
    r"|,?\s*(?:we|one|you)(?:\s+(?:can|may|must|should|simply|just))*"
    r"|等价于|等同于|相当于|等于|就是|也就是|即|[,，]?\s*(?:只需|只要|需要|应)|=)\s*(?:to\s+)?"
    rf"(?P<second>{TURN})(?:\s+|(?<=[化大小]))(?:the\s+)?(?P<right>.+)$",
    re.IGNORECASE,
)
LIKELIHOOD: Final = re.compile(
    r"\*{0,2}(?:(?P<minus>negative|负)\s*-?)?(?P<log>log|对数)?[-\s]*(?:likelihood|似然(?:函数)?)"
    r"(?:\s*function)?\*{0,2}(?!\w)",
    re.IGNORECASE,
)
"""The likelihood, its logarithm or its negative logarithm in words."""
_WORD: Final = r"convex|concave|凸|凹"
_POSITIVE: Final = r"(?:positive|nonnegative|non-negative|为?正|非负)"
_NEGATIVE: Final = r"(?:negative|nonpositive|non-positive|为?负|非正)"
_SECOND: Final = r"(?:second derivative|Hessian|二阶导(?:数|函数)?|f''|f″)"
_ABOVE: Final = rf">=?|≥|\\geq?|大于(?:等于)?|{_POSITIVE}"
_BELOW: Final = rf"<=?|≤|\\leq?|小于(?:等于)?|{_NEGATIVE}"
_IS: Final = r"\s*(?:\(\w+\))?\s*(?:is\s*|恒)?"


def _sign(k: int) -> str:
    """Return the pattern of a sign of the second derivative, its groups numbered."""
    behind = rf"{_SECOND}{_IS}(?:(?P<above{k}>{_ABOVE})|(?P<below{k}>{_BELOW}))\s*(?:0|零)?"
    before = rf"(?:(?P<up{k}>{_POSITIVE})|(?P<down{k}>{_NEGATIVE}))的?\s*{_SECOND}"
    return f"(?:{behind}|{before})"


CONVENTION: Final = re.compile(
    rf"{_sign(1)}[^凸凹<>]{{0,32}}?(?P<word1>{_WORD})"
    rf"|(?P<word2>{_WORD})[^凸凹<>.。;；]{{0,24}}?{_sign(2)}",
    re.IGNORECASE,
)
"""A sentence that ties the sign of the second derivative to one of two words, in either order."""
PROSE: Final = re.compile(
    r"^\s*(?:(?:[^\W\d_]{2,}|[IaA])[,.;:'’-]*\s+)+[^\W\d_]+[\s.:;,!?-]*$|^[^=<>+*/^\\]*[。！？：]\s*$"
)
"""Words and nothing else."""
