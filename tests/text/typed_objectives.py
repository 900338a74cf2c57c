# ruff: noqa: E501, RUF001 (formulas stay on one line, with the signs that people type)
r"""Objectives as they are typed in papers, on slides, in homework, posts and code.

READ: (as typed, the same in the text dialect, declarations).  NOTED: (as typed, the same, part of
the note that must say how it was read).  REFUSED: (as typed, the characters under the caret, the
repair that is offered or "").
"""

from __future__ import annotations

XYW = "X: matrix(n, d); y: vector(n); w: vector(d)"
AB = "A: matrix(n, d); x: vector(d); b: vector(n)"

# -- papers and slides -----------------------------------------------------------------------------

PAPERS = [
    (r"\frac{1}{2}\|Xw-y\|_2^2", "norm2(X*w - y)^2/2", XYW),
    (
        r"\frac12\lVert Xw-y\rVert_2^2 + \lambda\lVert w\rVert_1",
        "norm2(X*w - y)^2/2 + lam*norm1(w)",
        XYW,
    ),
    (
        r"\min_{w\in\mathbb{R}^d}\ \frac{1}{n}\sum_{i=1}^n \max(0, 1-y_i\langle w, x_i\rangle) + \frac{\lambda}{2}\|w\|_2^2",
        "mean(max(0, 1 - y.*(X*w))) + lam/2*norm2(w)^2",
        XYW,
    ),
    (
        r"\underset{w}{\operatorname{argmin}}\; \|y - Xw\|^2 + \lambda\|w\|_1",
        "norm2(y - X*w)^2 + lam*norm1(w)",
        XYW,
    ),
    (r"\hat{w} = \arg\min_{w} \sum_{i=1}^n (y_i - x_i^T w)^2", "norm2(y - X*w)^2", XYW),
    (
        r"\hat\beta = \operatorname*{arg\,min}_{\beta}\|y - X\beta\|_2^2",
        "norm2(y - X*beta)^2",
        "X: matrix(n, d); y: vector(n); beta: vector(d)",
    ),
    (
        r"\mathcal{L}(\mathbf{w}) = \frac{1}{n}\|\mathbf{y}-\mathbf{X}\mathbf{w}\|_2^2 + \lambda \mathbf{w}^{\mathsf{T}}\mathbf{w}",
        "norm2(y - X*w)^2/n + lam*norm2(w)^2",
        XYW,
    ),
    (r"\sum_{i=1}^n \log(1+e^{-y_i x_i^\top w})", "sum(log(1 + exp(-y.*(X*w))))", XYW),
    (
        r"-\sum_{i=1}^n \left[y_i\log\sigma(w^Tx_i) + (1-y_i)\log(1-\sigma(w^Tx_i))\right]",
        "-sum(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))",
        XYW,
    ),
    (r"\sum_{i=1}^n [1 - y_i w^\top x_i]_+", "sum(relu(1 - y.*(X*w)))", XYW),
    (
        r"\frac{1}{2}\|w\|^2 + C\sum_{i=1}^n (1 - y_i w^\top x_i)_+",
        "norm2(w)^2/2 + C*sum(relu(1 - y.*(X*w)))",
        XYW + "; C: scalar",
    ),
    (r"\sum_{i=1}^n \left(e^{x_i^\top w} - y_i x_i^\top w\right)", "sum(exp(X*w) - y.*(X*w))", XYW),
    (
        r"-\log\det(\Theta) + \mathrm{tr}(S\Theta) + \lambda\|\Theta\|_1",
        "-logdet(Theta) + tr(S*Theta) + lam*sum(abs(Theta))",
        "Theta: matrix(d, d) pd; S: matrix(d, d)",
    ),
    (
        r"\frac{n}{2}\log(2\pi\sigma^2) + \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i-\mu)^2",
        "n/2*log(2*pi*sigma^2) + 1/(2*sigma^2)*sum((x - mu).^2)",
        "x: vector(n); sigma: scalar > 0; mu: scalar",
    ),
    (
        r"\frac12 \log|\Sigma| + \frac12 (x-\mu)^\top\Sigma^{-1}(x-\mu)",
        "logdet(Sigma)/2 + (x - mu)'*inv(Sigma)*(x - mu)/2",
        "Sigma: matrix(d, d) pd; x, mu: vector(d)",
    ),
    (r"\|X - WH\|_F^2", "normF(X - W*H)^2", "X: matrix(n, m); W: matrix(n, k); H: matrix(k, m)"),
    (
        r"\frac{1}{2}\left\| Y - XB \right\|_{F}^{2} + \gamma\|B\|_{*}",
        "normF(Y - X*B)^2/2 + gamma*nucnorm(B)",
        "Y: matrix(n, k); X: matrix(n, d); B: matrix(d, k)",
    ),
    (r"\lambda_{\max}(A^\top A)", "lambda_max(A'*A)", "A: matrix(n, d)"),
    (r"\|A\|_{\mathrm{op}} + \|A\|_{F}", "specnorm(A) + normF(A)", "A: matrix(n, d)"),
    (r"\frac{x^\top A x}{x^\top x}", "x'*A*x/(x'*x)", "A: matrix(d, d); x: vector(d)"),
    (r"\log\sum_{i=1}^n e^{x_i}", "log(sum(exp(x)))", "x: vector(n)"),
    (
        r"-\sum_k y_k \log \frac{\exp(z_k)}{\sum_j \exp(z_j)}",
        "-sum(y.*log(exp(z)/sum(exp(z))))",
        "y, z: vector(k)",
    ),
    (
        r"f(x) = \begin{cases} \frac{1}{2}x^2 & |x| \le \delta \\ \delta(|x|-\frac{1}{2}\delta) & \text{otherwise} \end{cases}",
        "if(abs(x) <= delta, x^2/2, delta*(abs(x) - delta/2))",
        "x, delta: scalar",
    ),
    (r"D_{\mathrm{KL}}(p\,\|\,q)", "kl(p, q)", "p, q: vector(k)"),
    (r"\mathrm{KL}(p \| q) + \mathrm{H}(p)", "kl(p, q) + entropy(p)", "p, q: vector(k)"),
    (r"\text{ReLU}(x)^2", "relu(x)^2", "x: scalar"),
    (r"\sum_{t=1}^{T}(y_t - \hat{y}_t)^2", "sum((y - yhat).^2)", "y, yhat: vector(T)"),
    (
        r"\mathbf{1}^\top x + \mathbf{x}^{\mathrm{T}}\mathbf{A}\mathbf{x}",
        "sum(x) + x'*A*x",
        "x: vector(n); A: matrix(n, n)",
    ),
    (
        r"-\sum_i y_i\log\hat y_i \text{ where } \hat y = \sigma(Xw)",
        "-sum(y.*log(sigmoid(X*w)))",
        XYW,
    ),
    (r"\hat{y}_i = w^\top x_i,\; \sum_i (y_i - \hat{y}_i)^2", "norm2(y - X*w)^2", XYW),
    (
        r"\begin{align} L &= \|Xw-y\|^2 \\ &+ \lambda\|w\|^2 \end{align}",
        "norm2(X*w - y)^2 + lam*norm2(w)^2",
        XYW,
    ),
    (
        r"\begin{align} p &= \sigma(Xw) \\ L &= -\sum_i y_i\log p_i \end{align}",
        "-sum(y.*log(sigmoid(X*w)))",
        XYW,
    ),
    (
        r"$\tfrac{1}{2}\,x^{\top}Ax - b^{\top}x$",
        "x'*A*x/2 - b'*x",
        "A: matrix(n, n); x, b: vector(n)",
    ),
    (r"\prod_{i=1}^n p_i^{y_i}(1-p_i)^{1-y_i}", "prod(p.^y.*(1 - p).^(1 - y))", "p, y: vector(n)"),
    (r"\sum_{i \ne j} x_i x_j", "sum(x)^2 - sum(x.^2)", "x: vector(n)"),
    (r"\|w\|_\infty + |w|_1", "norminf(w) + norm1(w)", "w: vector(d)"),
    (r"\max_i |x_i|", "max(abs(x))", "x: vector(n)"),
    (r"\Phi(x) + \log\Gamma(x)", "normcdf(x) + lgamma(x)", "x: scalar > 0"),
    (
        r"\frac{1}{n}\sum_{i=1}^{n}\rho_\tau(y_i - x_i^\top w) \text{ with } \rho_\tau(u) = \max(\tau u, (\tau-1)u)",
        "mean(max(tau*(y - X*w), (tau - 1)*(y - X*w)))",
        XYW + "; tau: scalar",
    ),
    (
        r"\left(1-x_1\right)^2 + 100\left(x_2-x_1^2\right)^2",
        "(1 - x1)^2 + 100*(x2 - x1^2)^2",
        "x1, x2: scalar",
    ),
]

