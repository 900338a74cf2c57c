"""Derivations of the classroom, right and wrong, as people write them."""

LOGISTIC_SCALAR = """
y: vector(n) in {0, 1}
p_i = sigmoid(x_i'*w)
lik = prod(i, p_i^y_i * (1 - p_i)^(1 - y_i))
log(lik) = sum(i, y_i*log(p_i) + (1 - y_i)*log(1 - p_i))
J = -log(lik)/n
J = -1/n*sum(i, y_i*log(p_i) + (1 - y_i)*log(1 - p_i))
dJ/dw_j = -1/n*sum(i, (y_i/p_i - (1 - y_i)/(1 - p_i))*p_i*(1 - p_i)*x_ij)
dJ/dw_j = -1/n*sum(i, (y_i*(1 - p_i) - (1 - y_i)*p_i)*x_ij)
dJ/dw_j = -1/n*sum(i, (y_i - p_i)*x_ij)
dJ/dw_j = 1/n*sum(i, (p_i - y_i)*x_ij)
d2J/dw_jdw_k = 1/n*sum(i, p_i*(1 - p_i)*x_ij*x_ik)
"""

LOGISTIC_VECTOR = """
# from the Bernoulli model to gradient and Hessian
declare: y: vector(n) in {0, 1}
h = sigmoid(X*w)
J = -1/n*sum(y.*log(h) + (1 - y).*log(1 - h))
J = 1/n*sum(log(1 + exp(X*w)) - y.*(X*w))
dJ = 1/n*(h - y)'*X*dw
grad = X'*(h - y)/n
hess = X'*diag(h.*(1 - h))*X/n
"""

ONE_NEURON = """
z = x*w + b
h = sigmoid(z)
L = -y*log(h) - (1-y)*log(1-h)
dL/dh = -y/h + (1-y)/(1-h)
dh/dz = h*(1-h)
dL/dz = h - y
dL/dw = (h - y)*x
dL/db = h - y
"""

