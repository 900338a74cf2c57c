"""Wrong lines as students write them, with the names of slips that are right for each.

Written by hand, not made by the rows of the bank. Where several names say equally well what was
done, each of them is right.
"""

from __future__ import annotations

SLIPS_OF_STUDENTS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (
        "f = sin(x^2)\nf' = cos(x^2)",
        2,
        (
            "chain-broken-off",
            "inner-factor-lost",
        ),
    ),
    (
        "f = sin(x^2)\nf' = cos(2*x)",
        2,
        ("slope-at-slope",),
    ),
    (
        "f = exp(-x^2)\nf' = -x^2*exp(-x^2-1)",
        2,
        ("power-rule-on-exponential",),
    ),
    (
        "f = exp(-x^2)\nf' = -2*exp(-x^2)",
        2,
        (
            "chain-broken-off",
            "factor-dropped",
            "symbol-exchanged",
        ),
    ),
    (
        "f = x^2*log(x)\nf' = 2*x*1/x",
        2,
        ("product-of-slopes",),
    ),
    (
        "f = x^2*log(x)\nf' = 2*x*log(x)",
        2,
        (
            "product-rule-half",
            "term-dropped",
        ),
    ),
    (
        "f = log(x)/x\nf' = (1/x)/1",
        2,
        ("quotient-of-slopes",),
    ),
    (
        "f = log(x)/x\nf' = (log(x) - 1)/x^2",
        2,
        (
            "quotient-reversed",
            "sign-of-whole",
        ),
    ),
    (
        "f = log(x)/x\nf' = (1 - log(x))/x",
        2,
        (
            "exponent-changed",
            "exponent-added",
            "exponent-dropped",
            "quotient-not-squared",
        ),
    ),
    (
        "f = sqrt(1 + x^2)\nf' = 1/(2*sqrt(1+x^2))",
        2,
        (
            "chain-broken-off",
            "factor-dropped",
            "power-factor-lost",
        ),
    ),
    (
        "f = sqrt(1 + x^2)\nf' = x*sqrt(1+x^2)",
        2,
        (
            "exponent-changed",
            "exponent-added",
            "power-not-lowered",
        ),
    ),
    (
        "f = (3*x+1)^5\nf' = 5*(3*x+1)^4",
        2,
        (
            "chain-broken-off",
            "inner-factor-lost",
            "number-dropped",
        ),
    ),
    (
        "f = 1/(1+exp(-x))\nf' = exp(-x)/(1+exp(-x))",
        2,
        (
            "exponent-changed",
            "exponent-added",
            "exponent-dropped",
            "power-not-lowered",
            "quotient-not-squared",
        ),
    ),
    (
        "f = 1/(1+exp(-x))\nf' = -exp(-x)/(1+exp(-x))^2",
        2,
        (
            "inner-sign-lost",
            "reciprocal-sign",
            "sign-of-whole",
        ),
    ),
    (
        "f = x^3 + 5\nf' = 3*x^2 + 5",
        2,
        (
            "constant-kept",
            "term-added",
        ),
    ),
    (
        "f = 2^x\nf' = x*2^(x-1)",
        2,
        ("power-rule-on-exponential",),
    ),
    (
        "h = sigmoid(w*x + b)\nL = (h - y)^2\ndL/dw = 2*(h - y)*h*(1 - h)",
        3,
        (
            "chain-broken-off",
            "factor-dropped",
            "inner-factor-lost",
        ),
    ),
    (
        "h = sigmoid(w*x + b)\nL = (h - y)^2\ndL/dw = (h - y)*h*(1 - h)*x",
        3,
        (
            "constant-factor",
            "number-dropped",
            "power-factor-lost",
        ),
    ),
    (
        "h = sigmoid(w*x + b)\nL = (h - y)^2\ndL/dw = 2*(h - y)*x",
        3,
        (
            "chain-broken-off",
            "factor-dropped",
        ),
    ),
    (
        "h = sigmoid(w*x + b)\nL = -y*log(h) - (1-y)*log(1-h)\ndL/dh = -y/h - (1-y)/(1-h)",
        3,
        (
            "inner-sign-lost",
            "sign-of-term",
        ),
    ),
    (
        "h = sigmoid(w*x + b)\nL = -y*log(h) - (1-y)*log(1-h)\ndL/dw = (y - h)*x",
        3,
        ("sign-of-whole",),
    ),
    (
        "h = sigmoid(w*x + b)\nL = -y*log(h) - (1-y)*log(1-h)\ndL/dw = (h - y)*w",
        3,
        ("symbol-exchanged",),
    ),
    (
        "h = sigmoid(w*x + b)\nL = -y*log(h) - (1-y)*log(1-h)\ndL/db = (h - y)*x",
        3,
        (
            "constant-factor",
            "factor-added",
            "symbol-exchanged",
            "other-variable",
        ),
    ),
    (
        "J = 1/(2*n)*sum(i, (x_i'*w - y_i)^2)\ndJ/dw_j = sum(i, (x_i'*w - y_i)*x_ij)",
        2,
        ("size-dropped",),
    ),
    (
        "J = 1/(2*n)*sum(i, (x_i'*w - y_i)^2)\ndJ/dw_j = 1/(2*n)*sum(i, (x_i'*w - y_i)*x_ij)",
        2,
        (
            "constant-factor",
            "number-added",
            "number-changed",
            "power-factor-lost",
        ),
    ),
    (
        "J = 1/(2*n)*sum(i, (x_i'*w - y_i)^2)\ndJ/dw_j = 2/n*sum(i, (x_i'*w - y_i)*x_ij)",
        2,
        (
            "constant-factor",
            "inner-factor-lost",
            "number-added",
        ),
    ),
    (
        "J = 1/n*norm2(X*w - y)^2 + lam*norm2(w)^2\ndJ/dw = 2/n*X'*(X*w - y) + lam*w",
        2,
        (
            "number-changed",
            "number-dropped",
            "power-factor-lost",
        ),
    ),
    (
        "J = 1/n*norm2(X*w - y)^2 + lam*norm2(w)^2\ndJ/dw = 2/n*X'*(X*w - y) - 2*lam*w",
        2,
        ("sign-of-term",),
    ),
    (
        "J = 1/n*norm2(X*w - y)^2 + lam*norm2(w)^2\ndJ/dw = 2/n*X'*(X*w + y) + 2*lam*w",
        2,
        (
            "sign-in-bracket",
            "sign-of-term",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nJ = w'*X'*X*w - y'*X*w + y'*y",
        2,
        (
            "middle-term",
            "number-dropped",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nJ = norm2(X*w)^2 - norm2(y)^2",
        2,
        (
            "power-of-sum",
            "square-of-difference",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nJ = norm2(X*w)^2 + norm2(y)^2",
        2,
        (
            "power-of-sum",
            "term-dropped",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nJ = w'*X'*X*w - 2*y'*X*w + y'*y\ndJ/dw = X'*X*w - 2*X'*y",
        3,
        (
            "number-dropped",
            "product-rule-half",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nJ = w'*X'*X*w - 2*y'*X*w + y'*y\ndJ/dw = 2*X'*X*w - X'*y",
        3,
        (
            "inner-factor-lost",
            "number-changed",
            "number-dropped",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nhess = 2*X*X'",
        2,
        (
            "order-of-product",
            "transposed-factor",
        ),
    ),
    (
        "J = norm2(X*w - y)^2\nhess = X'*X",
        2,
        (
            "constant-factor",
            "number-dropped",
            "power-factor-lost",
        ),
    ),
    (
        "h = sigmoid(X*w)\nJ = -sum(y.*log(h) + (1-y).*log(1-h))\nhess = X'*diag(h)*X",
        3,
        ("factor-dropped",),
    ),
    (
        "h = sigmoid(X*w)\nJ = -sum(y.*log(h) + (1-y).*log(1-h))\nhess = X'*X",
        3,
        ("factor-dropped",),
    ),
    (
        "h = sigmoid(X*w)\nJ = -sum(y.*log(h) + (1-y).*log(1-h))\nhess = X'*diag(h.*(1+h))*X",
        3,
        (
            "sign-in-bracket",
            "sign-of-term",
        ),
    ),
    (
        "p = softmax(z)\nL = -sum(y.*log(p))\ndL/dz = y - p",
        3,
        (
            "missing-assumption",
            "sign-of-whole",
        ),
    ),
    (
        "p = softmax(z)\nL = -sum(y.*log(p))\ndL/dz = p - y",
        3,
        ("missing-assumption",),
    ),
    (
        "y: vector(k) onehot\np = softmax(z)\nL = -sum(y.*log(p))\ndL/dz = -y./p",
        3,
        ("chain-broken-off",),
    ),
    (
        "p = softmax(z)\ndp/dz = diag(p) + p*p'",
        2,
        ("sign-of-term",),
    ),
    (
        "s > 0\n"
        "ll = -n/2*log(2*pi*s^2) - sum(i, (x_i - mu)^2)/(2*s^2)\n"
        "dll/ds = -n/s^2 + sum(i, (x_i - mu)^2)/s^3",
        2,
        (
            "chain-broken-off",
            "exponent-changed",
            "exponent-added",
            "exponent-dropped",
        ),
    ),
    (
        "s > 0\n"
        "ll = -n/2*log(2*pi*s^2) - sum(i, (x_i - mu)^2)/(2*s^2)\n"
        "dll/ds = -n/s - sum(i, (x_i - mu)^2)/s^3",
        2,
        (
            "inner-sign-lost",
            "reciprocal-sign",
            "sign-of-term",
        ),
    ),
    (
        "s > 0\n"
        "ll = -n/2*log(2*pi*s^2) - sum(i, (x_i - mu)^2)/(2*s^2)\n"
        "dll/dmu = -sum(i, x_i - mu)/s^2",
        2,
        (
            "inner-sign-lost",
            "sign-of-whole",
        ),
    ),
    (
        "s > 0\n"
        "lik = prod(i, 1/s*exp(-(x_i-mu)^2/(2*s^2)))\n"
        "log(lik) = -log(s) - sum(i, (x_i-mu)^2)/(2*s^2)",
        2,
        ("size-dropped",),
    ),
    (
        "lam > 0\nlik = prod(i, lam*exp(-lam*x_i))\nlog(lik) = n*log(lam) + lam*sum(x)",
        2,
        ("sign-of-term",),
    ),
    (
        "lam > 0\nlik = prod(i, lam*exp(-lam*x_i))\nlog(lik) = log(lam) - lam*sum(x)",
        2,
        ("size-dropped",),
    ),
    (
        "p in (0,1)\nL = p^3*(1-p)^2\nlog(L) = 3*log(p)*2*log(1-p)",
        2,
        ("log-of-product",),
    ),
    (
        "a, b > 0\nf = log(a*b + 1)\nf = log(a) + log(b) + log(1)",
        2,
        ("log-of-sum",),
    ),
    (
        "a, b > 0\nf = log(a) - log(b)\nf = log(a)/log(b)",
        2,
        (
            "log-of-quotient",
            "logs-merged",
        ),
    ),
    (
        "a, b > 0\nf = log(a) + log(b)\nf = log(a + b)",
        2,
        ("logs-merged",),
    ),
    (
        "f = exp(a)*exp(b)\nf = exp(a*b)",
        2,
        ("exp-of-product",),
    ),
    (
        "f = (a*x)^2\nf = a*x^2",
        2,
        ("exponent-dropped",),
    ),
    (
        "f = x'*A*x\ndf/dx = A*x + x'*A",
        2,
        ("transposed-factor",),
    ),
    (
        "f = tr(A*X)\ndf/dX = A",
        2,
        ("whole-transposed",),
    ),
    (
        "f = a'*X*b\ndf/dX = b*a'",
        2,
        ("whole-transposed",),
    ),
    (
        "A: matrix(n,n)\nf = norm2(A*x - b)^2\ndf/dx = 2*A*(A*x - b)",
        2,
        (
            "missing-assumption",
            "transposed-factor",
        ),
    ),
    (
        "f = norm1(x)\ngrad = vector(1)",
        2,
        ("slope-of-abs",),
    ),
    (
        "f = sum(relu(X*w))\ngrad = X'*relu(X*w)",
        2,
        ("slope-of-relu",),
    ),
    (
        "f = tanh(w*x)\ndf/dw = (1 - tanh(w*x))*x",
        2,
        (
            "exponent-dropped",
            "slope-of-tanh",
        ),
    ),
    (
        "f = tanh(w*x)\ndf/dw = 1 - tanh(w*x)^2",
        2,
        (
            "chain-broken-off",
            "inner-factor-lost",
        ),
    ),
    (
        "L = sum(i, (x_i - m)^2)\ndL/dm = 2*sum(i, x_i - m)",
        2,
        (
            "inner-sign-lost",
            "sign-of-whole",
        ),
    ),
    (
        "L = sum(i, (x_i - m)^2)\ndL/dm = -2*(sum(x) - m)",
        2,
        ("size-dropped",),
    ),
    (
        "v = mean((x - mean(x)).^2)\nv = mean(x.^2) - mean(x)",
        2,
        ("exponent-dropped",),
    ),
    (
        "v = mean((x - mean(x)).^2)\nv = mean(x.^2) + mean(x)^2",
        2,
        (
            "power-of-sum",
            "sign-of-term",
        ),
    ),
    (
        "z = w*x\nh = sigmoid(z)\nL = 1/2*(h-y)^2\ndL/dw = dL/dh*dz/dw",
        4,
        (
            "chain-broken-off",
            "factor-dropped",
        ),
    ),
    (
        "h = relu(w*x)\nL = 1/2*(h - y)^2\ndL/dw = (h - y)*x",
        3,
        (
            "factor-dropped",
            "indicator-dropped",
            "slope-of-relu-everywhere",
        ),
    ),
)
"""(text, number of the wrong line, names of which the first one told must be one)."""