# -- homework, posts and boards --------------------------------------------------------------------

POSTS = [
    ("½‖Xw−y‖²+λ‖w‖²", "norm2(X*w - y)^2/2 + lam*norm2(w)^2", XYW),
    (
        "‖y − Xβ‖² + λ‖β‖₁",
        "norm2(y - X*beta)^2 + lam*norm1(beta)",
        "X: matrix(n, d); y: vector(n); beta: vector(d)",
    ),
    ("1/2||Xw - y||_2^2 + lambda||w||_1", "norm2(X*w - y)^2/2 + lam*norm1(w)", XYW),
    (
        "1/(2n) * ||y - X beta||^2",
        "norm2(y - X*beta)^2/(2*n)",
        "X: matrix(n, d); y: vector(n); beta: vector(d)",
    ),
    ("min_w ||Xw - y||^2 + lambda*||w||_1", "norm2(X*w - y)^2 + lam*norm1(w)", XYW),
    ("minimize over w of ||Xw - y||^2", "norm2(X*w - y)^2", XYW),
    ("argmin_w ||Xw - y||^2", "norm2(X*w - y)^2", XYW),
    ("f(x) = x^2 + 3x", "x^2 + 3*x", "x: scalar"),
    ("f(x, y) = x^2 + y^2", "x^2 + y^2", "x, y: scalar"),
    ("L(w) = ||Xw - y||^2", "norm2(X*w - y)^2", XYW),
    ("y = mx + b", "m*x + b", "m, x, b: scalar"),
    ("ax^2 + bx + c", "a*x^2 + b*x + c", "a, b, c, x: scalar"),
    ("x^2 + 2xy + y^2", "x^2 + 2*x*y + y^2", "x, y: scalar"),
    ("x^T A x + b^T x", "x'*A*x + b'*x", "A: matrix(n, n); x, b: vector(n)"),
    ("xᵀAx − 2bᵀx", "x'*A*x - 2*b'*x", "A: matrix(n, n); x, b: vector(n)"),
    ("xTAx", "x'*A*x", "A: matrix(n, n); x: vector(n)"),
    ("(Xw-y)'(Xw-y)", "norm2(X*w - y)^2", XYW),
    ("Σᵢ (yᵢ − xᵢᵀw)²", "norm2(y - X*w)^2", XYW),
    ("Σ_{i=1}^n (y_i - w*x_i)^2", "sum((y - w*x).^2)", "x, y: vector(n); w: scalar"),
    ("sum_{i=1}^{n} log(1 + exp(-y_i*x_i'*w))", "sum(log(1 + exp(-y.*(X*w))))", XYW),
    ("∑ᵢ₌₁ⁿ log(1+exp(−yᵢ xᵢᵀw))", "sum(log(1 + exp(-y.*(X*w))))", XYW),
    ("(1/n) sum_i (y_i - x_i' w)^2", "norm2(y - X*w)^2/n", XYW),
    ("sum_i y_ix_i", "y'*x", "x, y: vector(n)"),
    ("|x||y| + sin²(x)", "abs(x)*abs(y) + sin(x)^2", "x, y: scalar"),
    ("max(0, 1 - y*(w'*x + b))", "max(0, 1 - y*(w'*x + b))", "y, b: scalar; w, x: vector(d)"),
    ("σ(wᵀx + b)", "sigmoid(w'*x + b)", "w, x: vector(d); b: scalar"),
    (
        "log det Σ + xᵀΣ⁻¹x",
        "logdet(Sigma) + x'*inv(Sigma)*x",
        "Sigma: matrix(n, n) pd; x: vector(n)",
    ),
    ("<x, y> + ⟨x, x⟩", "x'*y + x'*x", "x, y: vector(n)"),
    ("KL(p||q)", "kl(p, q)", "p, q: vector(k)"),
    ("（x＋１）＾２", "(x + 1)^2", "x: scalar"),
    ("ｘ² − ４ｘ", "x^2 - 4*x", "x: scalar"),
    ("√(x²+y²)", "sqrt(x^2 + y^2)", "x, y: scalar"),
    ("{x² if x > 0; 0 otherwise}", "if(x > 0, x^2, 0)", "x: scalar"),
    ("max{0, 1-x}", "max(0, 1 - x)", "x: scalar"),
    ("e^{-x^2/2}", "exp(-x^2/2)", "x: scalar"),
    ("tr(XᵀX) + λ·tr(S)", "tr(X'*X) + lam*tr(S)", "X: matrix(n, d); S: matrix(d, d)"),
    ("‖A‖∗ + ‖A‖_F", "nucnorm(A) + normF(A)", "A: matrix(n, d)"),
    ("(1-x[1])^2 + 100*(x[2]-x[1]^2)^2", "(1 - x1)^2 + 100*(x2 - x1^2)^2", ""),
    (
        "p = sigmoid(X*w); -sum(y.*log(p) + (1-y).*log(1-p))",
        "-sum(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))",
        XYW,
    ),
    ("norm2(r)^2 + lam*norm1(w), where r = X*w - y", "norm2(X*w - y)^2 + lam*norm1(w)", XYW),
    ("h(z) = log(1+exp(-z)); sum(h(y.*(X*w)))", "sum(log(1 + exp(-(y.*(X*w)))))", XYW),
    (
        "p_k = exp(z_k)/sum_j exp(z_j); -sum_k y_k*log(p_k)",
        "-sum(y.*log(exp(z)/sum(exp(z))))",
        "y, z: vector(m)",
    ),
    ("r = X*w - y\nr'*r/2", "norm2(X*w - y)^2/2", XYW),
    (
        "sum(kron(A, B)) + tr(kron(A, B))",
        "sum(A)*sum(B) + tr(A)*tr(B)",
        "A: matrix(n, n); B: matrix(m, m)",
    ),
    ("sum(eigvals(A)) - log(prod(eigvals(A)))", "tr(A) - log(det(A))", "A: matrix(n, n)"),
    ("max(svdvals(A))", "specnorm(A)", "A: matrix(n, d)"),
]

