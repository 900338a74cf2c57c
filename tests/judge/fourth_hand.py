"""Lines of a fourth hand: reading and naming that three hands before had not asked for.

RIGHT: by name.  WRONG: (the derivation, whose last line is wrong; names that are right).
"""

RIGHT = {
    "multiplier": """\
S: matrix(n, n) symmetric
L = u'*S*u - lam*(u'*u - 1)
dL/du = 2*S*u - 2*lam*u
dL/du = 2*(S - lam*eye)*u
dL/dlam = 1 - u'*u
hess = 2*(S - lam*eye)""",
    "attention": """\
s: vector(n)
v: vector(n)
a = softmax(s)
f = v'*a
df/ds = diag(a)*v - a*a'*v
df/ds = a.*(v - f)
df/ds_i = a_i*(v_i - sum(j, a_j*v_j))""",
    "batch-normalization": """\
v > 0
e > 0
y = g*(x - m)/sqrt(v + e) + b
dy/dm = -g/sqrt(v + e)
dy/dv = -g*(x - m)/(2*(v + e)^(3/2))
dy/dg = (x - m)/sqrt(v + e)
dy/db = 1""",
    "mixture": """\
r: matrix(n, k) > 0
x: vector(n)
Q(m) = -1/2*sum(i, sum(j, r_ij*(x_i - m_j)^2))
dQ/dm_j = sum(i, r_ij*(x_i - m_j))
dQ/dm_j = 0
m_j = sum(i, r_ij*x_i)/sum(i, r_ij)""",
    "poisson": """\
X: matrix(n, d)
y: vector(n) >= 0
L = sum(exp(X*w) - y.*(X*w))
dL/dw = X'*exp(X*w) - X'*y
hess = X'*diag(exp(X*w))*X""",
    "gamma": """\
a > 0
mu > 0
y > 0
l = a*log(a/mu) - a*y/mu
dl/dmu = -a/mu + a*y/mu^2
dl/dmu = a*(y - mu)/mu^2
dl/dmu = 0
mu = y""",
    "weight-decay": """\
X: matrix(n, d)
J = 1/(2*n)*norm2(X*w - y)^2 + lam/2*norm2(w)^2
grad = 1/n*X'*(X*w - y) + lam*w
w - eta*grad = (1 - eta*lam)*w - eta/n*X'*(X*w - y)""",
    "smoothed-labels": """\
z: vector(k)
y: vector(k) simplex
e in (0, 1)
p = softmax(z)
L = -sum(((1 - e)*y + e/k).*log(p))
dL/dz = p - (1 - e)*y - e/k""",
    "triplet": """\
a: vector(d)
p: vector(d)
q: vector(d)
L = relu(norm2(a - p)^2 - norm2(a - q)^2 + m)
dL/da = 2*(q - p)*(norm2(a - p)^2 - norm2(a - q)^2 + m > 0)""",
    "precision": """\
P: matrix(n, n) posdef
S: matrix(n, n) symmetric
l = 1/2*logdet(P) - 1/2*tr(S*P)
dl/dP = 1/2*inv(P) - 1/2*S
dl/dP = 1/2*(inv(P) - S)""",
    "backpropagation": """\
u = W*x + b
h = relu(u)
L = v'*h
dL/dh = v
dL/du = v.*(u > 0)
dL/dW = (v.*(u > 0))*x'
dL/dx = W'*(v.*(u > 0))""",
    "numbers-in-capitals": """\
A > 0
B > 0
f = A/(A + B)
df/dA = B/(A + B)^2
df/dB = -A/(A + B)^2""",
    "symmetric-alone": """\
A: symmetric
f = x'*A*x
grad = 2*A*x
hess = 2*A""",
    "factorization": """\
X = U*V'
J = 1/2*normF(U*V' - M)^2
dJ/dU = (U*V' - M)*V
dJ/dV = (U*V' - M)'*U""",
    "capitals-below-the-line": """\
T > 0
f(T) = exp(-E/T)
f'(T) = E/T^2*exp(-E/T)""",
    "log-of-an-entry": """\
p_k = exp(z_k)/sum(j, exp(z_j))
log(p_k) = z_k - log(sum(j, exp(z_j)))""",
    "log-of-an-entry-in-latex": r"""\begin{align}
p_k &= \frac{e^{z_k}}{\sum_j e^{z_j}} \\
\log p_k &= z_k - \log \sum_j e^{z_j}
\end{align}""",
    "entries-of-small-letters": """\
J = 1/2*sum(i, sum(j, (sum(k, u_ik*v_jk) - m_ij)^2))
dJ/du_ik = sum(j, (sum(l, u_il*v_jl) - m_ij)*v_jk)
dJ/dv_jk = sum(i, (sum(l, u_il*v_jl) - m_ij)*u_ik)""",
    "entries-of-small-letters-in-latex": r"""\begin{align}
J &= \frac12 \sum_{i,j} (\sum_k u_{ik} v_{jk} - m_{ij})^2 \\
\frac{\partial J}{\partial u_{ik}} &= \sum_j (\sum_l u_{il} v_{jl} - m_{ij}) v_{jk}
\end{align}""",
    "comparisons-in-sums": """\
X: matrix(n, d)
y: vector(n) in {-1, 1}
k = mean(y.*(X*w) < 1)
k = sum(i, y_i*x_i'*w < 1)/n""",
}

