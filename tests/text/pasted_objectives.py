# ruff: noqa: E501, RUF001 (formulas stay on one line, with the signs that people type)
r"""Objectives as pasted, with the value that NumPy gives: (as typed, value of the data ``N``).

LATEX from papers, textbooks and slides; PYTHON from scripts; UNICODE and index notation from notes.
REFUSED: what has no reading, or none that is safe, by dialect.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special as sp

sig = sp.expit


def residual(N: Any) -> Any:
    """Xw - y."""
    return N.X @ N.w - N.y


LATEX: list[tuple[str, Any]] = [
    (r"\|X\|_2 + \|X\|", lambda N: np.linalg.norm(N.X, 2) + np.linalg.norm(N.X)),
    (r"\|X w\|_2", lambda N: np.linalg.norm(N.X @ N.w)),
    (
        r"\frac{1}{n}\sum_{i=1}^{n}\left(y_i - \mathbf{w}^\top\mathbf{x}_i\right)^2 + \lambda\|\mathbf{w}\|_2^2",
        lambda N: np.mean(residual(N) ** 2) + N.lam * N.w @ N.w,
    ),
    (
        r"\mathcal{L}(\mathbf{w}) = \frac{1}{2}\left\|\mathbf{X}\mathbf{w}-\mathbf{y}\right\|_2^2 + \frac{\lambda}{2}\left\|\mathbf{w}\right\|_2^2",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam / 2 * N.w @ N.w,
    ),
    (
        r"\frac12 \lVert y - Xw \rVert^2 + \lambda \lVert w \rVert_1",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    (
        r"J(\theta) = \frac{1}{2n}\sum_{i=1}^{n}\left(\theta^T x^{(i)} - y^{(i)}\right)^2",
        lambda N: np.sum((N.X @ N.theta - N.y) ** 2) / 10,
    ),
    (
        r"-\frac{1}{n}\sum_{i=1}^n \left[ y^{(i)}\log\sigma(\theta^T x^{(i)}) + (1-y^{(i)})\log(1-\sigma(\theta^T x^{(i)}))\right]",
        lambda N: (
            -np.mean(N.y * np.log(sig(N.X @ N.theta)) + (1 - N.y) * np.log(1 - sig(N.X @ N.theta)))
        ),
    ),
    (
        r"\ell(w) = \sum_{i=1}^n \log\left(1+\exp(-y_i w^\top x_i)\right)",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).sum(),
    ),
    (
        r"\min_{w,b}\ \frac{1}{2}\|w\|^2 + C\sum_{i=1}^n \max\left(0, 1-y_i(w^\top x_i + b)\right)",
        lambda N: 0.5 * N.w @ N.w + N.C * np.maximum(0, 1 - N.y * (N.X @ N.w + N.b)).sum(),
    ),
    (
        r"\min_{w} \frac{\lambda}{2}\|w\|_2^2 + \frac{1}{n}\sum_{i} [1 - y_i \langle w, x_i\rangle]_+",
        lambda N: N.lam / 2 * N.w @ N.w + np.maximum(0, 1 - N.y * (N.X @ N.w)).mean(),
    ),
    (
        r"\hat{\beta} = \operatorname*{arg\,min}_{\beta} \|y - X\beta\|_2^2 + \lambda\|\beta\|_1",
        lambda N: np.sum((N.y - N.X @ N.beta) ** 2) + N.lam * abs(N.beta).sum(),
    ),
    (
        r"\hat{\beta} = \underset{\beta}{\arg\min} \left\{ \frac{1}{2n}\|y - X\beta\|_2^2 + \lambda\|\beta\|_1 \right\}",
        lambda N: np.sum((N.y - N.X @ N.beta) ** 2) / 10 + N.lam * abs(N.beta).sum(),
    ),
    (
        r"\log\det\Theta - \operatorname{tr}(S\Theta) - \lambda\|\Theta\|_1",
        lambda N: np.linalg.slogdet(N.S)[1] - np.trace(N.S @ N.S) - N.lam * abs(N.S).sum(),
    ),
    (
        r"-\log|\Sigma| - (x-\mu)^\top\Sigma^{-1}(x-\mu)",
        lambda N: -np.linalg.slogdet(N.S)[1] - (N.x - N.mu) @ np.linalg.inv(N.S) @ (N.x - N.mu),
    ),
    (
        r"\frac{1}{2}(\mathbf{x}-\boldsymbol{\mu})^{\mathsf T}\boldsymbol{\Sigma}^{-1}(\mathbf{x}-\boldsymbol{\mu})+\frac12\log\det\boldsymbol\Sigma+\frac d2\log 2\pi",
        lambda N: (
            0.5 * (N.x - N.mu) @ np.linalg.inv(N.S) @ (N.x - N.mu)
            + 0.5 * np.linalg.slogdet(N.S)[1]
            + 1.5 * np.log(2 * np.pi)
        ),
    ),
    (
        r"\|X - UV^\top\|_F^2 + \lambda(\|U\|_F^2 + \|V\|_F^2)",
        lambda N: np.sum((N.X - N.U @ N.V.T) ** 2) + N.lam * (np.sum(N.U**2) + np.sum(N.V**2)),
    ),
    (
        r"\left\lVert \mathbf{X} - \mathbf{U}\mathbf{V}^{T} \right\rVert_{F}^{2}",
        lambda N: np.sum((N.X - N.U @ N.V.T) ** 2),
    ),
    (
        r"-\sum_{i=1}^n \sum_{c=1}^k Y_{ic}\log\left(\operatorname{softmax}(XW)_{ic}\right)",
        lambda N: -np.sum(N.Y * np.log(sp.softmax(N.X @ N.W, axis=1))),
    ),
    (
        r"\sum_i \left( \log\sum_c \exp((XW)_{ic}) - \sum_c Y_{ic}(XW)_{ic}\right)",
        lambda N: np.sum(sp.logsumexp(N.X @ N.W, axis=1) - np.sum(N.Y * (N.X @ N.W), axis=1)),
    ),
    (r"\mathbb{E}\left[(y - Xw)^2\right]", lambda N: np.mean(residual(N) ** 2)),
    (r"w^\top \Sigma w - \gamma \mu^\top w", lambda N: N.w @ N.S @ N.w - N.gamma * N.mu @ N.w),
    (r"\operatorname{tr}(W^\top X^\top X W)", lambda N: np.trace(N.W.T @ N.X.T @ N.X @ N.W)),
    (r"\frac{w^\top S w}{w^\top w}", lambda N: N.w @ N.S @ N.w / (N.w @ N.w)),
    (r"\frac{1}{2}x^{T}Qx + c^{T}x", lambda N: 0.5 * N.x @ N.S @ N.x + N.c @ N.x),
    (
        r"\sum_{i=1}^n \alpha_i - \frac12\sum_{i=1}^n\sum_{j=1}^n \alpha_i\alpha_j y_i y_j x_i^\top x_j",
        lambda N: N.alpha.sum() - 0.5 * (N.alpha * N.y) @ N.X @ N.X.T @ (N.alpha * N.y),
    ),
    (
        r"\sum_{i=1}^{n} \alpha_i - \tfrac{1}{2}\sum_{i,j} \alpha_i\alpha_j y_i y_j K_{ij}",
        lambda N: N.alpha.sum() - 0.5 * (N.alpha * N.y) @ N.K @ (N.alpha * N.y),
    ),
    (r"\sum_{i} p_i \log\frac{p_i}{q_i}", lambda N: np.sum(N.p * np.log(N.p / N.q))),
    (r"D_{\mathrm{KL}}(p \,\|\, q)", lambda N: np.sum(N.p * np.log(N.p / N.q))),
    (r"\mathrm{KL}(p\|q)", lambda N: np.sum(N.p * np.log(N.p / N.q))),
    (r"-\sum_{i=1}^n p_i\log p_i", lambda N: -np.sum(N.p * np.log(N.p))),
    (r"H(p) = -\sum_i p_i \log p_i", lambda N: -np.sum(N.p * np.log(N.p))),
    (
        r"\frac{1}{n}\sum_{i=1}^n \mathbb{1}[y_i \neq \operatorname{sign}(w^\top x_i)]",
        lambda N: np.mean(N.y != np.sign(N.X @ N.w)),
    ),
    (
        r"\sum_{i=1}^n \max\{\tau (y_i - x_i^\top\beta), (\tau-1)(y_i-x_i^\top\beta)\}",
        lambda N: np.maximum(
            N.tau * (N.y - N.X @ N.beta), (N.tau - 1) * (N.y - N.X @ N.beta)
        ).sum(),
    ),
    (
        r"\sum_{i=1}^n \begin{cases} \frac12 t_i^2 & |t_i|\le\delta \\ \delta(|t_i|-\frac12\delta) & \text{otherwise}\end{cases}",
        lambda N: np.where(
            abs(N.t) <= N.delta, 0.5 * N.t**2, N.delta * (abs(N.t) - 0.5 * N.delta)
        ).sum(),
    ),
    (
        r"\underbrace{\frac{1}{n}\|Xw-y\|_2^2}_{\text{data fit}} + \underbrace{\lambda\|w\|_1}_{\text{penalty}}",
        lambda N: np.mean(residual(N) ** 2) + N.lam * abs(N.w).sum(),
    ),
    (
        r"\begin{aligned} L(w) &= \|Xw-y\|_2^2 \\ &\quad + \lambda\|w\|_2^2 \end{aligned}",
        lambda N: residual(N) @ residual(N) + N.lam * N.w @ N.w,
    ),
    (
        r"\begin{align*} f(w) = \frac12\|Xw-y\|^2 + \lambda\|w\|_1 \end{align*}",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    (r"$$\frac{1}{2}\|Xw-y\|_2^2$$", lambda N: 0.5 * residual(N) @ residual(N)),
    (r"\[ \|Xw-y\|_2^2 \]", lambda N: residual(N) @ residual(N)),
    (r"\( \lambda \|w\|_1 \)", lambda N: N.lam * abs(N.w).sum()),
    (
        r"\sum_{i=1}^n\left[\exp(x_i^\top\beta) - t_i x_i^\top\beta\right]",
        lambda N: np.sum(np.exp(N.X @ N.beta) - N.t * (N.X @ N.beta)),
    ),
    (r"\log\sum_{i=1}^n e^{z_i}", lambda N: sp.logsumexp(N.z)),
    (r"\log \sum_{i=1}^{n} \exp(z_i/\tau)", lambda N: sp.logsumexp(N.z / N.tau)),
    (r"\|w\|_\infty + \|w\|_2", lambda N: abs(N.w).max() + np.linalg.norm(N.w)),
    (r"\|X\|_*", lambda N: np.linalg.svd(N.X, compute_uv=False).sum()),
    (r"\lambda_{\max}(S)", lambda N: np.linalg.eigvalsh(N.S)[-1]),
    (r"x^\top S^{-1} x", lambda N: N.x @ np.linalg.inv(N.S) @ N.x),
    (
        r"\operatorname{tr}\left((S+\lambda I)^{-1}\right)",
        lambda N: np.trace(np.linalg.inv(N.S + N.lam * np.eye(3))),
    ),
    (
        r"\log\det(I + \tfrac{1}{\lambda} X^\top X)",
        lambda N: np.linalg.slogdet(np.eye(3) + N.X.T @ N.X / N.lam)[1],
    ),
    (
        r"\frac{1}{2}y^\top (K+\sigma^2 I)^{-1} y + \frac12 \log|K+\sigma^2 I|",
        lambda N: (
            0.5 * N.y @ np.linalg.inv(N.K + N.sigma**2 * np.eye(5)) @ N.y
            + 0.5 * np.linalg.slogdet(N.K + N.sigma**2 * np.eye(5))[1]
        ),
    ),
    (
        r"\frac{1}{2}\sum_{j=1}^{d}\left(\mu_j^2+\sigma^2-1-\log\sigma^2\right)",
        lambda N: 0.5 * np.sum(N.mu**2 + N.sigma**2 - 1 - np.log(N.sigma**2)),
    ),
    (
        r"\sum_{i=1}^n \log\left(\cosh(y_i - x_i^T w)\right)",
        lambda N: np.log(np.cosh(residual(N))).sum(),
    ),
    (
        r"\left(\mathbf{y}-\mathbf{X}\boldsymbol{\beta}\right)^{\top}\left(\mathbf{y}-\mathbf{X}\boldsymbol{\beta}\right)",
        lambda N: np.sum((N.y - N.X @ N.beta) ** 2),
    ),
    (r"\|\mathbf{X}\mathbf{w}-\mathbf{y}\|^2_2", lambda N: residual(N) @ residual(N)),
    (r"\prod_{i=1}^n p_i^{t_i}", lambda N: np.prod(N.p**N.t)),
    (
        r"\sum_{i=1}^n t_i\log p_i + (1-t_i)\log(1-p_i)",
        lambda N: np.sum(N.t * np.log(N.p) + (1 - N.t) * np.log(1 - N.p)),
    ),
    (r"\frac{1}{n}\sum_{i=1}^n |y_i - x_i^\top w|", lambda N: abs(residual(N)).mean()),
    (r"\max_i |y_i - x_i^\top w|", lambda N: abs(residual(N)).max()),
    (
        r"\sum_{i=1}^{n} \sqrt{(y_i - x_i^\top w)^2 + \delta^2}",
        lambda N: np.sqrt(residual(N) ** 2 + N.delta**2).sum(),
    ),
    (r"\mathbf{1}^\top (Xw - y)", lambda N: residual(N).sum()),
    (r"\frac{\|w\|_1}{\|w\|_2}", lambda N: abs(N.w).sum() / np.linalg.norm(N.w)),
    (
        r"\frac{u^\top v}{\|u\|\,\|v\|}",
        lambda N: N.u @ N.v / np.linalg.norm(N.u) / np.linalg.norm(N.v),
    ),
    (
        r"1 - \frac{\langle u, v\rangle}{\lVert u\rVert\lVert v\rVert}",
        lambda N: 1 - N.u @ N.v / np.linalg.norm(N.u) / np.linalg.norm(N.v),
    ),
    (
        r"\max(0, \gamma + \|u-v\|_2^2 - \|u-s\|_2^2)",
        lambda N: max(0, N.gamma + np.sum((N.u - N.v) ** 2) - np.sum((N.u - N.s) ** 2)),
    ),
    (
        r"\left[\gamma + \|u-v\|^2 - \|u-s\|^2\right]_+",
        lambda N: max(0, N.gamma + np.sum((N.u - N.v) ** 2) - np.sum((N.u - N.s) ** 2)),
    ),
    (
        r"\operatorname{softmax}\left(\frac{XW}{\sqrt{d}}\right)",
        lambda N: sp.softmax(N.X @ N.W / np.sqrt(3), axis=1),
    ),
    (
        r"\mathrm{softmax}\!\left(\frac{UU^\top}{\sqrt{k}}\right)X",
        lambda N: sp.softmax(N.U @ N.U.T / 2, axis=1) @ N.X,
    ),
    (r"\|X - XWW^\top\|_F^2", lambda N: np.sum((N.X - N.X @ N.W @ N.W.T) ** 2)),
    (r"\sum_{i\neq j} (z_i-z_j)^2", lambda N: np.sum((N.z[:, None] - N.z[None]) ** 2)),
    (
        r"\|y-X\beta\|_2^2 \quad \text{where } \beta = \exp(\theta)",
        lambda N: np.sum((N.y - N.X @ np.exp(N.theta)) ** 2),
    ),
    (
        r"\frac{1}{n}\sum_{i=1}^n \log(1+e^{-m_i}), \quad m_i = y_i x_i^\top w",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).mean(),
    ),
    (
        r"\sum_{i=1}^n \log(1+e^{-m_i}) \text{ with } m_i = y_i w^\top x_i",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).sum(),
    ),
    (r"L = \|r\|_2^2, \; r = y - Xw", lambda N: residual(N) @ residual(N)),
    (r"\left|\left|Xw-y\right|\right|_2^2", lambda N: residual(N) @ residual(N)),
    (
        r"||Xw - y||_2^2 + \lambda ||w||_1",
        lambda N: residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    (r"\|w\|_2^{2} + \|w\|_{1}^{2}", lambda N: N.w @ N.w + abs(N.w).sum() ** 2),
    (r"\frac{1}{1+e^{-w^\top x}}", lambda N: sig(N.w @ N.x)),
    (r"\ln\left(1+e^{w^\top x}\right)", lambda N: np.log1p(np.exp(N.w @ N.x))),
    (r"e^{-\frac{1}{2}x^\top x}", lambda N: np.exp(-0.5 * N.x @ N.x)),
    (
        r"\exp\left(-\frac{\|x-\mu\|^2}{2\sigma^2}\right)",
        lambda N: np.exp(-np.sum((N.x - N.mu) ** 2) / 2 / N.sigma**2),
    ),
    (
        r"\frac{1}{\sqrt{2\pi\sigma^2}}\exp\left\{-\frac{(b-\gamma)^2}{2\sigma^2}\right\}",
        lambda N: (
            np.exp(-((N.b - N.gamma) ** 2) / 2 / N.sigma**2) / np.sqrt(2 * np.pi * N.sigma**2)
        ),
    ),
    (r"w^T w", lambda N: N.w @ N.w),
    (r"w^{\intercal}w", lambda N: N.w @ N.w),
    (r"w^\prime w", lambda N: N.w @ N.w),
    (r"w' S w", lambda N: N.w @ N.S @ N.w),
    (r"{\bf w}^T{\bf w}", lambda N: N.w @ N.w),
    (r"{\mathbf X}{\mathbf w}", lambda N: N.X @ N.w),
    (r"\vec{w}\cdot\vec{x} + b", lambda N: N.w @ N.x + N.b),
    (r"w\cdot x", lambda N: N.w @ N.x),
    (
        r"\log\left(1+e^{-y_i(w\cdot x_i+b)}\right)",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w + N.b))),
    ),
    (r"u\odot v", lambda N: N.u * N.v),
    (r"u\circ v", lambda N: N.u * N.v),
    (r"\operatorname{diag}(u)", lambda N: np.diag(N.u)),
    (r"\lVert \operatorname{diag}(u) X w\rVert^2", lambda N: np.sum((N.u * (N.X @ N.w)) ** 2)),
    (r"\sum_{i=1}^n u_i (x_i^\top w - y_i)^2", lambda N: np.sum(N.u * residual(N) ** 2)),
    (
        r"-\sum_{i=1}^{n}\left(\beta^\top x_i - \log\sum_{j=1}^n e^{\beta^\top x_j}\right)",
        lambda N: -np.sum(N.X @ N.beta - sp.logsumexp(N.X @ N.beta)),
    ),
    (
        r"\frac{1}{n}\mathbf{1}^\top\log(1+\exp(-y\odot Xw))",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).mean(),
    ),
    (r"\text{minimize}\quad \|Xw-y\|_2^2", lambda N: residual(N) @ residual(N)),
    (
        r"\sum_{i=1}^{n}\left(y_i - b - \sum_{j=1}^{d} x_{ij}\beta_j\right)^2 + \lambda\sum_{j=1}^{d}|\beta_j|",
        lambda N: np.sum((N.y - N.b - N.X @ N.beta) ** 2) + N.lam * abs(N.beta).sum(),
    ),
]


def huber(r: Any, delta: float) -> Any:
    return sp.huber(delta, r)


PYTHON: list[tuple[str, Any]] = [
    ("special.xlogy(p, q).sum()", lambda N: sp.xlogy(N.p, N.q).sum()),
    ("special.entr(p).sum()", lambda N: sp.entr(N.p).sum()),
    ("special.kl_div(p, 2*q).sum()", lambda N: sp.kl_div(N.p, 2 * N.q).sum()),
    ("special.huber(delta, z).sum()", lambda N: sp.huber(N.delta, N.z).sum()),
    ("special.pseudo_huber(delta, z).sum()", lambda N: sp.pseudo_huber(N.delta, N.z).sum()),
    ("F.smooth_l1_loss(X @ w, y)", lambda N: huber(residual(N), 1).mean()),
    ("F.smooth_l1_loss(X @ w, y, beta=0.5)", lambda N: 2 * huber(residual(N), 0.5).mean()),
    ("F.huber_loss(X @ w, y, delta=delta)", lambda N: huber(residual(N), N.delta).mean()),
    (
        "torch.nn.functional.huber_loss(X @ w, y, reduction='sum', delta=0.3)",
        lambda N: huber(residual(N), 0.3).sum(),
    ),
    ("F.kl_div(torch.log(q), p, reduction='sum')", lambda N: sp.rel_entr(N.p, N.q).sum()),
    ("F.kl_div(torch.log(q), p)", lambda N: sp.rel_entr(N.p, N.q).mean()),
    (
        "F.kl_div(torch.log(q), torch.log(p), reduction='batchmean', log_target=True)",
        lambda N: sp.rel_entr(N.p, N.q).sum() / 5,
    ),
    (
        "F.cosine_similarity(u, v, dim=0)",
        lambda N: N.u @ N.v / np.linalg.norm(N.u) / np.linalg.norm(N.v),
    ),
    (
        "F.cosine_similarity(X, M).sum()",
        lambda N: np.sum(
            np.sum(N.X * N.M, 1) / np.linalg.norm(N.X, axis=1) / np.linalg.norm(N.M, axis=1)
        ),
    ),
    ("F.mse_loss(X @ w, y, reduction='none')", lambda N: residual(N) ** 2),
    (
        "F.binary_cross_entropy_with_logits(X @ w, y, reduction='sum')",
        lambda N: np.sum(np.logaddexp(0, N.X @ N.w) - N.y * (N.X @ N.w)),
    ),
    (
        "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=Y, logits=X @ W))",
        lambda N: -np.mean(np.sum(N.Y * sp.log_softmax(N.X @ N.W, axis=1), axis=1)),
    ),
    ("tf.nn.l2_loss(w) + tf.reduce_prod(w)", lambda N: N.w @ N.w / 2 + np.prod(N.w)),
    ("jnp.sum(jax.nn.log_sigmoid(y * (X @ w)))", lambda N: sp.log_expit(N.y * (N.X @ N.w)).sum()),
    (
        "jax.nn.gelu(z).sum()",
        lambda N: np.sum(0.5 * N.z * (1 + np.tanh(np.sqrt(2 / np.pi) * (N.z + 0.044715 * N.z**3)))),
    ),
    ("jax.nn.elu(z, 0.5).sum()", lambda N: np.where(N.z > 0, N.z, 0.5 * np.expm1(N.z)).sum()),
    ("F.softplus(z, beta=2).sum()", lambda N: np.logaddexp(0, 2 * N.z).sum() / 2),
    ("F.hardtanh(z, -0.5, 0.7).sum()", lambda N: np.clip(N.z, -0.5, 0.7).sum()),
    ("np.maximum.reduce(z)", lambda N: N.z.max()),
    (
        "np.maximum.reduce([z, y, 0.1 * t]).sum()",
        lambda N: np.maximum.reduce([N.z, N.y, 0.1 * N.t]).sum(),
    ),
    ("np.logaddexp.reduce(z)", lambda N: np.logaddexp.reduce(N.z)),
    ("np.add.reduce(X)", lambda N: np.add.reduce(N.X)),
    ("np.clip(z, a_min=-0.3, a_max=None).sum()", lambda N: np.maximum(N.z, -0.3).sum()),
    ("z.clip(-0.3, 0.2).sum()", lambda N: np.clip(N.z, -0.3, 0.2).sum()),
    (
        "np.linalg.norm(X, 2) + np.linalg.norm(X, 'nuc')",
        lambda N: np.linalg.norm(N.X, 2) + np.linalg.norm(N.X, "nuc"),
    ),
    (
        "np.where(z > 1, z, np.where(z < -1, -z, z**2)).sum()",
        lambda N: np.where(N.z > 1, N.z, np.where(N.z < -1, -N.z, N.z**2)).sum(),
    ),
    ("np.sum((X @ w - y)**2) / (2*len(y))", lambda N: residual(N) @ residual(N) / 10),
    (
        "((X @ w - y)**2).mean() + lam * (w**2).sum()",
        lambda N: np.mean(residual(N) ** 2) + N.lam * N.w @ N.w,
    ),
    (
        "0.5 * np.linalg.norm(X @ w - y)**2 + lam * np.linalg.norm(w, ord=1)",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    (
        "np.mean(np.logaddexp(0, -y * (X @ w)))",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).mean(),
    ),
    (
        "torch.mean((X @ w - y) ** 2) + lam * torch.norm(w) ** 2",
        lambda N: np.mean(residual(N) ** 2) + N.lam * N.w @ N.w,
    ),
    (
        "torch.mean((X @ w - y).pow(2)) + lam * w.abs().sum()",
        lambda N: np.mean(residual(N) ** 2) + N.lam * abs(N.w).sum(),
    ),
    ("F.mse_loss(X @ w, y)", lambda N: np.mean(residual(N) ** 2)),
    (
        "F.binary_cross_entropy_with_logits(X @ w, t)",
        lambda N: np.mean(np.logaddexp(0, N.X @ N.w) - N.t * (N.X @ N.w)),
    ),
    (
        "-(t * torch.log(torch.sigmoid(X @ w)) + (1-t)*torch.log(1-torch.sigmoid(X @ w))).mean()",
        lambda N: -np.mean(N.t * np.log(sig(N.X @ N.w)) + (1 - N.t) * np.log(1 - sig(N.X @ N.w))),
    ),
    (
        "-torch.sum(Y * F.log_softmax(X @ W, dim=1)) / X.shape[0]",
        lambda N: -np.sum(N.Y * np.log(sp.softmax(N.X @ N.W, axis=1))) / 5,
    ),
    (
        "-torch.sum(Y * torch.log_softmax(X @ W, dim=-1), dim=1).mean()",
        lambda N: -np.sum(N.Y * np.log(sp.softmax(N.X @ N.W, axis=1))) / 5,
    ),
    (
        "jnp.mean(jax.nn.logsumexp(X @ W, axis=1) - jnp.sum(Y * (X @ W), axis=1))",
        lambda N: np.mean(sp.logsumexp(N.X @ N.W, axis=1) - np.sum(N.Y * (N.X @ N.W), axis=1)),
    ),
    (
        "np.maximum(0, 1 - y * X.dot(w)).mean() + lam/2 * w.dot(w)",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w)).mean() + N.lam / 2 * N.w @ N.w,
    ),
    (
        "np.sum(np.maximum(1 - y*(X@w + b), 0))",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w + N.b)).sum(),
    ),
    ("np.linalg.norm(X - U @ V.T, 'fro')**2", lambda N: np.sum((N.X - N.U @ N.V.T) ** 2)),
    ("np.linalg.norm(X, 2)", lambda N: np.linalg.norm(N.X, 2)),
    ("np.linalg.norm(X, 'nuc')", lambda N: np.linalg.norm(N.X, "nuc")),
    ("np.linalg.norm(w, np.inf)", lambda N: abs(N.w).max()),
    ("np.linalg.norm(X, axis=1).sum()", lambda N: np.linalg.norm(N.X, axis=1).sum()),
    ("np.trace(X.T @ X)", lambda N: np.sum(N.X**2)),
    (
        "-np.log(np.linalg.det(S)) + np.trace(S @ Q)",
        lambda N: -np.linalg.slogdet(N.S)[1] + np.trace(N.S @ N.S),
    ),
    ("x @ S @ x", lambda N: N.x @ N.S @ N.x),
    ("x.T @ S @ x + 2 * c.T @ x", lambda N: N.x @ N.S @ N.x + 2 * N.c @ N.x),
    ("np.dot(x, np.dot(S, x))", lambda N: N.x @ N.S @ N.x),
    ("np.einsum('i,ij,j->', x, S, x)", lambda N: N.x @ N.S @ N.x),
    ("np.einsum('ij,ij->i', X, M).sum()", lambda N: np.sum(N.X * N.M)),
    ("np.einsum('ij,kj', X, M)", lambda N: N.X @ N.M.T),
    ("np.einsum('ii', S)", lambda N: np.trace(N.S)),
    (
        "sum(np.log(1 + np.exp(-y[i] * (X[i] @ w))) for i in range(n))",
        lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).sum(),
    ),
    (
        "sum((y[i] - X[i,:] @ w)**2 for i in range(len(y))) / len(y)",
        lambda N: np.mean(residual(N) ** 2),
    ),
    (
        "np.mean([np.maximum(0, 1 - y[i]*(X[i]@w)) for i in range(n)])",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w)).mean(),
    ),
    ("sum((a - b_)**2 for a, b_ in zip(u, v))", lambda N: np.sum((N.u - N.v) ** 2)),
    ("np.exp(z) / np.sum(np.exp(z))", lambda N: sp.softmax(N.z)),
    ("np.exp(z - z.max()) / np.exp(z - z.max()).sum()", lambda N: sp.softmax(N.z)),
    ("np.sum((X - X.mean(axis=0))**2)", lambda N: np.sum((N.X - N.X.mean(axis=0)) ** 2)),
    ("np.sum((X - mu)**2)", lambda N: np.sum((N.X - N.mu) ** 2)),
    ("np.sum(X * w)", lambda N: np.sum(N.X * N.w)),
    ("np.sum(X * u[:, None])", lambda N: np.sum(N.X * N.u[:, None])),
    ("np.sum((z[:, None] - z[None, :])**2)", lambda N: np.sum((N.z[:, None] - N.z[None]) ** 2)),
    (
        "Z = X @ W\nZ = Z - Z.max(axis=1, keepdims=True)\nP = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)\n-np.sum(Y * np.log(P))",
        lambda N: -np.sum(N.Y * np.log(sp.softmax(N.X @ N.W, axis=1))),
    ),
    ("special.logsumexp(X)", lambda N: sp.logsumexp(N.X)),
    ("scipy.special.softmax(X)", lambda N: sp.softmax(N.X)),
    ("np.prod(X)", lambda N: np.prod(N.X)),
    ("np.max(X)", lambda N: N.X.max()),
    ("X.max(axis=0).sum()", lambda N: N.X.max(axis=0).sum()),
    ("np.var(z)", lambda N: np.var(N.z)),
    ("np.square(X @ w - y).sum()", lambda N: residual(N) @ residual(N)),
    ("np.abs(w).max()", lambda N: abs(N.w).max()),
    ("np.power(np.abs(w), 1.5).sum()", lambda N: np.sum(abs(N.w) ** 1.5)),
    ("np.clip(z, -1, 1).sum()", lambda N: np.clip(N.z, -1, 1).sum()),
    (
        "np.where(np.abs(z) < delta, 0.5*z**2, delta*(np.abs(z)-0.5*delta)).sum()",
        lambda N: np.where(
            abs(N.z) < N.delta, 0.5 * N.z**2, N.delta * (abs(N.z) - 0.5 * N.delta)
        ).sum(),
    ),
    ("np.sum(p * np.log(p / q))", lambda N: np.sum(N.p * np.log(N.p / N.q))),
    ("special.rel_entr(p, q).sum()", lambda N: np.sum(N.p * np.log(N.p / N.q))),
    (
        "def loss(w):\n    total = 0\n    for i in range(n):\n        total += (y[i] - X[i] @ w)**2\n    return total / n",
        lambda N: np.mean(residual(N) ** 2),
    ),
    (
        "def loss(w, X, y, lam=0.1):\n    r = X @ w - y\n    return r @ r / 2 + lam * np.sum(np.abs(w))",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    ("lambda w: np.mean((X @ w - y)**2)", lambda N: np.mean(residual(N) ** 2)),
    ("np.linalg.solve(S, x) @ x", lambda N: N.x @ np.linalg.inv(N.S) @ N.x),
    (
        "np.sign(z) * np.maximum(np.abs(z) - lam, 0)",
        lambda N: np.sign(N.z) * np.maximum(abs(N.z) - N.lam, 0),
    ),
    ("np.tanh(X @ W)", lambda N: np.tanh(N.X @ N.W)),
    ("np.sum(X**2, axis=1)", lambda N: np.sum(N.X**2, axis=1)),
    ("np.sum(X, 1)", lambda N: np.sum(N.X, 1)),
    ("y.T @ K @ y", lambda N: N.y @ N.K @ N.y),
    ("(X.T * u) @ X", lambda N: (N.X.T * N.u) @ N.X),
    ("np.outer(u, v).sum()", lambda N: np.outer(N.u, N.v).sum()),
    ("np.mean(X)", lambda N: N.X.mean()),
    ("np.mean(np.abs(X @ w - y) ** 2) ** 0.5", lambda N: np.sqrt(np.mean(residual(N) ** 2))),
    ("math.exp(b) + math.log(C)", lambda N: np.exp(N.b) + np.log(N.C)),
    ("F.relu(X @ W).sum()", lambda N: np.maximum(N.X @ N.W, 0).sum()),
    ("F.gelu(z).sum()", lambda N: np.sum(N.z * sp.ndtr(N.z))),
    ("-1**2*b", lambda N: -N.b),
    ("b**-1 + 2**-b", lambda N: 1 / N.b + 2**-N.b),
    ("X.T @ (X @ w - y) / len(y)", lambda N: N.X.T @ residual(N) / 5),
    ("np.ones_like(z) @ z", lambda N: N.z.sum()),
]

UNICODE: list[tuple[str, Any]] = [
    ("w·x", lambda N: N.w @ N.x),
    (
        "‖X − UVᵀ‖_F² + λ(‖U‖_F² + ‖V‖_F²)",
        lambda N: np.sum((N.X - N.U @ N.V.T) ** 2) + N.lam * (np.sum(N.U**2) + np.sum(N.V**2)),
    ),
    ("‖Xw − y‖² + λ‖w‖₁", lambda N: residual(N) @ residual(N) + N.lam * abs(N.w).sum()),
    ("½‖Xw − y‖₂² + ½λ‖w‖²", lambda N: 0.5 * residual(N) @ residual(N) + 0.5 * N.lam * N.w @ N.w),
    (
        "（１／２）‖Xw－y‖²＋λ‖w‖₁",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    ("Σᵢ log(1 + exp(−yᵢ xᵢᵀw))", lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).sum()),
    ("Σᵢ₌₁ⁿ (yᵢ − xᵢᵀw)²", lambda N: residual(N) @ residual(N)),
    (
        "(1/n) Σᵢ max(0, 1 − yᵢ(xᵢᵀw + b))",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w + N.b)).mean(),
    ),
    ("tr(ΣΘ) − log det Θ", lambda N: np.trace(N.S @ N.S) - np.linalg.slogdet(N.S)[1]),
    ("‖X‖∗", lambda N: np.linalg.norm(N.X, "nuc")),
    ("‖w‖∞ + ‖w‖₂", lambda N: abs(N.w).max() + np.linalg.norm(N.w)),
    ("½ xᵀQx + cᵀx", lambda N: 0.5 * N.x @ N.S @ N.x + N.c @ N.x),
    ("u ⊙ v", lambda N: N.u * N.v),
    ("u∘v", lambda N: N.u * N.v),
    ("Σᵢⱼ αᵢαⱼyᵢyⱼKᵢⱼ", lambda N: (N.alpha * N.y) @ N.K @ (N.alpha * N.y)),
    ("Σᵢ pᵢ log(pᵢ/qᵢ)", lambda N: np.sum(N.p * np.log(N.p / N.q))),
    ("−Σᵢ pᵢ log pᵢ", lambda N: -np.sum(N.p * np.log(N.p))),
    ("log Σᵢ exp(zᵢ)", lambda N: sp.logsumexp(N.z)),
    ("√(wᵀw)", lambda N: np.linalg.norm(N.w)),
    ("xᵀΣ⁻¹x", lambda N: N.x @ np.linalg.inv(N.S) @ N.x),
    ("⟨w, x⟩ + b", lambda N: N.w @ N.x + N.b),
    ("|b| + |γ|", lambda N: abs(N.b) + N.gamma),
    ("Σᵢ uᵢ (xᵢᵀw − yᵢ)²", lambda N: np.sum(N.u * residual(N) ** 2)),
    ("maxᵢ |yᵢ − xᵢᵀw|", lambda N: abs(residual(N)).max()),
    ("sum(i, (y[i] - X[i,:]*w)^2)/n", lambda N: np.mean(residual(N) ** 2)),
    ("sum(i, log(1 + exp(-y_i*(x_i'*w))))", lambda N: np.log1p(np.exp(-N.y * (N.X @ N.w))).sum()),
    ("sum(i, j, K[i,j]*u[i]*v[j])", lambda N: N.u @ N.K @ N.v),
    ("sum(i, sum(j != i, (z[i] - z[j])^2))", lambda N: np.sum((N.z[:, None] - N.z[None]) ** 2)),
    ("mean(i, abs(y[i] - X[i,:]*w))", lambda N: abs(residual(N)).mean()),
    ("max(i, z[i])", lambda N: N.z.max()),
    ("sum(k, X[i,k]*w[k])", lambda N: N.X @ N.w),
    ("sum(i, M[i,:]*w)", lambda N: np.sum(N.M @ N.w)),
    ("tensor(i, j, u[i]*v[j])", lambda N: np.outer(N.u, N.v)),
    ("ln(1＋e^(−ｂ))", lambda N: np.log1p(np.exp(-N.b))),
    ("Πᵢ pᵢ", lambda N: np.prod(N.p)),
    ("∏ᵢ pᵢ^(tᵢ)", lambda N: np.prod(N.p**N.t)),
    ("e^(−b²/2)/√(2π)", lambda N: np.exp(-(N.b**2) / 2) / np.sqrt(2 * np.pi)),
    ("[1 − b]₊", lambda N: max(0, 1 - N.b)),
    ("(1 − b)₊²", lambda N: max(0, 1 - N.b) ** 2),
    ("‖w‖₂² / ‖x‖₂²", lambda N: N.w @ N.w / (N.x @ N.x)),
    ("w'*S*w / (w'*w)", lambda N: N.w @ N.S @ N.w / (N.w @ N.w)),
    ("norm(X*w-y)^2", lambda N: residual(N) @ residual(N)),
    ("(X*w-y)'*(X*w-y)", lambda N: residual(N) @ residual(N)),
    ("sum((X*w-y).^2)", lambda N: residual(N) @ residual(N)),
    ("vec(X)'*vec(M)", lambda N: np.sum(N.X * N.M)),
    ("norm2(vec(X))^2", lambda N: np.sum(N.X**2)),
    ("vec(W)'*kron(eye, S)*vec(W)", lambda N: np.trace(N.W.T @ N.S @ N.W)),
    ("norm2(vec(X) - 2*vec(M))^2", lambda N: np.sum((N.X - 2 * N.M) ** 2)),
    (
        "vec(W)'*kron(U'*U, S)*vec(W)",
        lambda N: N.W.flatten("F") @ np.kron(N.U.T @ N.U, N.S) @ N.W.flatten("F"),
    ),
    ("sum(kron(u, v))", lambda N: np.sum(np.kron(N.u, N.v))),
    ("norm2(kron(u, v))^2", lambda N: np.sum(np.kron(N.u, N.v) ** 2)),
    ("sum(outer(u,v) .* K)", lambda N: N.u @ N.K @ N.v),
    ("exp(diag(S))", lambda N: np.exp(np.diag(N.S))),
    ("sum(diag(exp(S)))", lambda N: np.exp(np.diag(N.S)).sum()),
]

PYTHON += [
    ("np.std(z)", lambda N: np.std(N.z)),
    (
        "torch.clamp(1 - y * (X @ w), min=0).mean()",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w)).mean(),
    ),
    ("F.mse_loss(X @ w, y, reduction='sum')", lambda N: residual(N) @ residual(N)),
]

REFUSED: list[tuple[str, str]] = [
    ("latex", r"-\log\frac{e^{z_1}}{\sum_j e^{z_j}}"),
    ("text", "z₁ + Σⱼ zⱼ²"),
    ("python", "F.nll_loss(F.log_softmax(X @ W, dim=1), y)"),
    ("python", "F.huber_loss(X @ w, y, weight=v)"),
    ("python", "F.mse_loss(X @ w)"),
    ("latex", r"J(\theta) = \frac{1}{2m}\sum_{i=1}^{m}\left(h_\theta(x^{(i)}) - y^{(i)}\right)^2"),
    ("latex", r"\sum_{i=1}^n \rho_\tau(y_i - x_i^\top\beta)"),
    (
        "latex",
        r"\sum_{i=1}^n \left(y_i - \beta^\top x_i\right)^2 \text{ subject to } \|\beta\|_1 \le t",
    ),
    ("latex", r"\frac{1}{2}\|P_\Omega(X-UV^\top)\|_F^2"),
    ("latex", r"\cos\theta = \frac{u^\top v}{\|u\|\|v\|}"),
    ("latex", r"\frac{\partial L}{\partial w}"),
    ("latex", r"\nabla_w \|Xw-y\|^2"),
    ("latex", r"\frac{1}{n}\sum_{i=1}^n \ell(y_i, f(x_i))"),
    ("latex", r"\|Xw - y\|_p^p"),
    ("latex", r"\log p(x\mid\theta)"),
    ("latex", r"-\log\mathcal{N}(x \mid \mu_k, \Sigma_k)"),
    ("latex", r"\sum_{k=1}^{K}\pi_k\mathcal{N}(x|\mu_k,\Sigma_k)"),
    (
        "latex",
        r"\sum_{i=1}^{n}\delta_i\left(\beta^\top x_i - \log\sum_{j\in R_i} e^{\beta^\top x_j}\right)",
    ),
    ("latex", r"\sup_{x} c^\top x"),
    ("python", "np.linalg.norm(X, 1)"),
    ("python", "np.cumsum(X)"),
    ("python", "np.cov(X)"),
    ("python", "def f(x):\n    if x > 0:\n        return x\n    return 0"),
    ("python", "x @ np.linalg.pinv(S) @ x"),
    ("python", "F.cross_entropy(X @ W, Y)"),
    ("python", "F.nll_loss(F.log_softmax(X@W, dim=1), y)"),
    ("python", "X @ w > 0"),
    ("python", "np.count_nonzero(w)"),
    ("python", "np.argmax(z)"),
    ("python", "np.sort(z)"),
    ("python", "b % 2"),
    ("python", "b // 2"),
    ("text", "1/n (yᵢ − xᵢᵀw)²"),
    ("text", "wᵀΣw − γ μᵀw"),
    ("text", "σ(wᵀx + b)"),
    ("text", "A_ik B_kj"),
    ("text", "sum(i, x_i^2 * c_i)"),
    ("text", "‖Xw−y‖² ， λ>0"),
    ("text", "∂/∂w ‖Xw−y‖²"),
    ("text", "∇‖Xw−y‖²"),
    ("text", "∫x dx"),
    ("text", "x∈ℝⁿ"),
    ("text", "sum((X*w-y)^2)"),
    ("text", "K*vec(X)"),
    ("text", "vec(X)"),
]