RIGHT = {
    "logistic regression, scalar form": LOGISTIC_SCALAR,
    "logistic regression, vector form": LOGISTIC_VECTOR,
    "one neuron, link by link": ONE_NEURON,
    "least squares": """
L = norm2(X*w - y)^2
L = (X*w - y)'*(X*w - y)
L = w'*X'*X*w - 2*y'*X*w + y'*y
dL = 2*(X*w - y)'*X*dw
grad = 2*X'*X*w - 2*X'*y
grad = 2*X'*(X*w - y)
hess = 2*X'*X
""",
    "least squares by a residual": """
r = X*w - y
L = 1/2*r'*r
dr = X*dw
dL = r'*dr
dL = r'*X*dw
grad = X'*r
hess = X'*X
""",
    "ridge": """
lam: scalar >= 0
J = 1/(2*n)*norm2(X*w - y)^2 + lam/2*norm2(w)^2
grad = X'*(X*w - y)/n + lam*w
hess = X'*X/n + lam*eye
""",
    "least squares, entry by entry": """
L = sum(i, (x_i'*w - y_i)^2)
dL/dw_j = sum(i, 2*(x_i'*w - y_i)*x_ij)
dL/dw_j = 2*sum(i, x_ij*(x_i'*w - y_i))
dL/dw = 2*X'*(X*w - y)
""",
    "softmax and cross-entropy": """
L = -sum(y .* log(p)), p = softmax(o)
dL/do_i = -y_i*(1 - p_i) + sum(k != i, p_i*y_k)
dL/do_i = -y_i + p_i*sum(k, y_k)
dL/do = sum(y)*p - y
""",
    "softmax with one-hot labels": """
y: vector(k) onehot
p = softmax(o)
L = -sum(y .* log(p))
L = logsumexp(o) - y'*o
dL/do = p - y
hess = diag(p) - p*p'
""",
    "softmax Jacobian": """
p = softmax(o)
dp/do = diag(p) - p*p'
""",
    "sigmoid": """
s = 1/(1 + exp(-x))
ds/dx = exp(-x)/(1 + exp(-x))^2
ds/dx = s*(1 - s)
""",
    "tanh": """
t = (exp(x) - exp(-x))/(exp(x) + exp(-x))
dt/dx = ((exp(x) + exp(-x))^2 - (exp(x) - exp(-x))^2)/(exp(x) + exp(-x))^2
dt/dx = 1 - t^2
""",
    "quadratic form": """
f = x'*A*x
df = x'*(A + A')*dx
grad = (A + A')*x
hess = A + A'
""",
    "quadratic form with a symmetric matrix": """
A: matrix(n, n) symmetric
f = 1/2*x'*A*x - b'*x
grad = A*x - b
hess = A
""",
    "trace form": """
f = tr(X*B*X'*A)
df/dX = A*X*B + A'*X*B'
""",
    "Frobenius distance to a transpose": """
X, A: matrix(n, n)
f = normF(X' - A)^2
df/dX = 2*(X - A')
""",
    "the coin": """
p: scalar in (0, 1)
L = p^7*(1 - p)^3
log(L) = 7*log(p) + 3*log(1 - p)
d/dp log(L) = 7/p - 3/(1 - p)
d/dp log(L) = (7 - 10*p)/(p*(1 - p))
""",
    "Gaussian noise": """
s: scalar > 0
J = sum(i, (y_i - mu)^2/(2*s^2) + log(s) + log(2*pi)/2)
dJ/dmu = sum(i, (mu - y_i)/s^2)
dJ/dmu = (n*mu - sum(y))/s^2
dJ/ds = n/s - sum(i, (y_i - mu)^2)/s^3
""",
    "Gaussian likelihood to its logarithm": """
s: scalar > 0
lik = prod(i, exp(-(y_i - mu)^2/(2*s^2))/(s*sqrt(2*pi)))
log(lik) = -sum(i, (y_i - mu)^2)/(2*s^2) - n*log(s) - n*log(2*pi)/2
log(lik) = -sum(i, (y_i - mu)^2)/(2*s^2) + const
""",
    "Poisson regression": """
eta = X*w
J = sum(exp(eta) - y.*eta)
grad = X'*(exp(X*w) - y)
hess = X'*diag(exp(X*w))*X
""",
    "exponential law": """
lam: scalar > 0
y: vector(n) > 0
J = -sum(i, log(lam*exp(-lam*y_i)))
J = lam*sum(y) - n*log(lam)
dJ/dlam = sum(y) - n/lam
d2J/dlam2 = n/lam^2
""",
    "labels of two kinds": """
y: scalar in {-1, 1}
t = (1 + y)/2
L = log(1 + exp(-y*z))
L = -t*log(sigmoid(z)) - (1 - t)*log(1 - sigmoid(z))
""",
    "a Bernoulli law by cases": """
y: scalar in {0, 1}
P = h^y*(1 - h)^(1 - y)
P = if(y == 1, h, 1 - h)
log(P) = y*log(h) + (1 - y)*log(1 - h)
""",
    "Newton's step by primes": """
f = x^4 - 3*x^2 + 2
f' = 4*x^3 - 6*x
f'' = 12*x^2 - 6
x_new = x - f'/f''
x_new = x - (2*x^3 - 3*x)/(6*x^2 - 3)
""",
    "hinge": """
L = max(0, 1 - y*x)
L = relu(1 - y*x)
L = (1 - y*x + abs(y*x - 1))/2
""",
    "labels of either sign": """
y: vector(n) in {-1, 1}
J = sum(log(1 + exp(-y.*(X*w))))
grad = -X'*(y.*sigmoid(-y.*(X*w)))
hess = X'*diag(sigmoid(X*w).*sigmoid(-X*w))*X
""",
    "log-sum-exp": """
f = log(sum(exp(x)))
grad = exp(x)/sum(exp(x))
grad = softmax(x)
hess = diag(softmax(x)) - softmax(x)*softmax(x)'
""",
    "Euclidean norm": """
f = norm2(x)
f = sqrt(x'*x)
grad = x/sqrt(x'*x)
grad = x/norm2(x)
""",
    "matrix factorization": """
L = normF(T - U*V')^2
dL/dU = -2*(T - U*V')*V
dL/dV = -2*(T - U*V')'*U
""",
    "two factors of a chain": """
h = tanh(a*x)
f = h^2
df/dh = 2*h
dh/dx = a*(1 - h^2)
df/dx = 2*h*a*(1 - h^2)
""",
    "product rule": """
f = x^2*exp(3*x)
df/dx = 2*x*exp(3*x) + 3*x^2*exp(3*x)
df/dx = x*(2 + 3*x)*exp(3*x)
""",
    "quotient rule": """
f = x/(1 + x^2)
f' = ((1 + x^2) - x*2*x)/(1 + x^2)^2
f' = (1 - x^2)/(1 + x^2)^2
""",
    "chain of logarithms": """
f = log(1 + x^2)
f' = 2*x/(1 + x^2)
f'' = (2*(1 + x^2) - 4*x^2)/(1 + x^2)^2
f'' = 2*(1 - x^2)/(1 + x^2)^2
""",
    "trigonometry": """
f = sin(x)*cos(x)
f = sin(2*x)/2
f' = cos(x)^2 - sin(x)^2
f' = cos(2*x)
""",
    "logarithm of a product of powers": """
p: scalar in (0, 1)
f = log(p^6*(1-p)^2*(3-p)^9)
f = 6*log(p) + 2*log(1-p) + 9*log(3-p)
df/dp = 6/p - 2/(1-p) - 9/(3-p)
""",
    "mean is the least squares center": """
f = sum(i, (x - a_i)^2)
df/dx = 2*sum(i, x - a_i)
df/dx = 2*n*x - 2*sum(a)
d2f/dx2 = 2*n
""",
    "variance": """
v = 1/n*sum(i, (y_i - mean(y))^2)
v = 1/n*sum(y.^2) - mean(y)^2
""",
    "entropy of a coin": """
p: scalar in (0, 1)
H = -p*log(p) - (1-p)*log(1-p)
dH/dp = -log(p) - 1 + log(1-p) + 1
dH/dp = log((1-p)/p)
d2H/dp2 = -1/(p*(1-p))
""",
    "cross-entropy of logits": """
L = -y*log(sigmoid(z)) - (1-y)*log(1-sigmoid(z))
L = log(1 + exp(z)) - y*z
dL/dz = sigmoid(z) - y
""",
    "softplus": """
f = log(1 + exp(x))
f' = exp(x)/(1 + exp(x))
f' = 1/(1 + exp(-x))
f'' = f'
""".replace("f'' = f'\n", "f'' = exp(x)/(1 + exp(x))^2\n"),
    "linear regression with intercept": """
L = 1/(2*n)*sum(i, (m*x_i + b - y_i)^2)
dL/dm = 1/n*sum(i, (m*x_i + b - y_i)*x_i)
dL/db = 1/n*sum(i, m*x_i + b - y_i)
dL/db = m*mean(x) + b - mean(y)
""",
    "weighted least squares": """
D: matrix(n, n) diagonal
L = (X*w - y)'*D*(X*w - y)
grad = 2*X'*D*(X*w - y)
hess = 2*X'*D*X
""",
    "Mahalanobis": """
S: matrix(d, d) symmetric
f = (x - mu)'*S*(x - mu)
df/dx = 2*S*(x - mu)
df/dmu = -2*S*(x - mu)
""",
    "Lagrangian of a simplex": """
L = sum(i, a_i*log(p_i)) + lam*(1 - sum(p))
dL/dp_i = a_i/p_i - lam
dL/dlam = 1 - sum(p)
""",
    "ratio of odds": """
p = sigmoid(z)
o = p/(1 - p)
o = exp(z)
log(o) = z
""",
    "two-layer network": """
z = a*x
h = sigmoid(z)
yhat = c*h
L = 1/2*(yhat - y)^2
dL/dc = (yhat - y)*h
dL/da = (yhat - y)*c*h*(1 - h)*x
""",
    "batch of linear models": """
L = 1/2*normF(X*W - Y)^2
dL/dW = X'*(X*W - Y)
""",
    "log-cosh": """
f = sum(log(cosh(X*w - y)))
grad = X'*tanh(X*w - y)
hess = X'*diag(1 - tanh(X*w - y).^2)*X
""",
    "power of a norm": """
f = norm2(x)^4
grad = 4*norm2(x)^2*x
hess = 4*norm2(x)^2*eye + 8*x*x'
""",
    "log-determinant of a scalar kind": """
s: scalar > 0
f = log(s^2) + a/s^2
f = 2*log(s) + a/s^2
df/ds = 2/s - 2*a/s^3
""",
    "exponential of a quadratic": """
f = exp(-x^2/2)
f' = -x*exp(-x^2/2)
f'' = (x^2 - 1)*exp(-x^2/2)
""",
    "absolute values": """
f = abs(x - a)
f^2 = (x - a)^2
""",
    "rectifier": """
f = relu(x)
f = (x + abs(x))/2
""",
    "tanh by sigmoid": """
t = tanh(x)
t = 2*sigmoid(2*x) - 1
dt/dx = 4*sigmoid(2*x)*(1 - sigmoid(2*x))
dt/dx = 1 - t^2
""",
    "mean squared error by its mean": """
J = mean((X*w - y).^2)
J = 1/n*norm2(X*w - y)^2
grad = 2/n*X'*(X*w - y)
""",
    "bias of a logistic unit": """
h = sigmoid(X*w + b*vector(1))
J = -sum(y.*log(h) + (1-y).*log(1-h))
dJ/db = sum(h - y)
dJ/dw = X'*(h - y)
""",
    "Newton step of a parabola": """
f = a*x^2 + b*x + c
f' = 2*a*x + b
f'' = 2*a
""",
    "difference of squares": """
f = norm2(x - a)^2 - norm2(x)^2
f = a'*a - 2*a'*x
grad = -2*a
""",
    "rank one": """
f = (u'*x)^2
f = x'*u*u'*x
grad = 2*(u'*x)*u
hess = 2*u*u'
""",
    "bilinear form": """
f = x'*A*y
df/dx = A*y
df/dy = A'*x
""",
    "elastic parts": """
lam: scalar > 0
f = 1/2*(x - a)^2 + lam*sqrt(x^2 + 1)
f' = x - a + lam*x/sqrt(x^2 + 1)
""",
    "geometric law": """
p: scalar in (0, 1)
J = -sum(i, log(p*(1-p)^y_i))
J = -n*log(p) - sum(y)*log(1-p)
dJ/dp = -n/p + sum(y)/(1-p)
""",
    "Gaussian prior": """
s, t: scalar > 0
J = norm2(X*w - y)^2/(2*s^2) + norm2(w)^2/(2*t^2)
grad = X'*(X*w - y)/s^2 + w/t^2
hess = X'*X/s^2 + eye/t^2
""",
    "Huber-like smooth loss": """
f = sqrt(1 + x^2) - 1
f' = x/sqrt(1 + x^2)
f'' = 1/(1 + x^2)^(3/2)
""",
}