# -- code ------------------------------------------------------------------------------------------

CODE = [
    ("np.sum((X @ w - y)**2)", "norm2(X*w - y)^2", XYW),
    (
        "0.5 * np.linalg.norm(X @ w - y)**2 + lam * np.abs(w).sum()",
        "norm2(X*w - y)^2/2 + lam*norm1(w)",
        XYW,
    ),
    ("(X @ w - y).T @ (X @ w - y)", "norm2(X*w - y)^2", XYW),
    ("np.mean(np.log1p(np.exp(-y * (X @ w))))", "mean(log1p(exp(-y.*(X*w))))", XYW),
    (
        "-np.sum(y*np.log(p) + (1-y)*np.log(1-p))",
        "-sum(y.*log(p) + (1 - y).*log(1 - p))",
        "y, p: vector(n)",
    ),
    (
        "np.maximum(0, 1 - y*(X @ w)).mean() + lam*np.dot(w, w)",
        "mean(max(0, 1 - y.*(X*w))) + lam*norm2(w)^2",
        XYW,
    ),
    (
        "np.where(np.abs(r) <= 1, 0.5*r**2, np.abs(r) - 0.5).sum()",
        "sum(if(abs(r) <= 1, r.^2/2, abs(r) - 0.5))",
        "r: vector(n)",
    ),
    ("torch.nn.functional.mse_loss(X @ w, y)", "mse(X*w, y)", XYW),
    ("F.binary_cross_entropy_with_logits(X @ w, y)", "mean(softplus(X*w) - y.*(X*w))", XYW),
    ("tf.reduce_mean(tf.square(y - X @ w))", "mean((y - X*w).^2)", XYW),
    ("def loss(w):\n    r = X @ w - y\n    return 0.5 * np.sum(r**2)\n", "norm2(X*w - y)^2/2", XYW),
    ("lambda w: np.sum((X @ w - y)**2)", "norm2(X*w - y)^2", XYW),
    (
        "sum((y[i] - w*x[i])**2 for i in range(n))",
        "sum((y - w*x).^2)",
        "x, y: vector(n); w: scalar",
    ),
    ("sum((y[i] - X[i] @ w)**2 for i in range(len(y))) / len(y)", "mean((y - X*w).^2)", XYW),
    (
        "sum((yi - w*xi - b)**2 for xi, yi in zip(x, y))",
        "sum((y - w*x - b).^2)",
        "x, y: vector(n); w, b: scalar",
    ),
    (
        "sum(p[k]*y[j] for k in range(n) for j in range(n) if j != k)",
        "sum(k, sum(j != k, p[k]*y[j]))",
        "p, y: vector(n)",
    ),
    ("x if x > 0 else 0.1*x", "if(x > 0, x, 0.1*x)", "x: scalar"),
    ("(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2", "(1 - x0)^2 + 100*(x1 - x0^2)^2", ""),
    ("np.exp(X).sum(axis=1) @ np.ones(n)", "sum(exp(X))", "X: matrix(n, d)"),
    ("scipy.special.logsumexp(Z, axis=1).sum()", "sum(logsumexp(Z))", "Z: matrix(n, k)"),
]

