# ruff: noqa: E501, RUF001 (formulas stay on one line, with the signs that people type)
r"""Formulas as pasted from lectures, papers and the documentation of libraries, with their values.

(as typed, declarations, value by NumPy); ``N("x")`` is the array of the symbol x or X.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special as sp

REFUSED = None
sg, norm = sp.expit, np.linalg.norm


def sm(z: Any) -> Any:
    return sp.softmax(z, axis=-1)


def lsm(z: Any) -> Any:
    return sp.log_softmax(z, axis=-1)


def pos(x: Any) -> Any:
    return np.maximum(x, 0)


def npdf(x: Any, m: Any, v: Any) -> Any:
    return -0.5 * np.log(2 * np.pi * v) - (x - m) ** 2 / (2 * v)


PAPERS: list[tuple[str, str, Any]] = [
    (
        r"J(\theta) = \frac{1}{2}\sum_{i=1}^{m}\left(\theta^T x^{(i)} - y^{(i)}\right)^2",
        "",
        lambda N: 0.5 * np.sum((N("x") @ N("theta") - N("y")) ** 2),
    ),
    (
        r"h(x) = \frac{1}{1+e^{-\theta^T x}} \\ \ell(\theta) = \sum_{i=1}^{m} y^{(i)} \log h(x^{(i)}) + (1-y^{(i)})\log(1-h(x^{(i)}))",
        "",
        lambda N: np.sum(
            N("y") * np.log(sg(N("x") @ N("theta")))
            + (1 - N("y")) * np.log(1 - sg(N("x") @ N("theta")))
        ),
    ),
    (
        r"-\sum_{i=1}^m \log \frac{\exp(\theta_{y^{(i)}}^T x^{(i)})}{\sum_{j=1}^k \exp(\theta_j^T x^{(i)})}",
        "",
        REFUSED,
    ),
    (
        r"\min_{w,b} \frac{1}{2}\|w\|^2 + C\sum_{i=1}^{m}\xi_i \quad \text{s.t.}\quad y^{(i)}(w^Tx^{(i)}+b)\ge 1-\xi_i",
        "",
        REFUSED,
    ),
    (
        r"\frac{1}{2}\|w\|^2 + C\sum_{i=1}^m \max\{0, 1 - y^{(i)}(w^T x^{(i)} + b)\}",
        "",
        lambda N: (
            0.5 * N("w") @ N("w") + N("C") * pos(1 - N("y") * (N("x") @ N("w") + N("b"))).sum()
        ),
    ),
    (
        r"\sum_{i=1}^m \alpha_i - \frac12 \sum_{i,j=1}^m y^{(i)}y^{(j)}\alpha_i\alpha_j \langle x^{(i)}, x^{(j)}\rangle",
        "",
        lambda N: (
            N("alpha").sum()
            - 0.5 * (N("y") * N("alpha")) @ N("x") @ N("x").T @ (N("y") * N("alpha"))
        ),
    ),
    (r"J(c,\mu) = \sum_{i=1}^{m}\|x^{(i)} - \mu_{c^{(i)}}\|^2", "", REFUSED),
    (
        r"J = \sum_{n=1}^{N}\sum_{k=1}^{K} r_{nk}\|\mathbf{x}_n - \boldsymbol\mu_k\|^2",
        "",
        lambda N: sum(
            N("r")[n, k] * np.sum((N("x")[n] - N("mu")[k]) ** 2)
            for n in range(N("r").shape[0])
            for k in range(N("r").shape[1])
        ),
    ),
    (
        r"\frac{1}{2}\sum_{n=1}^{N}\{t_n - \mathbf{w}^{\mathrm T}\boldsymbol{\phi}_n\}^2",
        "",
        lambda N: 0.5 * np.sum((N("t") - N("phi") @ N("w")) ** 2),
    ),
    (
        r"E(\mathbf{w}) = -\sum_{n=1}^{N}\{t_n\ln y_n + (1-t_n)\ln(1-y_n)\}",
        "y: vector(N) in (0,1)",
        lambda N: -np.sum(N("t") * np.log(N("y")) + (1 - N("t")) * np.log(1 - N("y"))),
    ),
    (
        r"\ln p(\mathbf{t}|\boldsymbol\theta) = -\frac{1}{2}\ln|\mathbf{C}_N| - \frac{1}{2}\mathbf{t}^{\mathrm T}\mathbf{C}_N^{-1}\mathbf{t} - \frac{N}{2}\ln(2\pi)",
        "C_N: matrix(N,N) pd",
        lambda N: (
            -0.5 * np.linalg.slogdet(N("C_N"))[1]
            - 0.5 * N("t") @ np.linalg.solve(N("C_N"), N("t"))
            - len(N("t")) / 2 * np.log(2 * np.pi)
        ),
    ),
    (
        r"\log p(\mathbf{y}|X) = -\frac{1}{2}\mathbf{y}^\top(K+\sigma_n^2 I)^{-1}\mathbf{y} - \frac{1}{2}\log|K+\sigma_n^2 I| - \frac{n}{2}\log 2\pi",
        "K: matrix(n,n) psd; sigma_n: scalar > 0",
        lambda N: (
            lambda A: (
                -0.5 * N("y") @ np.linalg.solve(A, N("y"))
                - 0.5 * np.linalg.slogdet(A)[1]
                - len(A) / 2 * np.log(2 * np.pi)
            )
        )(N("K") + N("sigma_n") ** 2 * np.eye(len(N("K")))),
    ),
    (
        r"\hat\beta^{\text{ridge}} = \operatorname*{argmin}_\beta \Bigl\{\sum_{i=1}^{N}(y_i-\beta_0-\sum_{j=1}^{p}x_{ij}\beta_j)^2 + \lambda\sum_{j=1}^{p}\beta_j^2\Bigr\}",
        "",
        lambda N: (
            np.sum((N("y") - N("beta0") - N("x") @ N("beta")) ** 2)
            + N("lam") * N("beta") @ N("beta")
        ),
    ),
    (
        r"\sum_{i=1}^N (y_i - x_i^T\beta)^2 + \lambda\sum_{j=1}^p(\alpha\beta_j^2 + (1-\alpha)|\beta_j|)",
        "",
        lambda N: (
            np.sum((N("y") - N("x") @ N("beta")) ** 2)
            + N("lam") * np.sum(N("alpha") * N("beta") ** 2 + (1 - N("alpha")) * abs(N("beta")))
        ),
    ),
    (
        r"\text{RSS}(f,\lambda)=\sum_{i=1}^{N}\{y_i-f(x_i)\}^2+\lambda\int\{f''(t)\}^2dt",
        "",
        REFUSED,
    ),
    (
        r"\frac12\|y-X\beta\|_2^2+\lambda_1\|\beta\|_1+\lambda_2\sum_{j=2}^{p}|\beta_j-\beta_{j-1}|",
        "",
        lambda N: (
            0.5 * np.sum((N("y") - N("X") @ N("beta")) ** 2)
            + N("lam1") * abs(N("beta")).sum()
            + N("lam2") * abs(np.diff(N("beta"))).sum()
        ),
    ),
    (
        r"\|L\|_* + \lambda\|S\|_1 + \frac{\mu}{2}\|M-L-S\|_F^2",
        "",
        lambda N: (
            norm(N("L"), "nuc")
            + N("lam") * abs(N("S")).sum()
            + N("mu") / 2 * norm(N("M") - N("L") - N("S")) ** 2
        ),
    ),
    (
        r"\|L\|_*+\lambda\|S\|_1+\langle Y, M-L-S\rangle+\frac{\mu}{2}\|M-L-S\|_F^2",
        "",
        lambda N: (
            norm(N("L"), "nuc")
            + N("lam") * abs(N("S")).sum()
            + np.sum(N("Y") * (N("M") - N("L") - N("S")))
            + N("mu") / 2 * norm(N("M") - N("L") - N("S")) ** 2
        ),
    ),
    (
        r"\frac12\|Ax-b\|_2^2+\lambda\|z\|_1+\frac{\rho}{2}\|x-z+u\|_2^2 - \frac\rho2\|u\|_2^2",
        "",
        lambda N: (
            0.5 * norm(N("A") @ N("x") - N("b")) ** 2
            + N("lam") * abs(N("z")).sum()
            + N("rho") / 2 * (norm(N("x") - N("z") + N("u")) ** 2 - norm(N("u")) ** 2)
        ),
    ),
    (
        r"\frac{1}{2}\|V-WH\|_F^2 + \lambda\|H\|_1",
        "",
        lambda N: 0.5 * norm(N("V") - N("W") @ N("H")) ** 2 + N("lam") * abs(N("H")).sum(),
    ),
    (
        r"\sum_{i,j}\left(V_{ij}\log\frac{V_{ij}}{(WH)_{ij}} - V_{ij} + (WH)_{ij}\right)",
        "V: matrix(m,n) > 0; W: matrix(m,r) > 0; H: matrix(r,n) > 0",
        lambda N: (lambda V, A: np.sum(V * np.log(V / A) - V + A))(N("V"), N("W") @ N("H")),
    ),
    (
        r"\sum_{(i,j)\in\Omega}(M_{ij}-u_i^\top v_j)^2 + \lambda(\|U\|_F^2+\|V\|_F^2)",
        "",
        lambda N: (
            np.sum(N("Omega") * (N("M") - N("U") @ N("V").T) ** 2)
            + N("lam") * (norm(N("U")) ** 2 + norm(N("V")) ** 2)
        ),
    ),
    (r"\frac{1}{2}\|P_\Omega(M - UV^\top)\|_F^2", "", REFUSED),
    (
        r"-\frac{1}{2}\sum_{j=1}^{J}\left(1+\log(\sigma_j^2)-\mu_j^2-\sigma_j^2\right)",
        "sigma: vector(J) > 0",
        lambda N: -0.5 * np.sum(1 + np.log(N("sigma") ** 2) - N("mu") ** 2 - N("sigma") ** 2),
    ),
    (r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{KL}(q(z|x)\|p(z))", "", REFUSED),
    (r"\mathbb{E}_{x\sim p_{data}}[\log D(x)]+\mathbb{E}_{z}[\log(1-D(G(z)))]", "", REFUSED),
    (
        r"-\frac{1}{m}\sum_{i=1}^{m}\left[\log\sigma(s_i)+\log(1-\sigma(\tilde{s}_i))\right]",
        "",
        lambda N: -np.mean(np.log(sg(N("s"))) + np.log(1 - sg(N("stilde")))),
    ),
    (
        r"-\frac1N\sum_{i=1}^N \log\frac{\exp(S_{ii}/\tau)}{\sum_{j=1}^N\exp(S_{ij}/\tau)}",
        "",
        lambda N: -np.mean(np.diag(N("S")) / N("tau") - sp.logsumexp(N("S") / N("tau"), axis=1)),
    ),
    (
        r"-\log\frac{\exp(s_{ij}/\tau)}{\sum_{k\neq i}\exp(s_{ik}/\tau)}",
        "",
        lambda N: (lambda E: -np.log(E / (E.sum(1) - np.diag(E))[:, None]))(
            np.exp(N("s") / N("tau"))
        ),
    ),
    (r"\sum_{i=1}^{N}\left[\|f_i^a-f_i^p\|_2^2-\|f_i^a-f_i^n\|_2^2+\alpha\right]_+", "", REFUSED),
    (
        r"\max(\|a-p\|_2 - \|a-n\|_2 + m, 0)",
        "a, p, n: vector(d); m: scalar",
        lambda N: pos(norm(N("a") - N("p")) - norm(N("a") - N("n")) + N("m")),
    ),
    (
        r"FL(p_t) = -\alpha_t(1-p_t)^\gamma\log(p_t)",
        "p_t: scalar in (0,1)",
        lambda N: -N("alpha_t") * (1 - N("p_t")) ** N("gamma") * np.log(N("p_t")),
    ),
    (
        r"-\frac1n\sum_{i=1}^n \left[\alpha y_i(1-p_i)^\gamma\log p_i+(1-\alpha)(1-y_i)p_i^\gamma\log(1-p_i)\right]",
        "p: vector(n) in (0,1)",
        lambda N: (
            lambda y, p, a, g: (
                -np.mean(
                    a * y * (1 - p) ** g * np.log(p) + (1 - a) * (1 - y) * p**g * np.log(1 - p)
                )
            )
        )(N("y"), N("p"), N("alpha"), N("gamma")),
    ),
    (
        r"1-\frac{2\sum_{i=1}^N p_i g_i+\epsilon}{\sum_{i=1}^N p_i^2+\sum_{i=1}^N g_i^2+\epsilon}",
        "",
        lambda N: (
            1 - (2 * N("p") @ N("g") + N("eps")) / (N("p") @ N("p") + N("g") @ N("g") + N("eps"))
        ),
    ),
    (
        r"1-\frac{\sum_i p_ig_i}{\sum_i p_ig_i+\alpha\sum_i(1-g_i)p_i+\beta\sum_i g_i(1-p_i)}",
        "",
        lambda N: (
            lambda p, g: 1 - p @ g / (p @ g + N("alpha") * (1 - g) @ p + N("beta") * g @ (1 - p))
        )(N("p"), N("g")),
    ),
    (
        r"T^2\,\mathrm{KL}(\mathrm{softmax}(z_t/T)\,\|\,\mathrm{softmax}(z_s/T))",
        "z_t, z_s: vector(k); T: scalar > 0",
        lambda N: (lambda a, b: N("T") ** 2 * np.sum(a * np.log(a / b)))(
            sm(N("z_t") / N("T")), sm(N("z_s") / N("T"))
        ),
    ),
    (
        r"-\sum_{k=1}^K\left((1-\epsilon)y_k+\frac{\epsilon}{K}\right)\log p_k",
        "p: vector(K) > 0",
        lambda N: -np.sum(((1 - N("eps")) * N("y") + N("eps") / len(N("y"))) * np.log(N("p"))),
    ),
    (
        r"-\sum_{i=1}^n\log\mathcal{N}(x_i;\mu,\sigma^2)",
        "sigma: scalar > 0",
        lambda N: -np.sum(npdf(N("x"), N("mu"), N("sigma") ** 2)),
    ),
    (
        r"-\sum_{i=1}^{n}\log\mathcal{N}(y_i\mid w^\top x_i,\sigma^2)",
        "sigma: scalar > 0",
        lambda N: -np.sum(npdf(N("y"), N("x") @ N("w"), N("sigma") ** 2)),
    ),
    (
        r"\log\mathcal{N}(x;\mu,\Sigma)",
        "Sigma: matrix(d,d) pd; x: vector(d); mu: vector(d)",
        lambda N: (
            -0.5 * (N("x") - N("mu")) @ np.linalg.solve(N("Sigma"), N("x") - N("mu"))
            - 0.5 * np.linalg.slogdet(N("Sigma"))[1]
            - len(N("x")) / 2 * np.log(2 * np.pi)
        ),
    ),
    (
        r"-\sum_{n=1}^N\log\sum_{k=1}^K\pi_k\mathcal{N}(x_n\mid\mu_k,\sigma_k^2)",
        "pi: vector(K) simplex; sigma: vector(K) > 0",
        lambda N: (
            -np.sum(np.log(np.exp(npdf(N("x")[:, None], N("mu"), N("sigma") ** 2)) @ N("pi")))
        ),
    ),
    (
        r"-\sum_{n=1}^{N}\ln\left\{\sum_{k=1}^{K}\pi_k\mathcal{N}(\mathbf x_n|\boldsymbol\mu_k,\boldsymbol\Sigma_k)\right\}",
        "",
        REFUSED,
    ),
    (
        r"\sum_{i=1}^n\left(e^{x_i^\top\beta}-y_i x_i^\top\beta+\log y_i!\right)",
        "y: vector(n) > 0",
        lambda N: (lambda e: np.sum(np.exp(e) - N("y") * e + sp.gammaln(N("y") + 1)))(
            N("x") @ N("beta")
        ),
    ),
    (
        r"L_\delta(r)=\begin{cases}\frac{1}{2}r^2&|r|\le\delta\\\delta(|r|-\frac{1}{2}\delta)&\text{otherwise}\end{cases}",
        "delta: scalar > 0",
        lambda N: sp.huber(N("delta"), N("r")),
    ),
    (r"\rho_\tau(u)=u(\tau-\mathbb{1}[u<0])", "", lambda N: N("u") * (N("tau") - (N("u") < 0))),
    (
        r"\sum_{i,j}\log(1+e^{-\sigma(s_i-s_j)})",
        "",
        lambda N: np.sum(np.log1p(np.exp(-sg(N("s")[:, None] - N("s"))))),
    ),
    (r"-\sum_{(u,i,j)\in D}\ln\sigma(\hat x_{uij})+\lambda\|\Theta\|^2", "", REFUSED),
    (
        r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        "Q: matrix(n,p); K: matrix(m,p); V: matrix(m,q); d_k: scalar > 0",
        lambda N: sm(N("Q") @ N("K").T / np.sqrt(N("d_k"))) @ N("V"),
    ),
    (
        r"\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}\odot\gamma+\beta",
        "x, gamma, beta: vector(d); eps: scalar > 0; mu: scalar; sigma: scalar > 0",
        lambda N: (N("x") - N("mu")) / np.sqrt(N("sigma") ** 2 + N("eps")) * N("gamma") + N("beta"),
    ),
    (
        r"-\frac{1}{N}\sum_{i=1}^N\sum_{c=1}^C y_{ic}\log p_{ic}+\frac{\lambda}{2}\|W\|_F^2",
        "p: matrix(N,C) > 0; W: matrix(d,C)",
        lambda N: -np.sum(N("y") * np.log(N("p"))) / len(N("y")) + N("lam") / 2 * norm(N("W")) ** 2,
    ),
    (
        r"\|X W-Y\|_F^2+\lambda\|W\|_{2,1}",
        "",
        lambda N: norm(N("X") @ N("W") - N("Y")) ** 2 + N("lam") * norm(N("W"), axis=1).sum(),
    ),
    (
        r"\frac12\|x-y\|_2^2+\lambda\sum_{i=1}^{n-1}|x_{i+1}-x_i|",
        "",
        lambda N: 0.5 * norm(N("x") - N("y")) ** 2 + N("lam") * abs(np.diff(N("x"))).sum(),
    ),
    (
        r"\begin{aligned} L(w) &= \frac{1}{2n}\|Xw-y\|_2^2 \\ &\quad + \lambda\|w\|_1 \end{aligned}",
        "",
        lambda N: (
            norm(N("X") @ N("w") - N("y")) ** 2 / (2 * len(N("y"))) + N("lam") * abs(N("w")).sum()
        ),
    ),
    (
        r"\begin{align*} J(w,b) = &\frac{1}{m}\sum_{i=1}^m \max(0,1-y_i(w^Tx_i+b)) \\ &+\lambda\|w\|_2^2 \tag{1}\end{align*}",
        "",
        lambda N: (
            np.mean(pos(1 - N("y") * (N("x") @ N("w") + N("b")))) + N("lam") * N("w") @ N("w")
        ),
    ),
    (
        r"\operatorname*{minimize}_{x\in\mathbb{R}^n}\;\frac12 x^\mathsf{T}Px+q^\mathsf{T}x",
        "P: matrix(n,n) psd",
        lambda N: 0.5 * N("x") @ N("P") @ N("x") + N("q") @ N("x"),
    ),
    (
        r"t\,c^Tx-\sum_{i=1}^m\log(b_i-a_i^Tx)",
        "",
        lambda N: N("t") * N("c") @ N("x") - np.sum(np.log(N("b") - N("a") @ N("x"))),
    ),
    (
        r"-\log\det\Theta+\operatorname{Tr}(S\Theta)+\lambda\sum_{i\neq j}|\Theta_{ij}|",
        "Theta: matrix(d,d) pd",
        lambda N: (
            -np.linalg.slogdet(N("Theta"))[1]
            + np.trace(N("S") @ N("Theta"))
            + N("lam") * (abs(N("Theta")).sum() - np.trace(abs(N("Theta"))))
        ),
    ),
    (
        r"\frac{w^TS_Bw}{w^TS_Ww}",
        "S_B: matrix(d,d) psd; S_W: matrix(d,d) pd",
        lambda N: N("w") @ N("S_B") @ N("w") / (N("w") @ N("S_W") @ N("w")),
    ),
    (
        r"\frac12\sum_{i,j=1}^n W_{ij}(f_i-f_j)^2",
        "",
        lambda N: 0.5 * np.sum(N("W") * (N("f")[:, None] - N("f")) ** 2),
    ),
    (
        r"\sum_{i\neq j}p_{ij}\log\frac{p_{ij}}{q_{ij}}",
        "p: matrix(n,n) > 0; q: matrix(n,n) > 0",
        lambda N: (lambda A: A.sum() - np.trace(A))(N("p") * np.log(N("p") / N("q"))),
    ),
    (
        r"\sum_{i<j}(\|x_i-x_j\|_2-d_{ij})^2",
        "",
        lambda N: sum(
            (norm(N("x")[i] - N("x")[j]) - N("d")[i, j]) ** 2
            for j in range(len(N("x")))
            for i in range(j)
        ),
    ),
    (
        r"\left\lVert Y - XB \right\rVert_{F}^{2} + \lambda \left\lVert B \right\rVert_{*}",
        "",
        lambda N: norm(N("Y") - N("X") @ N("B")) ** 2 + N("lam") * norm(N("B"), "nuc"),
    ),
    (
        r"\sum_i(1-C_{ii})^2+\lambda\sum_i\sum_{j\ne i}C_{ij}^2",
        "",
        lambda N: (
            np.sum((1 - np.diag(N("C"))) ** 2)
            + N("lam") * (np.sum(N("C") ** 2) - np.sum(np.diag(N("C")) ** 2))
        ),
    ),
    (
        r"-\sum_{i=1}^n\delta_i\left(x_i^\top\beta-\log\sum_{j\in R_i}e^{x_j^\top\beta}\right)",
        "",
        lambda N: (lambda e: -np.sum(N("delta") * (e - np.log(N("R") @ np.exp(e)))))(
            N("x") @ N("beta")
        ),
    ),
    (
        r"-\sum_{i=1}^n\delta_i\left(x_i^\top\beta-\log\sum_{j:t_j\ge t_i}e^{x_j^\top\beta}\right)",
        "",
        lambda N: (
            lambda e: (
                -np.sum(N("delta") * (e - np.log((N("t")[None, :] >= N("t")[:, None]) @ np.exp(e))))
            )
        )(N("x") @ N("beta")),
    ),
    (
        r"-\sum_{i=1}^n\left[\log k-k\log\lambda+(k-1)\log x_i-(x_i/\lambda)^k\right]",
        "k: scalar > 0; lam: scalar > 0; x: vector(n) > 0",
        lambda N: (
            -np.sum(
                np.log(N("k"))
                - N("k") * np.log(N("lam"))
                + (N("k") - 1) * np.log(N("x"))
                - (N("x") / N("lam")) ** N("k")
            )
        ),
    ),
    (
        r"\frac{\nu+1}{2}\sum_{i=1}^n\log\left(1+\frac{(y_i-w^Tx_i)^2}{\nu\sigma^2}\right)",
        "nu: scalar > 0; sigma: scalar > 0",
        lambda N: (
            (N("nu") + 1)
            / 2
            * np.sum(np.log1p((N("y") - N("x") @ N("w")) ** 2 / N("nu") / N("sigma") ** 2))
        ),
    ),
    (r"\frac1n\sum_{i=1}^n\left(-z_{i,y_i}+\log\sum_{j}e^{z_{ij}}\right)", "", REFUSED),
    (
        r"\langle T,C\rangle_F+\epsilon\sum_{i,j}T_{ij}(\log T_{ij}-1)",
        "T: matrix(n,m) > 0; C: matrix(n,m)",
        lambda N: np.sum(N("T") * N("C")) + N("eps") * np.sum(N("T") * (np.log(N("T")) - 1)),
    ),
    (
        r"-\sum_{i\ne j}w_{ij}\left[\beta_i-\log(e^{\beta_i}+e^{\beta_j})\right]",
        "",
        lambda N: (
            -sum(
                N("w")[i, j] * (N("beta")[i] - np.logaddexp(N("beta")[i], N("beta")[j]))
                for i in range(len(N("beta")))
                for j in range(len(N("beta")))
                if i != j
            )
        ),
    ),
    (
        r"-\log\sigma\left(\beta\log\frac{p_w}{q_w}-\beta\log\frac{p_l}{q_l}\right)",
        "p_w, q_w, p_l, q_l: scalar > 0",
        lambda N: (
            -np.log(sg(N("beta") * (np.log(N("p_w") / N("q_w")) - np.log(N("p_l") / N("q_l")))))
        ),
    ),
    (
        r"\frac1n\sum_{i=1}^n\min\left(r_iA_i,\operatorname{clip}(r_i,1-\epsilon,1+\epsilon)A_i\right)",
        "",
        lambda N: np.mean(
            np.minimum(
                N("r") * N("A"), np.minimum(np.maximum(N("r"), 1 - N("eps")), 1 + N("eps")) * N("A")
            )
        ),
    ),
    (
        r"\|\epsilon-\epsilon_\theta(\sqrt{\bar\alpha_t}x_0+\sqrt{1-\bar\alpha_t}\epsilon,t)\|^2",
        "",
        REFUSED,
    ),
    (r"\sum_i\max(0,1-y_i\hat y_i)^2", "", lambda N: np.sum(pos(1 - N("y") * N("yhat")) ** 2)),
    (
        r"1-\frac{u\cdot v}{\|u\|\|v\|}",
        "u, v: vector(d)",
        lambda N: 1 - N("u") @ N("v") / norm(N("u")) / norm(N("v")),
    ),
    (
        r"\frac1n\|y-K\alpha\|^2+\lambda\alpha^\top K\alpha",
        "",
        lambda N: (
            norm(N("y") - N("K") @ N("alpha")) ** 2 / len(N("y"))
            + N("lam") * N("alpha") @ N("K") @ N("alpha")
        ),
    ),
    # python
    (
        "np.mean(np.log1p(np.exp(-y * (X @ w + b)))) + 0.5 * lam * np.sum(w**2)",
        "",
        lambda N: (
            np.mean(np.log1p(np.exp(-N("y") * (N("X") @ N("w") + N("b")))))
            + 0.5 * N("lam") * N("w") @ N("w")
        ),
    ),
    (
        "-np.mean(y*np.log(sigmoid(X@w)) + (1-y)*np.log(1-sigmoid(X@w)))",
        "",
        lambda N: (lambda p: -np.mean(N("y") * np.log(p) + (1 - N("y")) * np.log(1 - p)))(
            sg(N("X") @ N("w"))
        ),
    ),
    (
        "np.linalg.norm(A @ x - b)**2 + lam * np.linalg.norm(x, 1)",
        "",
        lambda N: norm(N("A") @ N("x") - N("b")) ** 2 + N("lam") * abs(N("x")).sum(),
    ),
    (
        "0.5*np.sum((Y - U @ V.T)**2 * M) + lam*(np.linalg.norm(U,'fro')**2 + np.linalg.norm(V,'fro')**2)",
        "",
        lambda N: (
            0.5 * np.sum((N("Y") - N("U") @ N("V").T) ** 2 * N("M"))
            + N("lam") * (norm(N("U")) ** 2 + norm(N("V")) ** 2)
        ),
    ),
    ("np.einsum('ij,j,i->', A, x, y)", "", lambda N: N("y") @ N("A") @ N("x")),
    ("np.einsum('ij,ij->i', X, X).sum()", "", lambda N: np.sum(N("X") ** 2)),
    (
        "np.linalg.slogdet(S)[1] + np.trace(np.linalg.inv(S) @ C)",
        "S: matrix(d,d) pd",
        lambda N: np.linalg.slogdet(N("S"))[1] + np.trace(np.linalg.solve(N("S"), N("C"))),
    ),
    ("np.sum(np.abs(np.diff(x)))", "", lambda N: abs(np.diff(N("x"))).sum()),
    (
        "np.abs(np.diff(X, axis=0)).sum() + np.abs(np.diff(X, axis=1)).sum()",
        "",
        lambda N: abs(np.diff(N("X"), axis=0)).sum() + abs(np.diff(N("X"), axis=1)).sum(),
    ),
    ("np.max(np.diff(x))", "", lambda N: np.diff(N("x")).max()),
    (
        "np.sum(np.diff(x)**2) + np.sum(np.diff(x, n=2)**2)",
        "",
        lambda N: np.sum(np.diff(N("x")) ** 2) + np.sum(np.diff(N("x"), n=2) ** 2),
    ),
    (
        "def dice(p, t, eps=1e-6):\n    inter = (p * t).sum()\n    return 1 - (2*inter + eps)/(p.sum() + t.sum() + eps)",
        "",
        lambda N: (
            1 - (2 * np.sum(N("p") * N("t")) + N("eps")) / (N("p").sum() + N("t").sum() + N("eps"))
        ),
    ),
    (
        "np.maximum(0, np.sum((a-p)**2, axis=1) - np.sum((a-n)**2, axis=1) + margin).mean()",
        "",
        lambda N: np.mean(
            pos(np.sum((N("a") - N("p")) ** 2, 1) - np.sum((N("a") - N("n")) ** 2, 1) + N("margin"))
        ),
    ),
    (
        "np.mean(y * d**2 + (1 - y) * np.maximum(0, margin - d)**2)",
        "",
        lambda N: np.mean(N("y") * N("d") ** 2 + (1 - N("y")) * pos(N("margin") - N("d")) ** 2),
    ),
    (
        "T**2 * np.sum(special.softmax(zt/T) * (special.log_softmax(zt/T) - special.log_softmax(zs/T)))",
        "T: scalar > 0; zt, zs: vector(k)",
        lambda N: (lambda a, b: N("T") ** 2 * np.sum(a * np.log(a / b)))(
            sm(N("zt") / N("T")), sm(N("zs") / N("T"))
        ),
    ),
    (
        "np.linalg.eigvalsh(S)[-1] + np.linalg.svd(A, compute_uv=False).sum() + np.linalg.norm(A, 2)",
        "S: matrix(d,d) symmetric; A: matrix(n,d)",
        lambda N: np.linalg.eigvalsh(N("S"))[-1] + norm(N("A"), "nuc") + norm(N("A"), 2),
    ),
    (
        "b @ np.linalg.solve(S, b) + np.log(np.linalg.det(S))",
        "S: matrix(d,d) pd",
        lambda N: N("b") @ np.linalg.solve(N("S"), N("b")) + np.log(np.linalg.det(N("S"))),
    ),
    (
        "np.log(np.sum(np.exp(z - z.max()))) + z.max() - z @ y",
        "",
        lambda N: sp.logsumexp(N("z")) - N("z") @ N("y"),
    ),
    ("np.trace(np.linalg.matrix_power(A, 2)) + np.linalg.cond(A)", "", REFUSED),
    ("np.einsum('ik,jk,ij->', U, V, M)", "", lambda N: np.sum(N("M") * (N("U") @ N("V").T))),
    # unicode, text
    (
        "½‖Xw − y‖² + λ‖w‖₁",
        "",
        lambda N: 0.5 * norm(N("X") @ N("w") - N("y")) ** 2 + N("lam") * abs(N("w")).sum(),
    ),
    (
        "Σᵢ log(1 + exp(−yᵢ·(xᵢᵀw + b))) + ½λ‖w‖²",
        "",
        lambda N: (
            np.sum(np.log1p(np.exp(-N("y") * (N("x") @ N("w") + N("b")))))
            + 0.5 * N("lam") * N("w") @ N("w")
        ),
    ),
    (
        "‖L‖_* + λ‖S‖₁ + (μ/2)‖M − L − S‖²_F",
        "",
        lambda N: (
            norm(N("L"), "nuc")
            + N("lam") * abs(N("S")).sum()
            + N("mu") / 2 * norm(N("M") - N("L") - N("S")) ** 2
        ),
    ),
    (
        "tr(ΘS) − log det Θ + λ‖Θ‖₁",
        "Theta: matrix(d,d) pd",
        lambda N: (
            np.trace(N("Theta") @ N("S"))
            - np.linalg.slogdet(N("Theta"))[1]
            + N("lam") * abs(N("Theta")).sum()
        ),
    ),
    ("-Σₖ pₖ log pₖ", "p: vector(K) > 0", lambda N: -N("p") @ np.log(N("p"))),
    ("Σ_{i<j} (xᵢ − xⱼ)²", "", lambda N: np.sum((N("x")[:, None] - N("x")) ** 2) / 2),
    (
        "norm(X*w - y)^2/(2*n) + lam*norm(w,1)",
        "",
        lambda N: (
            norm(N("X") @ N("w") - N("y")) ** 2 / 2 / len(N("y")) + N("lam") * abs(N("w")).sum()
        ),
    ),
    ("w'*diff(x)", "", lambda N: N("w")[: len(N("x")) - 1] @ np.diff(N("x"))),
    ("max(diff(x))", "", lambda N: np.diff(N("x")).max()),
    (
        "1/n sum_i log(1+exp(-y_i w^T x_i))",
        "",
        lambda N: np.mean(np.log1p(np.exp(-N("y") * (N("x") @ N("w"))))),
    ),
    (
        "||y - X beta||^2 + lambda ||beta||^2",
        "",
        lambda N: norm(N("y") - N("X") @ N("beta")) ** 2 + N("lam") * N("beta") @ N("beta"),
    ),
    (
        "sum((y - X*w).^2)/(2*sigma^2) + n*log(sigma)",
        "sigma: scalar > 0",
        lambda N: (
            np.sum((N("y") - N("X") @ N("w")) ** 2) / 2 / N("sigma") ** 2
            + len(N("y")) * np.log(N("sigma"))
        ),
    ),
    (
        "sumlargest(abs(X*w - y), 3)/3",
        "",
        lambda N: np.sort(abs(N("X") @ N("w") - N("y")))[-3:].mean(),
    ),
    (
        "−log 𝒩(x; μ, σ²)",
        "sigma: scalar > 0; x: scalar; mu: scalar",
        lambda N: -npdf(N("x"), N("mu"), N("sigma") ** 2),
    ),
]

LIBRARIES: list[tuple[str, str, Any]] = [
    # optax / torch / keras / sklearn, as in docs
    (
        "np.mean(np.where(np.abs(r) <= delta, 0.5*r**2, delta*(np.abs(r) - 0.5*delta)))",
        "delta: scalar > 0",
        lambda N: np.mean(sp.huber(N("delta"), N("r"))),
    ),
    (
        "huber(y - X@w, delta).mean()",
        "delta: scalar > 0; X: matrix(n,d)",
        lambda N: np.mean(sp.huber(N("delta"), N("y") - N("X") @ N("w"))),
    ),
    (
        "np.where(np.abs(x - y) < beta, 0.5*(x - y)**2/beta, np.abs(x - y) - 0.5*beta).mean()",
        "beta: scalar > 0; x, y: vector(n)",
        lambda N: np.mean(sp.huber(N("beta"), N("x") - N("y")) / N("beta")),
    ),
    (
        "F.smooth_l1_loss(input, target, beta=0.5)",
        "input, target: vector(n)",
        lambda N: np.mean(sp.huber(0.5, N("input") - N("target")) / 0.5),
    ),
    (
        "F.huber_loss(input, target, delta=1.5)",
        "input, target: vector(n)",
        lambda N: np.mean(sp.huber(1.5, N("input") - N("target"))),
    ),
    (
        "np.mean(np.log(np.cosh(y_pred - y_true)))",
        "y_pred, y_true: vector(n)",
        lambda N: np.mean(np.log(np.cosh(N("y_pred") - N("y_true")))),
    ),
    (
        "np.mean(x + softplus(-2*x) - np.log(2))",
        "x: vector(n)",
        lambda N: np.mean(np.log(np.cosh(N("x")))),
    ),
    (
        "np.mean(y_pred - y_true * np.log(y_pred + eps))",
        "y_pred: vector(n) > 0; y_true: vector(n); eps: scalar > 0",
        lambda N: np.mean(N("y_pred") - N("y_true") * np.log(N("y_pred") + N("eps"))),
    ),
    (
        "F.poisson_nll_loss(z, t)",
        "z, t: vector(n)",
        lambda N: np.mean(np.exp(N("z")) - N("t") * N("z")),
    ),
    (
        "F.kl_div(log_q, p, reduction='sum')",
        "log_q, p: vector(n) > 0",
        lambda N: np.sum(N("p") * (np.log(N("p")) - N("log_q"))),
    ),
    (
        "F.kl_div(log_q, p, reduction='batchmean')",
        "log_q: matrix(n,k); p: matrix(n,k) > 0",
        lambda N: np.sum(N("p") * (np.log(N("p")) - N("log_q"))) / len(N("p")),
    ),
    (
        "1 - F.cosine_similarity(a, b, dim=0)",
        "a, b: vector(d)",
        lambda N: 1 - N("a") @ N("b") / norm(N("a")) / norm(N("b")),
    ),
    (
        "-np.sum(a*b)/(np.linalg.norm(a)*np.linalg.norm(b))",
        "a, b: vector(d)",
        lambda N: -N("a") @ N("b") / norm(N("a")) / norm(N("b")),
    ),
    (
        "np.mean(np.maximum(1 - y_true * y_pred, 0)**2)",
        "y_true, y_pred: vector(n)",
        lambda N: np.mean(pos(1 - N("y_true") * N("y_pred")) ** 2),
    ),
    (
        "np.mean(np.square(np.maximum(1. - y_true * y_pred, 0.)))",
        "",
        lambda N: np.mean(pos(1 - N("y_true") * N("y_pred")) ** 2),
    ),
    (
        "-alpha * (1 - p_t)**gamma * np.log(p_t)",
        "p_t: scalar in (0,1)",
        lambda N: -N("alpha") * (1 - N("p_t")) ** N("gamma") * np.log(N("p_t")),
    ),
    (
        "def sigmoid_focal_loss(inputs, targets, alpha, gamma):\n    p = torch.sigmoid(inputs)\n    ce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction='none')\n    p_t = p * targets + (1 - p) * (1 - targets)\n    loss = ce_loss * ((1 - p_t) ** gamma)\n    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)\n    loss = alpha_t * loss\n    return loss.mean()",
        "inputs, targets: vector(n)",
        lambda N: (
            lambda z, t, a, g: (
                lambda p: np.mean(
                    (a * t + (1 - a) * (1 - t))
                    * (np.logaddexp(0, z) - t * z)
                    * (1 - (p * t + (1 - p) * (1 - t))) ** g
                )
            )(sg(z))
        )(N("inputs"), N("targets"), N("alpha"), N("gamma")),
    ),
    (
        "1 - (2*np.sum(y_true*y_pred) + smooth)/(np.sum(y_true) + np.sum(y_pred) + smooth)",
        "y_true, y_pred: vector(n)",
        lambda N: (
            1
            - (2 * N("y_true") @ N("y_pred") + N("smooth"))
            / (N("y_true").sum() + N("y_pred").sum() + N("smooth"))
        ),
    ),
    (
        "F.triplet_margin_loss(a, p, n, margin=1.0)",
        "a, p, n: matrix(m,d)",
        lambda N: np.mean(pos(1 + norm(N("a") - N("p"), axis=1) - norm(N("a") - N("n"), axis=1))),
    ),
    (
        "np.mean(np.maximum(np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1) + margin, 0))",
        "",
        lambda N: np.mean(
            pos(norm(N("a") - N("p"), axis=1) - norm(N("a") - N("n"), axis=1) + N("margin"))
        ),
    ),
    (
        "np.mean(np.maximum(q*(y - f), (q - 1)*(y - f)))",
        "y, f: vector(n)",
        lambda N: np.mean(np.maximum(N("q") * (N("y") - N("f")), (N("q") - 1) * (N("y") - N("f")))),
    ),
    (
        "mean_pinball_loss(y_true, y_pred, alpha=0.9)",
        "y_true, y_pred: vector(n)",
        lambda N: (lambda u: np.mean(np.maximum(0.9 * u, -0.1 * u)))(N("y_true") - N("y_pred")),
    ),
    (
        "1 - (np.sum(y*p) + eps)/(np.sum(y*p) + alpha*np.sum((1-y)*p) + beta*np.sum(y*(1-p)) + eps)",
        "y, p: vector(n)",
        lambda N: (
            lambda y, p: (
                1
                - (y @ p + N("eps"))
                / (y @ p + N("alpha") * (1 - y) @ p + N("beta") * y @ (1 - p) + N("eps"))
            )
        )(N("y"), N("p")),
    ),
    (
        "F.binary_cross_entropy_with_logits(z, t)",
        "z, t: vector(n)",
        lambda N: np.mean(np.logaddexp(0, N("z")) - N("t") * N("z")),
    ),
    (
        "np.mean(np.maximum(z, 0) - z*t + np.log1p(np.exp(-np.abs(z))))",
        "z, t: vector(n)",
        lambda N: np.mean(np.logaddexp(0, N("z")) - N("t") * N("z")),
    ),
    (
        "-np.sum(((1 - eps)*y + eps/K) * log_softmax(z))",
        "y, z: vector(k); K: scalar > 0",
        lambda N: -np.sum(((1 - N("eps")) * N("y") + N("eps") / N("K")) * lsm(N("z"))),
    ),
    (
        "np.mean(y*d**2 + (1 - y)*np.maximum(margin - d, 0)**2)",
        "y, d: vector(n)",
        lambda N: np.mean(N("y") * N("d") ** 2 + (1 - N("y")) * pos(N("margin") - N("d")) ** 2),
    ),
    (
        "optax.softmax_cross_entropy(logits, labels)",
        "logits, labels: vector(k)",
        lambda N: -np.sum(N("labels") * lsm(N("logits"))),
    ),
    (
        "optax.sigmoid_binary_cross_entropy(logits, labels).mean()",
        "logits, labels: vector(n)",
        lambda N: np.mean(np.logaddexp(0, N("logits")) - N("labels") * N("logits")),
    ),
    (
        "optax.l2_loss(preds, targets).sum()",
        "preds, targets: vector(n)",
        lambda N: 0.5 * np.sum((N("preds") - N("targets")) ** 2),
    ),
    (
        "optax.squared_error(preds, targets).mean()",
        "preds, targets: vector(n)",
        lambda N: np.mean((N("preds") - N("targets")) ** 2),
    ),
    (
        "optax.huber_loss(preds, targets, delta=1.0).mean()",
        "preds, targets: vector(n)",
        lambda N: np.mean(sp.huber(1, N("preds") - N("targets"))),
    ),
    (
        "optax.log_cosh(preds, targets).mean()",
        "preds, targets: vector(n)",
        lambda N: np.mean(np.log(np.cosh(N("preds") - N("targets")))),
    ),
    (
        "optax.hinge_loss(preds, targets).mean()",
        "preds, targets: vector(n)",
        lambda N: np.mean(pos(1 - N("preds") * N("targets"))),
    ),
    (
        "optax.kl_divergence(log_p, t)",
        "log_p: vector(k); t: vector(k) > 0",
        lambda N: np.sum(N("t") * (np.log(N("t")) - N("log_p"))),
    ),
    (
        "optax.cosine_distance(a, b)",
        "a, b: vector(d)",
        lambda N: 1 - N("a") @ N("b") / norm(N("a")) / norm(N("b")),
    ),
    ("keras.losses.MeanSquaredError()(y_true, y_pred)", "y_true, y_pred: vector(n)", REFUSED),
    (
        "keras.losses.mean_squared_error(y_true, y_pred)",
        "y_true, y_pred: vector(n)",
        lambda N: np.mean((N("y_true") - N("y_pred")) ** 2),
    ),
    (
        "tf.keras.losses.log_cosh(y_true, y_pred)",
        "y_true, y_pred: vector(n)",
        lambda N: np.mean(np.log(np.cosh(N("y_true") - N("y_pred")))),
    ),
    (
        "tf.keras.losses.poisson(y_true, y_pred)",
        "y_true: vector(n); y_pred: vector(n) > 0",
        lambda N: np.mean(N("y_pred") - N("y_true") * np.log(N("y_pred"))),
    ),
    (
        "tf.keras.losses.squared_hinge(y_true, y_pred)",
        "y_true, y_pred: vector(n)",
        lambda N: np.mean(pos(1 - N("y_true") * N("y_pred")) ** 2),
    ),
    (
        "tf.keras.losses.hinge(y_true, y_pred)",
        "y_true, y_pred: vector(n)",
        lambda N: np.mean(pos(1 - N("y_true") * N("y_pred"))),
    ),
    (
        "F.margin_ranking_loss(x1, x2, y, margin=0.5)",
        "x1, x2, y: vector(n)",
        lambda N: np.mean(pos(-N("y") * (N("x1") - N("x2")) + 0.5)),
    ),
    (
        "F.soft_margin_loss(x, y)",
        "x, y: vector(n)",
        lambda N: np.mean(np.log1p(np.exp(-N("y") * N("x")))),
    ),
    (
        "F.gaussian_nll_loss(mu, y, var)",
        "mu, y: vector(n); var: vector(n) > 0",
        lambda N: 0.5 * np.mean(np.log(N("var")) + (N("mu") - N("y")) ** 2 / N("var")),
    ),
    ("nn.CrossEntropyLoss()(logits, y)", "", REFUSED),
    ("F.l1_loss(x, y, reduction='sum')", "x, y: vector(n)", lambda N: abs(N("x") - N("y")).sum()),
    ("F.mse_loss(x, y, reduction='none')", "x, y: vector(n)", lambda N: (N("x") - N("y")) ** 2),
    (
        "sklearn.metrics.log_loss(y, p)",
        "y: vector(n); p: vector(n) in (0,1)",
        lambda N: -np.mean(N("y") * np.log(N("p")) + (1 - N("y")) * np.log(1 - N("p"))),
    ),
    (
        "np.mean(2*(y*np.log(y/mu) - (y - mu)))",
        "y, mu: vector(n) > 0",
        lambda N: np.mean(2 * (N("y") * np.log(N("y") / N("mu")) - N("y") + N("mu"))),
    ),
    (
        "mean_squared_log_error(y_true, y_pred)",
        "y_true, y_pred: vector(n) > 0",
        lambda N: np.mean((np.log1p(N("y_true")) - np.log1p(N("y_pred"))) ** 2),
    ),
    (
        "np.mean(np.abs((y - p)/y))",
        "y, p: vector(n)",
        lambda N: np.mean(abs((N("y") - N("p")) / N("y"))),
    ),
    (
        "-np.mean(y*np.log(p + 1e-12) + (1 - y)*np.log(1 - p + 1e-12))",
        "y: vector(n); p: vector(n) in (0,1)",
        lambda N: (
            -np.mean(N("y") * np.log(N("p") + 1e-12) + (1 - N("y")) * np.log(1 - N("p") + 1e-12))
        ),
    ),
    (
        "torch.nn.functional.kl_div(F.log_softmax(s/T, dim=1), F.softmax(t/T, dim=1), reduction='batchmean') * T**2",
        "s, t: matrix(n,k); T: scalar > 0",
        lambda N: (lambda p: N("T") ** 2 * np.sum(p * (np.log(p) - lsm(N("s") / N("T")))) / len(p))(
            sp.softmax(N("t") / N("T"), axis=1)
        ),
    ),
    (
        "np.mean(logsumexp(Z, axis=1) - np.sum(Y*Z, axis=1))",
        "",
        lambda N: np.mean(sp.logsumexp(N("Z"), axis=1) - np.sum(N("Y") * N("Z"), axis=1)),
    ),
]