KINKED = {
    # true off the kinks, and proved so
    "hinge index": """
y: vector(n) in {-1, 1}
L = sum(i, max(0, 1 - y_i*x_i'*w))
dL/dw = -sum(i, if(y_i*x_i'*w < 1, y_i, 0)*x_i)
""",
    "hinge": """
L = max(0, 1 - y*x)
dL/dx = if(1 - y*x > 0, -y, 0)
""",
    "abs": """
f = abs(x - a)
f' = sign(x - a)
f' = (x - a)/abs(x - a)
f' = if(x > a, 1, -1)
""",
    "maxout": """
f = max(x, x^2)
df/dx = if(x^2 > x, 2*x, 1)
""",
    "clip": """
f = clip(x, -1, 1)
f' = if(x > 1, 0, if(x > -1, 1, 0))
f' = if(abs(x) < 1, 1, 0)
""",
    "relu cases": """
f = relu(x)^2
f' = 2*relu(x)
f'' = if(x > 0, 2, 0)
f'' = 1 + sign(x)
""",
    "two thresholds right": """
f = relu(x - 1) + relu(2 - x)
f' = if(x > 2, 1, 0) - if(x < 1, 1, 0)
f' = if(x > 2, 1, if(x > 1, 0, -1))
""",
    "lasso": """
J = 1/2*norm2(X*w - y)^2 + lam*norm1(w)
grad = X'*(X*w-y) + lam*w./abs(w)
""",
    "svm primal": """
y: vector(n) in {-1, 1}
J = lam/2*norm2(w)^2 + 1/n*sum(max(0, 1 - y.*(X*w)))
grad = lam*w - 1/n*X'*(y.*if(1 - y.*(X*w) > 0, 1, 0))
grad = lam*w - 1/n*X'*(y.*(1 + sign(1 - y.*(X*w)))/2)
""",
    "relu net": """
h = relu(w*x + b)
L = (v*h - y)^2
dL/dw = 2*(v*h - y)*v*if(w*x + b > 0, x, 0)
dL/dw = if(w*x + b > 0, 2*(v*(w*x + b) - y)*v*x, 0)
""",
    "quantile": """
L = max(tau*(y - q), (tau - 1)*(y - q))
dL/dq = if(y > q, -tau, 1 - tau)
""",
}