READ = [*PAPERS, *POSTS, *CODE]

# -- what can be read in two ways, and how it is read ----------------------------------------------

NOTED = [
    ("½‖Xw−y‖²", "norm2(X*w - y)^2/2", "Xw is read as X*w; declare Xw if it is one name"),
    ("xTAx", "x'*A*x", "xTAx is read as x'*A*x"),
    ("mx + b", "m*x + b", "mx is read as m*x"),
    ("∑(y−Xw)²", "sum((y - X*w).^2)", "sum of all entries of what follows ∑, powers included"),
    ("∑ (yᵢ − w*xᵢ)²", "sum(i, (y_i - w*x_i)^2)", "∑ without an index runs over i"),
    (r"\sum (y - Xw)^2", "sum((y - X*w).^2)", r"powers included"),
    ("mean((X*w + b - y).^2)", "mean((X*w + b - y).^2)", "b is read as one number, an intercept"),
    ("sum(sigmoid(X*w + b))", "sum(sigmoid(X*w + b))", "declare b: scalar if it is an intercept"),
    ("y = x^2 + 1", "x^2 + 1", "y on the left only names the formula"),
    ("X'*X + lam*I", "X'*X + lam*eye", "I is read as the identity matrix"),
    ("E[(y - X*w)^2]", "mean((y - X*w).^2)", "the mean over the data"),
    (r"\mathbb{E}[(y - Xw)^2]", "mean((y - X*w).^2)", "the mean over the data"),
    ("mse(X*w, y)", "mean((X*w - y).^2)", "mse(a, b) is mean((a - b).^2)"),
    ("bce(y, p)", "bce(y, p)", "the target stands first"),
    ("cross_entropy(y, softmax(z))", "-sum(y.*log(softmax(z)))", "the target stands first"),
    ("pinball(u, 0.9)", "max(0.9*u, -0.1*u)", "u = y - prediction"),
    ("norm2(A)", "normF(A)", "norm2 of a matrix is the Frobenius norm"),
    ("x[1]^2 + x[2]", "x1^2 + x2", "x[1], x[2] are read as numbers by the names x1, x2"),
    ("sum_i x_i^2 + x_i", "sum(i, x_i^2 + x_i)", "the sum over i reaches to the last term with i"),
    (r"\log|A|", "logdet(A)", "log|A| of a matrix is logdet(A)"),
    ("[1 - u]_+", "relu(1 - u)", "max(u, 0)"),
    (r"\left[u\right]_+", "relu(u)", "max(u, 0)"),
    ("e^x + σ(x)", "exp(x) + sigmoid(x)", "σ(...) is read as sigmoid(...)"),
    ("sum(xy)", "sum(xy)", "xy is read as one name; a product is written x*y"),
    ("min_w (X*w - y)'*(X*w - y)", "norm2(X*w - y)^2", "min only names the variables: w"),
]