WRONG = [
    (
        """\
q: vector(d)
K: matrix(n, d)
V: matrix(n, m)
f = V'*softmax(K*q/sqrt(d))
f = softmax(V'*K*q/sqrt(d))""",
        "drawn-into-function",
    ),
    (
        """\
s: vector(n)
v: vector(n)
a = softmax(s)
f = v'*a
df/ds = diag(a)*v - a*a'""",
        "factor-dropped",
    ),
    (
        """\
q: vector(d)
K: matrix(n, d)
L = logsumexp(K*q/sqrt(d))
dL/dq = K'*softmax(K*q)/sqrt(d)""",
        "factor-dropped",
    ),
    (
        """\
x: vector(n)
v = mean((x - mean(x)).^2)
v = mean(x.^2) - 2*mean(x)^2 - mean(x)^2""",
        "sign-of-term",
    ),
    (
        """\
X: matrix(n, d)
J = 1/(2*n)*norm2(X*w - y)^2 + lam/2*norm2(w)^2
grad = 1/n*(X'*(X*w - y) + lam*w)""",
        "bracket-misplaced",
    ),
    (
        """\
z: vector(k)
y: vector(k) simplex
e in (0, 1)
p = softmax(z)
L = -sum(((1 - e)*y + e/k).*log(p))
dL/dz = p - (1 - e)*y""",
        "term-dropped",
    ),
    (
        """\
z: vector(k)
y: vector(k) simplex
p = softmax(z)
L = -sum(y.*log(p))
dL/dz = p - y
hess = diag(p)*(1 - p)""",
        "off-diagonal-dropped",
    ),
    (
        """\
J = 1/2*sum(i, (sum(k, x_ik*w_k) - y_i)^2)
d2J/dw_jdw_k = sum(i, x_ij*x_ij)""",
        "index-exchanged",
    ),
    (
        """\
p = softmax(z)
dp_i/dz_j = p_i*(delta_ij - p_i)""",
        "index-exchanged",
    ),
    (
        """\
X: matrix(n, d)
J = 1/n*norm2(X*w - y)^2 + lam*norm2(w)^2
grad = 2/n*(X'*(X*w - y) + lam*w)""",
        "size-added",
    ),
    (
        """\
y: vector(n)
J(b) = sum(i, (y_i - b)^2)
dJ/db = -2*sum(i, y_i - b)
dJ/db = -2*sum(i, y_i) + 2*b""",
        "size-dropped",
    ),
    (
        """\
T > 0
f(T) = exp(-E/T)
f'(T) = -E/T^2*exp(-E/T)""",
        "reciprocal-sign inner-sign-lost sign-of-whole",
    ),
    (
        """\
s > 0
f(x) = exp(-(x-m)^2/(2*s^2))
f''(x) = ((x-m)^2/s^4 + 1/s^2)*exp(-(x-m)^2/(2*s^2))""",
        "sign-of-term",
    ),
    (
        r"""\begin{align}
p_k &= \frac{e^{z_k}}{\sum_j e^{z_j}} \\
\log p_k &= z_k - \sum_j z_j
\end{align}""",
        "log-into-sum",
    ),
    (
        """\
J = 1/2*sum(i, sum(j, (sum(k, u_ik*v_jk) - m_ij)^2))
dJ/du_ik = sum(j, (sum(l, u_il*v_jl) - m_ij)*v_kj)""",
        "index-exchanged transposed-factor",
    ),
    (
        """\
p in (0, 1)
l = log(p*exp(a) + (1-p)*exp(b))
dl/dp = exp(a)/(p*exp(a) + (1-p)*exp(b))""",
        "term-dropped",
    ),
]