SHOWN = {
    # true, but one decision hangs on another: no proof is claimed
    "a rectifier of a rectifier": """
f = relu(relu(x) - 1)
f' = if(x > 1, 1, 0)
""",
    "huber by clipping": """
f = if(abs(x) < 1, x^2/2, abs(x) - 1/2)
f' = max(-1, min(1, x))
""",
}

WRONG = {
    # name: (text, number of the wrong line, slips of which one must be named; () for none asked)
    "index captured": (
        """
L = -sum(y .* log(p)), p = softmax(o)
dL/do_i = -y_i*(1-p_i) + sum(k != i, p_i*y_k)
dL/do_i = sum(k, p_k*y_k) - y_i
""",
        4,
        ("index-captured",),
    ),
    "order of the product": (
        """
L = norm2(X*w - y)^2
dL/dw = 2*(X*w - y)*X
""",
        2,
        ("order-of-product",),
    ),
    "sign of the gradient": (
        """
L = norm2(X*w - y)^2
dL/dw = 2*X'*(y - X*w)
""",
        2,
        ("sign-of-whole",),
    ),
    "X on the wrong side, y transposed, 1/n lost": (
        """
h = sigmoid(X*w)
J = -1/n*sum(y.*log(h) + (1-y).*log(1-h))
dJ/dw = X*(h - y')
""",
        3,
        ("order-of-product", "transposed-factor"),
    ),
    "1/n lost between lines": (
        """
h = sigmoid(X*w)
J = -1/n*sum(y.*log(h) + (1-y).*log(1-h))
dJ/dw = X'*(h - y)/n
dJ/dw = X'*(h - y)
""",
        4,
        ("size-dropped",),
    ),
    "outer minus on one term": (
        """
h = sigmoid(X*w)
J = -sum(y.*log(h) + (1-y).*log(1-h))
J = sum(-y.*log(h) + (1-y).*log(1-h))
""",
        3,
        ("missing-outer-minus",),
    ),
    "minimize the log-likelihood": (
        """
p: scalar in (0, 1)
lik = p^7*(1-p)^3
maximize lik <=> minimize log(lik)
""",
        2,
        ("likelihood-sign",),
    ),
    "inner Jacobian missing": (
        """
h = sigmoid(X*w)
J = -sum(y.*log(h) + (1-y).*log(1-h))
grad = h - y
""",
        3,
        ("chain-broken-off",),
    ),
    "accepted answer for a transpose": (
        """
X, A: matrix(n, n)
f = normF(X' - A)^2
df/dX = 2*X' - A - A'
""",
        3 - 1,
        (),
    ),
    "trace form taken for symmetric": (
        """
f = tr(X*B*X'*A)
df/dX = A*(X*B' + X*B)
""",
        2,
        ("missing-assumption",),
    ),
    "hinge subgradient clipped": (
        """
L = max(0, 1 - y*w*x)
dL/dw = max(0, -y*x)
""",
        2,
        ("slope-clipped",),
    ),
    "hinge without its indicator": (
        """
L = max(0, 1 - y*x)
dL/dx = -y
""",
        2,
        ("indicator-dropped",),
    ),
    "Hessian without the sum of labels": (
        """
p = softmax(o)
L = -sum(y.*log(p))
hess = diag(p) - p*p'
""",
        3,
        ("missing-assumption",),
    ),
    "softmax Jacobian without its diagonal": (
        """
p = softmax(o)
dp/do = -p*p'
""",
        2,
        ("diagonal-dropped",),
    ),
    "softmax as if entry by entry": (
        """
p = softmax(o)
dp/do = diag(p.*(1-p))
""",
        2,
        ("off-diagonal-dropped",),
    ),
    "slope of the sigmoid": (
        """
L = 1/2*(sigmoid(w*x) - y)^2
dL/dw = (sigmoid(w*x) - y)*sigmoid(w*x)*x
""",
        2,
        ("slope-of-sigmoid",),
    ),
    "inner factor": (
        """
L = exp(3*x)
dL/dx = exp(3*x)
""",
        2,
        ("inner-factor-lost",),
    ),
    "power not lowered": (
        """
f = x^3
f' = 3*x^3
""",
        2,
        ("power-not-lowered",),
    ),
    "product rule": (
        """
f = x*exp(x)
f' = exp(x)
""",
        2,
        ("product-rule-half",),
    ),
    "sign of a reciprocal": (
        """
f = 1/x
f' = 1/x^2
""",
        2,
        ("reciprocal-sign", "sign-of-whole"),
    ),
    "cosine": (
        """
f = cos(x)
f' = sin(x)
""",
        2,
        ("slope-of-cos", "sign-of-whole"),
    ),
    "log of a sum": (
        """
r, s: scalar > 0
f = log(r + s)
f = log(r) + log(s)
""",
        2,
        ("log-of-sum",),
    ),
    "log into a sum": (
        """
v: vector(n) > 0
f = log(sum(v))
f = sum(log(v))
""",
        2,
        ("log-into-sum",),
    ),
    "square of a sum": (
        """
f = (a + b)^2
f = a^2 + b^2
""",
        2,
        ("power-of-sum",),
    ),
    "middle term": (
        """
f = (a + b)^2
f = a^2 + a*b + b^2
""",
        2,
        ("middle-term",),
    ),
    "root of a square": (
        """
f = sqrt(x^2)
f = x
""",
        2,
        ("abs-dropped", "missing-assumption"),
    ),
    "transpose of a product": (
        """
M = (A*B)'
M = A'*B'
""",
        2,
        ("order-of-product",),
    ),
    "quadratic form of any matrix": (
        """
f = x'*A*x
grad = 2*A*x
""",
        2,
        ("missing-assumption",),
    ),
    "one side of a quadratic form": (
        """
f = x'*A*x
grad = A*x
""",
        2,
        ("product-rule-half",),
    ),
    "two lost": (
        """
f = norm2(x)^2
grad = x
""",
        2,
        ("number-dropped", "power-factor-lost"),
    ),
    "inverse of a product": (
        """
A, B: matrix(n, n) nonsingular
M = inv(A*B)
M = inv(A)*inv(B)
""",
        2,
        ("inverse-of-product",),
    ),
    "trace of a product": (
        """
A, B: matrix(n, n)
f = tr(A*B)
f = tr(A)*tr(B)
""",
        2,
        ("trace-of-product",),
    ),
    "right step from a wrong line": (
        """
f = (x + 1)^2
f = x^2 + 1
df/dx = 2*x
""",
        2,
        ("power-of-sum",),
    ),
    "denominator of the softmax": (
        """
f = log(sum(exp(x)))
grad = exp(x)
""",
        2,
        ("not-normalized", "slope-of-logsumexp"),
    ),
    "scale of the noise": (
        """
s: scalar > 0
J = norm2(X*w - y)^2/(2*s^2)
grad = X'*(X*w - y)/s
""",
        2,
        ("scale-dropped", "exponent-changed", "exponent-dropped"),
    ),
    "penalty forgotten": (
        """
J = norm2(X*w - y)^2 + lam*norm2(w)^2
grad = 2*X'*(X*w - y)
""",
        2,
        ("term-dropped",),
    ),
    "lambda forgotten": (
        """
J = norm2(X*w - y)^2 + lam*norm2(w)^2
grad = 2*X'*(X*w - y) + 2*w
""",
        2,
        ("scale-dropped", "inner-factor-lost"),
    ),
    "slope of an absolute value": (
        """
f = abs(x)
f' = 1
""",
        2,
        ("slope-of-abs",),
    ),
    "constant of the likelihood": (
        """
s: scalar > 0
J = sum(i, (y_i - mu)^2)/(2*s^2) + n*log(s)
J = sum(i, (y_i - mu)^2)/(2*s^2)
""",
        2,
        ("constant-dropped", "term-dropped"),
    ),
    "exponent of a product": (
        """
f = exp(x + y)
f = exp(x) + exp(y)
""",
        2,
        ("exp-of-sum",),
    ),
    "sums multiplied": (
        """
f = sum(i, u_i*v_i)
f = sum(u)*sum(v)
""",
        2,
        ("product-of-sums",),
    ),
}
