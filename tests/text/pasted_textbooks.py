# ruff: noqa: E501 (formulas stay on one line, with the signs that people type)
r"""Formulas in the manner of textbooks on learning and convexity, of scripts and of notes, with values.

As in ``pasted_objectives``: (as typed, value of the data ``N``); MORE_REFUSED by dialect.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pasted_objectives import residual, sig
from scipy import special as sp

TEXTBOOK_LATEX: list[tuple[str, Any]] = [
    (
        r"-\frac{1}{2}(\mathbf{x}-\boldsymbol\mu)^{\mathrm T}\boldsymbol\Sigma^{-1}(\mathbf x-\boldsymbol\mu)-\frac12\ln|\boldsymbol\Sigma|",
        lambda N: (
            -0.5 * (N.x - N.mu) @ np.linalg.inv(N.S) @ (N.x - N.mu)
            - 0.5 * np.linalg.slogdet(N.S)[1]
        ),
    ),
    (
        r"-\sum_{i}\sum_{k} Y_{ik}\ln \frac{\exp((XW)_{ik})}{\sum_j\exp((XW)_{ij})}",
        lambda N: -np.sum(N.Y * sp.log_softmax(N.X @ N.W, axis=1)),
    ),
    (
        r"\frac{\mathbf{w}^{\mathrm T}\mathbf{S}\mathbf{w}}{\mathbf{w}^{\mathrm T}\mathbf{Q}\mathbf{w}}",
        lambda N: 1.0,
    ),
    (
        r"\mathrm{NLL}(\boldsymbol{w}) = \sum_{i=1}^n \log(1+\exp(-y_i \boldsymbol{w}^\top\boldsymbol{x}_i))",
        lambda N: np.logaddexp(0, -N.y * (N.X @ N.w)).sum(),
    ),
    (
        r"\text{RSS}(\mathbf{w}) = \|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2 + \lambda\|\mathbf{w}\|_2^2",
        lambda N: residual(N) @ residual(N) + N.lam * N.w @ N.w,
    ),
    (
        r"\sum_{i=1}^n \left[\mathrm{softplus}(\mathbf{w}^\top\mathbf{x}_i) - y_i\mathbf{w}^\top\mathbf{x}_i\right]",
        lambda N: np.sum(np.logaddexp(0, N.X @ N.w) - N.y * (N.X @ N.w)),
    ),
    (r"\mathbb{H}(p) = -\sum_{k} p_k \log_2 p_k", lambda N: -np.sum(N.p * np.log2(N.p))),
    (
        r"\sum_{i=1}^n \exp(\mathbf{w}^\top\mathbf{x}_i) - y_i\,\mathbf{w}^\top\mathbf{x}_i",
        lambda N: np.sum(np.exp(N.X @ N.w) - N.y * (N.X @ N.w)),
    ),
    (
        r"\operatorname{tr}(\mathbf{S}\boldsymbol{\Theta})-\log\det(\boldsymbol{\Theta})+\lambda\|\boldsymbol{\Theta}\|_1",
        lambda N: np.trace(N.S @ N.S) - np.linalg.slogdet(N.S)[1] + N.lam * abs(N.S).sum(),
    ),
    (
        r"\sum_{i=1}^{n}\Bigl(y_i-\sum_{j=1}^{d}x_{ij}\beta_j\Bigr)^2+\lambda\sum_{j=1}^{d}|\beta_j|",
        lambda N: np.sum((N.y - N.X @ N.beta) ** 2) + N.lam * abs(N.beta).sum(),
    ),
    (
        r"(\mathbf{y}-\mathbf{X}\beta)^T(\mathbf{y}-\mathbf{X}\beta)",
        lambda N: np.sum((N.y - N.X @ N.beta) ** 2),
    ),
    (
        r"\sum_{i=1}^n\left[1-y_i(\beta^T x_i+b)\right]_+ + \frac{\lambda}{2}\|\beta\|^2",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.beta + N.b)).sum() + N.lam / 2 * N.beta @ N.beta,
    ),
    (r"\sum_{i=1}^{n} e^{-y_i \beta^T x_i}", lambda N: np.exp(-N.y * (N.X @ N.beta)).sum()),
    (r"\sqrt{1+x^Tx}", lambda N: np.sqrt(1 + N.x @ N.x)),
    (r"\|Xw-y\|_1+\gamma\|w\|_2", lambda N: abs(residual(N)).sum() + N.gamma * np.linalg.norm(N.w)),
    (r"\lambda_{\max}(S)-\lambda_{\min}(S)", lambda N: np.ptp(np.linalg.eigvalsh(N.S))),
    (r"x^T S^{-1} x", lambda N: N.x @ np.linalg.inv(N.S) @ N.x),
    (r"-\log \mathrm{softmax}(\mathbf{z})_i", lambda N: -sp.log_softmax(N.z)),
    (r"\|\boldsymbol{W}\|_F^2 + \sum_{i,j}|W_{i,j}|", lambda N: np.sum(N.W**2) + abs(N.W).sum()),
    (
        r"\frac{1}{2}(\boldsymbol w-\boldsymbol\mu)^\top\boldsymbol S(\boldsymbol w-\boldsymbol\mu)",
        lambda N: 0.5 * (N.w - N.mu) @ N.S @ (N.w - N.mu),
    ),
    (
        r"\frac12\|\boldsymbol{x}\|_2^2-\log\left(1+\|\boldsymbol{x}\|^2\right)",
        lambda N: 0.5 * N.x @ N.x - np.log(1 + N.x @ N.x),
    ),
    (
        r"\lambda\|w\|^2+\frac{1}{n}\sum_{i=1}^{n}\max\{0,1-y_i\langle w,x_i\rangle\}",
        lambda N: N.lam * N.w @ N.w + np.maximum(0, 1 - N.y * (N.X @ N.w)).mean(),
    ),
    (
        r"\frac{1}{n}\sum_{i=1}^{n}\log\left(1+\exp(-y_i\langle w,x_i\rangle)\right)",
        lambda N: np.logaddexp(0, -N.y * (N.X @ N.w)).mean(),
    ),
    (r"\sum_{i=1}^{n}\left|\langle w,x_i\rangle-y_i\right|", lambda N: abs(residual(N)).sum()),
    (
        r"\frac{1}{2}\alpha^\top K\alpha-\sum_i\alpha_i y_i",
        lambda N: 0.5 * N.alpha @ N.K @ N.alpha - N.alpha @ N.y,
    ),
    (
        r"\lambda\,\alpha^T K\alpha + \frac1n\sum_{i=1}^n\max\{0,1-y_i(K\alpha)_i\}",
        lambda N: N.lam * N.alpha @ N.K @ N.alpha + np.maximum(0, 1 - N.y * (N.K @ N.alpha)).mean(),
    ),
    (
        r"\sum_{i=1}^n \frac{1}{1+e^{y_i \langle w, x_i\rangle}}",
        lambda N: sig(-N.y * (N.X @ N.w)).sum(),
    ),
    (r"\|U\|_* + \|V\|_*", lambda N: np.linalg.norm(N.U, "nuc") + np.linalg.norm(N.V, "nuc")),
    (r"\|X - UV^\top\|_F", lambda N: np.linalg.norm(N.X - N.U @ N.V.T)),
    (r"\frac{1}{2}\left\Vert Xw-y\right\Vert^2", lambda N: 0.5 * residual(N) @ residual(N)),
    (r"\left.\frac{1}{2}\|w\|^2\right.", lambda N: 0.5 * N.w @ N.w),
    (
        r"\mathbf{1}^\top\log(\mathbf{1}+\exp(-y\odot Xw))",
        lambda N: np.logaddexp(0, -N.y * (N.X @ N.w)).sum(),
    ),
    (r"w^{*} = \arg\min_w \|Xw-y\|^2", lambda N: residual(N) @ residual(N)),
    (r"\sum_{i\neq j} K_{ij}(z_i-z_j)^2", lambda N: np.sum(N.K * (N.z[:, None] - N.z) ** 2)),
    (
        r"\operatorname{Tr}\left[(X-UV^T)^T(X-UV^T)\right]",
        lambda N: np.sum((N.X - N.U @ N.V.T) ** 2),
    ),
    (r"p^\top(\log p-\log q)", lambda N: N.p @ (np.log(N.p) - np.log(N.q))),
]

MORE_PYTHON: list[tuple[str, Any]] = [
    (
        "np.mean(np.log1p(np.exp(-y * X.dot(w)))) + lam * np.dot(w, w)",
        lambda N: np.logaddexp(0, -N.y * (N.X @ N.w)).mean() + N.lam * N.w @ N.w,
    ),
    (
        "np.sum(np.abs(w)) + 0.5*np.sum(np.square(X @ w - y))",
        lambda N: abs(N.w).sum() + 0.5 * residual(N) @ residual(N),
    ),
    (
        "0.5 * np.linalg.norm(X @ w - y)**2 + lam * np.linalg.norm(w, 1)",
        lambda N: 0.5 * residual(N) @ residual(N) + N.lam * abs(N.w).sum(),
    ),
    ("np.sum((X - U @ V.T)**2) / X.size", lambda N: np.mean((N.X - N.U @ N.V.T) ** 2)),
    (
        "np.trace(S @ Q) - np.linalg.slogdet(S)[1]",
        lambda N: np.trace(N.S @ N.S) - np.linalg.slogdet(N.S)[1],
    ),
    ("np.log(np.sum(np.exp(z - z.max()))) + z.max()", lambda N: sp.logsumexp(N.z)),
    ("np.average((y - X @ w)**2)", lambda N: np.mean(residual(N) ** 2)),
    ("np.var(z)", lambda N: np.var(N.z)),
    ("np.std(z)", lambda N: np.std(N.z)),
    (
        "(-(Y * jax.nn.log_softmax(X @ W, axis=-1)).sum(-1)).mean()",
        lambda N: -np.mean(np.sum(N.Y * sp.log_softmax(N.X @ N.W, axis=1), 1)),
    ),
    (
        "torch.mean(torch.relu(1 - y * (X @ w + b)))",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w + N.b)).mean(),
    ),
    ("torch.norm(w, p=1) + torch.norm(w)**2", lambda N: abs(N.w).sum() + N.w @ N.w),
    ("torch.sum(torch.abs(w)**1.5)", lambda N: np.sum(abs(N.w) ** 1.5)),
    ("F.relu(X @ W).sum()", lambda N: np.maximum(N.X @ N.W, 0).sum()),
    (
        "F.mse_loss(X @ w, y) + lam * w.pow(2).sum()",
        lambda N: np.mean(residual(N) ** 2) + N.lam * N.w @ N.w,
    ),
    ("F.logsigmoid(y * (X @ w)).sum()", lambda N: sp.log_expit(N.y * (N.X @ N.w)).sum()),
    (
        "F.softmax(X @ W, dim=1).log().mul(Y).sum()",
        lambda N: np.sum(N.Y * sp.log_softmax(N.X @ N.W, axis=1)),
    ),
    ("F.poisson_nll_loss(X @ w, q)", lambda N: np.mean(np.exp(N.X @ N.w) - N.q * (N.X @ N.w))),
    ("tf.reduce_mean(tf.square(tf.linalg.matvec(X, w) - y))", lambda N: np.mean(residual(N) ** 2)),
    ("tf.reduce_sum(tf.nn.relu(tf.matmul(X, W)))", lambda N: np.maximum(N.X @ N.W, 0).sum()),
    (
        "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=p, logits=X @ w))",
        lambda N: np.mean(np.logaddexp(0, N.X @ N.w) - N.p * (N.X @ N.w)),
    ),
    ("tf.math.squared_difference(z, y)", lambda N: (N.z - N.y) ** 2),
    ("np.einsum('i,ij,j->', w, S, w)", lambda N: N.w @ N.S @ N.w),
    ("np.inner(w, w) + np.vdot(mu, w)", lambda N: N.w @ N.w + N.mu @ N.w),
    (
        "np.sum(np.maximum(tau * z, (tau - 1) * z))",
        lambda N: np.sum(np.maximum(N.tau * N.z, (N.tau - 1) * N.z)),
    ),
    (
        "np.sum(np.where(np.abs(z) <= delta, 0.5*z**2, delta*(np.abs(z) - 0.5*delta)))",
        lambda N: sp.huber(N.delta, N.z).sum(),
    ),
    ("np.sum(X**2, axis=0) @ w", lambda N: np.sum(N.X**2, 0) @ N.w),
    ("np.sum((X - mu)**2)", lambda N: np.sum((N.X - N.mu) ** 2)),
    (
        "np.exp(-np.sum((x - mu)**2) / (2 * sigma**2))",
        lambda N: np.exp(-np.sum((N.x - N.mu) ** 2) / (2 * N.sigma**2)),
    ),
    ("np.sqrt(np.mean((y - X @ w)**2))", lambda N: np.sqrt(np.mean(residual(N) ** 2))),
    ("np.log(np.cosh(X @ w - y)).sum()", lambda N: np.log(np.cosh(residual(N))).sum()),
    ("sum(a*b for a, b in zip(w, mu))", lambda N: N.w @ N.mu),
    ("math.sqrt(sum(v_i**2 for v_i in w))", lambda N: np.linalg.norm(N.w)),
    ("np.hypot(sigma, tau)", lambda N: np.hypot(N.sigma, N.tau)),
    ("np.exp2(z).sum()", lambda N: np.exp2(N.z).sum()),
    ("np.ptp(z)", lambda N: np.ptp(N.z)),
    ("special.log_ndtr(z).sum()", lambda N: sp.log_ndtr(N.z).sum()),
    ("special.logsumexp(X @ w)", lambda N: sp.logsumexp(N.X @ N.w)),
    ("special.gammaln(p).sum()", lambda N: sp.gammaln(N.p).sum()),
    ("np.linalg.norm(X, axis=1).sum()", lambda N: np.linalg.norm(N.X, axis=1).sum()),
    ("np.linalg.norm(w, np.inf)", lambda N: abs(N.w).max()),
    ("np.prod(z, axis=0)", lambda N: np.prod(N.z)),
    ("np.cumsum(z)", lambda N: np.cumsum(N.z)),
    (
        "F.gaussian_nll_loss(X @ w, z, p)",
        lambda N: np.mean((np.log(N.p) + (N.X @ N.w - N.z) ** 2 / N.p) / 2),
    ),
]

MORE_TEXT: list[tuple[str, Any]] = [
    ("‖Xw－y‖²／（2n）＋λ‖w‖₁", lambda N: residual(N) @ residual(N) / 10 + N.lam * abs(N.w).sum()),
    ("∑ᵢ（yᵢ－wᵀxᵢ）²＋λ‖w‖²", lambda N: residual(N) @ residual(N) + N.lam * N.w @ N.w),
    (
        "1/n·Σᵢ max(0, 1 − yᵢ(w·xᵢ + b))",
        lambda N: np.maximum(0, 1 - N.y * (N.X @ N.w + N.b)).mean(),
    ),
    ("Σᵢ log(1 + e^(−yᵢ·wᵀxᵢ))", lambda N: np.logaddexp(0, -N.y * (N.X @ N.w)).sum()),
    ("‖X‖₂ − ‖X‖_F", lambda N: np.linalg.norm(N.X, 2) - np.linalg.norm(N.X)),
    ("½(x − μ)ᵀΣ⁻¹(x − μ)", lambda N: 0.5 * (N.x - N.mu) @ np.linalg.inv(N.S) @ (N.x - N.mu)),
    ("−Σᵢ pᵢ·log pᵢ", lambda N: -N.p @ np.log(N.p)),
    ("Σᵢ pᵢ log(pᵢ/qᵢ)", lambda N: N.p @ np.log(N.p / N.q)),
    ("tr(XᵀX) − log det S", lambda N: np.trace(N.X.T @ N.X) - np.linalg.slogdet(N.S)[1]),
    ("λ(‖w‖₁ − 1) + ‖w‖²", lambda N: N.lam * (abs(N.w).sum() - 1) + N.w @ N.w),
    ("μ·w − γ·wᵀΣw", lambda N: N.mu @ N.w - N.gamma * N.w @ N.S @ N.w),
    ("√(1 + ‖x‖²)", lambda N: np.sqrt(1 + N.x @ N.x)),
    (
        "∥y − Xβ∥₂² ＋ λ∥β∥₁",
        lambda N: np.sum((N.y - N.X @ N.beta) ** 2) + N.lam * abs(N.beta).sum(),
    ),
    ("y ⊙ (Xw)", lambda N: N.y * (N.X @ N.w)),
    ("Σᵢ |yᵢ − wᵀxᵢ|", lambda N: abs(residual(N)).sum()),
    ("⟨w, μ⟩ + ⟨w, w⟩", lambda N: N.w @ N.mu + N.w @ N.w),
    ("n⁻¹‖y − Xw‖²", lambda N: residual(N) @ residual(N) / 5),
    (
        "(1/2)‖w‖² ＋ C∑ᵢ max｛0，1－yᵢ（wᵀxᵢ＋b）｝",
        lambda N: 0.5 * N.w @ N.w + N.C * np.maximum(0, 1 - N.y * (N.X @ N.w + N.b)).sum(),
    ),
    ("‖X − UVᵀ‖²_F", lambda N: np.sum((N.X - N.U @ N.V.T) ** 2)),
    ("2·‖w‖·τ", lambda N: 2 * np.linalg.norm(N.w) * N.tau),
    ("(w·μ)² − w·w", lambda N: (N.w @ N.mu) ** 2 - N.w @ N.w),
    ("Xᵀ(Xw − y) + λw", lambda N: N.X.T @ residual(N) + N.lam * N.w),
    ("α·y − ½αᵀKα", lambda N: N.alpha @ N.y - 0.5 * N.alpha @ N.K @ N.alpha),
    ("sum(i, (y[i] - sum(j, X[i,j]*w[j]))^2)", lambda N: residual(N) @ residual(N)),
    ("sum(i, log(1 + exp(-y[i]*(X[i,:]*w))))", lambda N: np.logaddexp(0, -N.y * (N.X @ N.w)).sum()),
    (
        "sum(i, sum(j != i, K[i,j]*z[i]*z[j]))",
        lambda N: N.z @ N.K @ N.z - np.sum(np.diag(N.K) * N.z**2),
    ),
    ("sum(i, j, K[i,j]*(z[i]-z[j])^2)", lambda N: np.sum(N.K * (N.z[:, None] - N.z) ** 2)),
    ("max(i, abs(z[i]))", lambda N: abs(N.z).max()),
    ("sum_i z_i^2", lambda N: N.z @ N.z),
    ("sum(k, p[k]*log(p[k]/q[k]))", lambda N: N.p @ np.log(N.p / N.q)),
    ("sum(i, (X[i,:]*w - y[i])^2)/n", lambda N: np.mean(residual(N) ** 2)),
    ("logsumexp(i, z[i])", lambda N: sp.logsumexp(N.z)),
    ("mean(i, z[i]^2)", lambda N: np.mean(N.z**2)),
    ("prod(i, p[i])", lambda N: np.prod(N.p)),
    ("sum(j, X[i,j]*w[j])", lambda N: N.X @ N.w),
    ("sum(i, j, (X[i,j] - U[i,:]*V[j,:]')^2)", lambda N: np.sum((N.X - N.U @ N.V.T) ** 2)),
    (
        "-sum(i, k, Y[i,k]*log(softmax(X*W)[i,k]))",
        lambda N: -np.sum(N.Y * sp.log_softmax(N.X @ N.W, axis=1)),
    ),
    ("sum(i, sum(j, X[i,j]^2)^(1/2))", lambda N: np.linalg.norm(N.X, axis=1).sum()),
    ("tensor(i, z[i]*y[i])", lambda N: N.z * N.y),
]

MORE_REFUSED: list[tuple[str, str]] = [
    ("python", "np.average((y - X @ w)**2, weights=v)"),
    ("python", "np.var(z, ddof=1)"),
    ("python", "F.multi_margin_loss(z, y)"),
    ("python", "np.percentile(z, 50)"),
    ("python", "np.median(z)"),
    ("python", "np.cov(X)"),
    ("python", "optax.ctc_loss(X @ w, y).mean()"),
    ("python", "sklearn.metrics.roc_auc_score(p, q)"),
    ("python", "np.linalg.norm(w, 3)"),
    ("python", "np.linalg.norm(w, 0)"),
    ("python", "np.linalg.norm(X, 1)"),
    ("python", "np.linalg.norm(X, np.inf)"),
    ("text", "最小化 ‖Xw − y‖² + λ‖w‖₁"),
    ("text", "σ(wᵀx)"),
    ("text", "w₁² + w₂² + Σᵢ wᵢ"),
    ("text", "Σᵢ₌₁ⁿ (zᵢ − z̄)²"),
    ("text", "∇f(w)"),
    ("text", "∂L/∂w"),
    ("text", "‖Xw−y‖²+λ‖w‖²，其中 λ>0"),
    ("text", "sum(i, X[i,1]^2)"),
    ("text", "sum(i, U[i,:]*V[i,:]')"),
]
