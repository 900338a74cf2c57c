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
    r"(?:arg\s?|\\arg\s*)?(?:\\?(?:max|min)(?:imi[sz](?:e|ing))?\b|\\operatorname\{arg(?:max|min)\}"
    r"|最大化|最小化)(?:_\{?\w+\}?)?"
)
OPTIMUM: Final = re.compile(
    rf"^\s*(?P<first>{TURN})(?:\s+|(?<=化))(?:the\s+)?(?P<left>[^=<>]+?)\s*"
    r"(?:<=>|<==>|⇔|⟺|\\iff|\\Leftrightarrow|is the same as|is equivalent to|same as"
    r"|等价于|就是|=)\s*"
    rf"(?P<second>{TURN})(?:\s+|(?<=化))(?:the\s+)?(?P<right>.+)$",
    re.IGNORECASE,
)
LIKELIHOOD: Final = re.compile(
    r"\*{0,2}(?:(?P<minus>negative|负)\s*-?)?(?P<log>log|对数)?[-\s]*(?:likelihood|似然(?:函数)?)"
    r"(?:\s*function)?\*{0,2}(?!\w)",
    re.IGNORECASE,
)
"""The likelihood, its logarithm or its negative logarithm in words."""
CONVENTION: Final = re.compile(
    r"(?:second derivative|二阶导数?|f''|f″)\s*(?:is\s*)?(?P<sign>>|<|大于|小于)\s*(?:0|零)"
    r"[^凸凹]{0,24}?(?P<word>convex|concave|凸|凹)",
    re.IGNORECASE,
)
"""A sentence that ties the sign of the second derivative to one of two words."""
PROSE: Final = re.compile(
    r"^\s*(?:(?:[^\W\d_]{2,}|[IaA])[,.;:'’-]*\s+)+[^\W\d_]+[\s.:;,!?-]*$|^[^=<>+*/^\\]*[。！？：]\s*$"
)
"""Words and nothing else."""
