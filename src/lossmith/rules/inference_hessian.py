"""The row for Hessians of two numbers. Checked in ``evidence.curvature.rules_hessian``."""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "hessian-minors",
        (*SIDES, *STRICT),
        Words(
            "the principal minors of the Hessian have the signs that they need",
            "Hessian 的各主子式符号符合要求",
        ),
        Words(
            "a smooth function of two numbers with values on the whole rectangle; f_xx, f_yy and "
            "f_xx f_yy - f_xy^2 each equal weight * core, weight > 0, and the core is >= 0 on "
            "boxes that cover the rectangle",
            "在整个矩形上有定义的二元光滑函数；f_xx、f_yy 与 f_xx f_yy - f_xy^2 "
            "各等于 weight * core，其中 weight > 0，且 core 在覆盖该矩形的各小块上非负",
        ),
        "A symmetric 2 x 2 matrix is psd exactly if its diagonal and its determinant are >= 0, and "
        "pd if they are > 0. f is smooth inside the rectangle and continuous up to its edge; a "
        "concave f has the Hessian of -f with the same determinant.",
        "Horn & Johnson 2013, theorem 7.2.5; Boyd & Vandenberghe 2004, section 3.1.4",
    ),
)