# -- what must be refused --------------------------------------------------------------------------

REFUSED = [
    ("x = 3", "=", "((x) - (3))^2"),
    ("X*w = y", "=", "norm2((X*w) - (y))^2"),
    ("求 x^2 的最小值", "求", "x^2"),
    ("find the minimum of x^2 + 1", "find", "x^2 + 1"),
    ("sum(w.^2) s.t. X*w=y", "s.t.", "sum(w.^2)"),
    ("minimize ||x|| subject to A*x=b", "subject to", "minimize ||x||"),
    (r"\|X - WH\|_F^2 \quad \text{s.t. } W \ge 0", r"\text{s.t. }", r"\|X - WH\|_F^2"),
    ("‖x", "‖", "‖x||"),
    ("d/dx x^2", "d/dx", ""),
    (r"\frac{d}{dx} x^2", r"\frac{d}{dx}", ""),
    ("∂f/∂x", "∂", ""),
    ("∇f(x)", "∇", ""),
    ("x(x-1)", "x", "x*(x-1)"),
    ("log x^2", "log x^", ""),
    ("cos 2x", "cos 2x", ""),
    ("1/2x", "/2x", ""),
    ("1,5*x", ",", "1.5*x"),
    ("(x + 1", "(", "(x + 1)"),
    ("x + 1)", ")", "x + 1"),
    ("f(x) = x^2, g(x) = x^3", "g(x)", ""),
    ("p = x^2; y^2 + y", "p", ""),
    ("p = p^2 + x; p + 1", "p", ""),
    ("x'*x + x[1]", "x[1]", ""),
    ("eigvals(A)", "eigvals", ""),
    ("A[1:3]*x", "[1", ""),
    ("[1 2; 3 4]*x", "[", ""),
    ("x ∈ R", "∈", ""),
    ("log^2(x)", "log", ""),
    ("sin^-1(x)", "sin", ""),
    ("y ~ N(0, 1)", "~", ""),
    ("sum((X*w - y)^2)", "^", ""),
    ("softmx(z)", "softmx", ""),
    (r"\int_0^1 x dx", r"\int", ""),
    (r"x \in \mathbb{R}", r"\in", ""),
    ("np.einsum('ij,j->ii', X, w)", "np.einsum('ij,j->ii', X, w)", "np.einsum"),
    ("F.cross_entropy(z, y)", "F.cross_entropy(z, y)", ""),
    ("x" * 80, "x" * 80, ""),
]
