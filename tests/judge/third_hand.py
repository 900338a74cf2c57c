"""Lines of a third hand: right ones with unusual turns, wrong ones with what a teacher would say.

RIGHT: by name.  WRONG: (the derivation, whose last line is wrong; names that are right).
"""

RIGHT = {
    "r1": """\
X: matrix(n, d)
y: vector(n) in {0, 1}
J = sum(softplus(X*w) - y.*(X*w))
J = sum(y.*softplus(-X*w) + (1-y).*softplus(X*w))
dJ/dw = X'*(1/2*tanh(X*w/2) + 1/2 - y)""",
    "r2": """\
y: vector(n) in {-1, 1}
X: matrix(n, d)
L = sum(log(1 + exp(-y.*(X*w))))
L = sum(softplus(X*w) - (1 + y)/2.*(X*w))
dL/dw = X'*(sigmoid(X*w) - (1 + y)/2)""",
    "r3": """\
p = 1/(1 + exp(-z))
dp/dz = exp(-z)/(1 + exp(-z))^2
dp/dz = 1/(2 + exp(z) + exp(-z))
dp/dz = 1/(4*cosh(z/2)^2)
dp/dz = 1/4 - (p - 1/2)^2""",
    "r4": """\
f = log(exp(a) + exp(b))
f = (a + b)/2 + log(2*cosh((a - b)/2))
df/da = 1/(1 + exp(b - a))
d2f/da2 = sigmoid(a-b)*sigmoid(b-a)""",
    "r6": """\
p = softmax(z)
dp_i/dz_j = p_i*(delta_ij - p_j)
dp/dz = diag(p)*(eye - ones*p')""",
    "r8": """\
X: matrix(n, d)
lam > 0
J = norm2(X*w - y)^2 + lam*norm2(w)^2
grad = 2*(X'*X + lam*eye)*w - 2*X'*y
grad = 0
w = X'*inv(X*X' + lam*eye)*y""",
    "r9": """\
x: vector(n)
y: vector(n)
S = sum((x - mean(x)).*(y - mean(y)))
S = sum(x.*y) - n*mean(x)*mean(y)
S = (x - mean(x))'*y
S = x'*(eye - ones*ones'/n)*y""",
    "r11": """\
A: matrix(n, n)
f(x) = x'*A*x
f(x) = 1/2*x'*(A + A')*x
df = x'*(A + A')*dx
grad = (A + A')*x""",
    "r18": """\
A: matrix(n, n) symmetric
f(x) = (x'*A*x)/(x'*x)
grad = 2/(x'*x)*(A*x - f*x)""",
    "r19": """\
s > 0
lik = prod(i, 1/(s*sqrt(2*pi))*exp(-1/2*((x_i - mu)/s)^2))
log(lik) = -n/2*log(2*pi*s^2) - 1/(2*s^2)*sum(i, (x_i - mu)^2)
dlog(lik)/dmu = (sum(i, x_i) - n*mu)/s^2
dlog(lik)/ds = (sum(i, (x_i - mu)^2) - n*s^2)/s^3""",
    "r24": """\
z = w1*x
h = tanh(z)
o = w2*h
L = 1/2*(o - y)^2
dL/do = o - y
dL/dw2 = (o - y)*h
dL/dh = (o - y)*w2
dL/dz = (o - y)*w2*(1 + h)*(1 - h)
dL/dw1 = x*dL/dz""",
    "r26": """\
q: vector(d)
K: matrix(n, d)
v: vector(n)
a = softmax(K*q/sqrt(d))
f = v'*a
df/dq = K'*(a.*(v - a'*v))/sqrt(d)""",
    "r27": """\
x: vector(n)
v: vector(n)
f = v'*(x - mean(x))
f = (v - mean(v))'*x
df/dx = v - mean(v)""",
    "r28": """\
s1 > 0
s2 > 0
KL = log(s2/s1) + (s1^2 + (m1 - m2)^2)/(2*s2^2) - 1/2
KL = -log(s1/s2) + 1/2*((s1/s2)^2 - 1) + (m1-m2)^2/(2*s2^2)
dKL/ds1 = (s1^2 - s2^2)/(s1*s2^2)
dKL/dm1 = (m1 - m2)/s2^2""",
    "r39": """\
Q: matrix(n, n) symmetric
D = sum(a) - 1/2*a'*Q*a
dD/da = ones - Q*a
dD/da = 0
a = inv(Q)*ones""",
    "r40": """\
p in (0, 1)
l = log(p*exp(-(x-a)^2/2) + (1-p)*exp(-(x-b)^2/2))
r = p*exp(-(x-a)^2/2)/(p*exp(-(x-a)^2/2) + (1-p)*exp(-(x-b)^2/2))
dl/da = r*(x - a)
dl/db = (1-r)*(x - b)""",
    "r41": """\
p in (0, 1)
l = log(p*exp(-(x-a)^2/2) + (1-p)*exp(-(x-b)^2/2))
dl/da = (x - a)*sigmoid(log(p/(1-p)) + (x-b)^2/2 - (x-a)^2/2)""",
    "r42": """\
f(x) = log(sum(exp(x)))
p = softmax(x)
grad = p
hess = diag(p) - p*p'
q = v'*hess*v
q = sum(p.*v.^2) - (p'*v)^2
q = sum(p.*(v - p'*v).^2)""",
    "r47": """\
X: matrix(m, n)
B: matrix(n, n)
f = tr(X*B*X')
df = tr(dX*B*X') + tr(X*B*dX')
df/dX = X*(B + B')""",
    "r53": """\
p: vector(n) > 0
q: vector(n) > 0
C = -sum(p.*log(q))
C = sum(p.*log(p./q)) - sum(p.*log(p))
dC/dq = -p./q""",
    "r54": """\
x: vector(n)
v = mean((x - mean(x)).^2)
v = mean(x.^2) - mean(x)^2
dv/dx = 2/n*(x - mean(x))""",
    "r57": """\
k: vector(n)
x: vector(n)
nll = sum(i, exp(a + b*x_i) - k_i*(a + b*x_i))
dnll/da = sum(i, exp(a + b*x_i)) - sum(k)
dnll/db = sum(i, x_i*exp(a + b*x_i)) - k'*x
d2nll/dadb = exp(a)*sum(i, x_i*exp(b*x_i))""",
    "r58": """\
X: matrix(n, d)
A: matrix(d, d)
f = sum(diag(X*A*X'))
f = tr(X'*X*A)
df/dA = X'*X""",
    "r61": """\
x: vector(n)
c: vector(n) > 0
J(m) = sum(i, c_i*(x_i - m)^2)
dJ/dm = 2*m*sum(c) - 2*c'*x
dJ/dm = 0
m = c'*x/sum(c)""",
}

WRONG = [
    (
        """\
X: matrix(n, d)
y: vector(n) in {0, 1}
s = sigmoid(X*w)
J = -sum(y.*log(s) + (1-y).*log(1-s))
dJ/dw = X'*(s - y)
d2J/dw2 = X'*diag(s)*X""",
        "factor-dropped slope-of-sigmoid",
    ),
    (
        r"""\begin{align}
J &= -\sum_i \left[ y_i \log \sigma(w x_i + b) + (1-y_i)\log(1-\sigma(w x_i + b)) \right] \\
\frac{\partial J}{\partial b} &= \sum_i (\sigma(w x_i + b) - y_i) x_i
\end{align}""",
        "other-variable",
    ),
    (
        """\
p = softmax(z)
dp/dz = eye - p*p'""",
        "factor-dropped",
    ),
    (
        """\
z: vector(k)
log(softmax(z)) = z - log(sum(z))""",
        "function-dropped",
    ),
    (
        """\
X: matrix(n, d)
c: vector(n) > 0
J = (X*w - y)'*diag(c)*(X*w - y)
dJ/dw = 2*X'*diag(c)*X*w - 2*X'*y""",
        "factor-dropped",
    ),
    (
        """\
X: matrix(n, d)
lam > 0
J = norm2(X*w - y)^2 + lam*norm2(w)^2
grad = 2*X'*(X*w - y) + 2*lam""",
        "factor-dropped",
    ),
    (
        """\
X: matrix(n, d)
J = 1/2*norm2(X*w - y)^2 + lam*norm1(w)
grad = X'*(X*w - y) + lam*ones""",
        "slope-of-abs",
    ),
    (
        """\
A: matrix(n, n)
B: matrix(n, n)
M = inv(A*B)
M = inv(A)*inv(B)""",
        "inverse-of-product",
    ),
    (
        """\
A: matrix(n, m)
B: matrix(m, n)
a: vector(n)
f = a'*(A*B)'*a
f = a'*A'*B'*a""",
        "order-of-product",
    ),
    (
        """\
X: matrix(n, n)
f = det(X)
df/dX = inv(X)'""",
        "factor-dropped",
    ),
    (
        """\
f(x) = norm2(x - a)
grad = 2*(x - a)""",
        "root-forgotten",
    ),
    (
        """\
s > 0
x: vector(n)
l = -n*log(s) - sum(i, (x_i - mu)^2)/(2*s^2)
dl/dmu = sum(i, x_i - mu)/s^2
dl/dmu = (sum(i, x_i) - mu)/s^2""",
        "size-dropped",
    ),
    (
        """\
k: vector(n) >= 0
lam > 0
nll = n*lam - sum(k)*log(lam)
d nll/dlam = 1 - sum(k)/lam""",
        "inner-factor-lost size-dropped",
    ),
    (
        """\
p in (0, 1)
k > 0
m > 0
l = k*log(p) + m*log(1-p)
dl/dp = k/p - m/(1-p)
dl/dp = 0
p = k/m""",
        "term-dropped",
    ),
    (
        """\
q: vector(d)
K: matrix(n, d)
s = K*q/sqrt(d)
a = softmax(s)
f = log(sum(exp(s)))
df/dq = K'*a""",
        "factor-dropped",
    ),
    (
        """\
v: vector(n)
f = v'*softmax(s)
df/ds = softmax(s).*v""",
        "slope-of-softmax",
    ),
    (
        """\
p in (0, 1)
N1 = exp(-(x - a)^2/2)
N2 = exp(-(x - b)^2/2)
l = log(p*N1 + (1-p)*N2)
dl/da = x - a""",
        "factor-dropped",
    ),
    (
        """\
s > 0
z = (x - m)/s
L = g*z + c
dL/dx = g/s^2""",
        "exponent-added",
    ),
    (
        """\
x: vector(n)
v: vector(n)
f = v'*(x - mean(x))
df/dx = v""",
        "term-dropped chain-broken-off",
    ),
    (
        """\
f(x) = cos(2*x) + x^3
f'(x) = sin(2*x) + 3*x^2""",
        "number-changed",
    ),
    (
        """\
J = 1/2*sum(i, (sum(k, x_ik*w_k) - y_i)^2)
dJ/dw_j = sum(i, (sum(k, x_ik*w_k) - y_i)*x_ji)""",
        "index-exchanged",
    ),
    (
        """\
p: vector(n) simplex
v: vector(n)
q = v'*(diag(p) - p*p')*v
q = sum(p.*v.^2) - sum(p.*v)""",
        "exponent-dropped",
    ),
    (
        """\
X: matrix(n, d)
y: vector(n) in {0, 1}
J = sum(softplus(X*w) - y.*(X*w)) + lam/2*norm2(w)^2
dJ/dw = X'*(sigmoid(X*w) - y)""",
        "term-dropped",
    ),
    (
        """\
z: vector(k)
y: vector(k) simplex
L = logsumexp(z) - y'*z
dL/dz = exp(z)/sum(z) - y""",
        "part-exchanged",
    ),
    (
        """\
x: vector(n)
c: vector(n) > 0
J(m) = sum(i, c_i*(x_i - m)^2)
dJ/dm = -2*sum(i, c_i*(x_i - m))
dJ/dm = 0
m = sum(i, c_i*x_i)/n""",
        "part-exchanged",
    ),
    (
        """\
X: matrix(n, n)
J = 1/2*norm2(X*w - y)^2
grad = X'*(X*w - y)
grad = X'*X*w - y""",
        "part-exchanged factor-dropped",
    ),
    (
        """\
A: matrix(m, n)
f(x) = norm2(A*x - b)
grad = (A*x - b)/norm2(A*x - b)""",
        "chain-broken-off",
    ),
    (
        """\
z = w1*x
h = tanh(z)
o = sigmoid(w2*h)
L = 1/2*(o - t)^2
dL/dw2 = (o - t)*h""",
        "factor-dropped",
    ),
    (
        """\
q: vector(d)
k: vector(d)
s = q'*k/sqrt(d)
ds/dq = k/d""",
        "part-exchanged",
    ),
    (
        """\
f = (x - a*u)'*(x - a*u)
f = x'*x - 2*a*u'*x + a*u'*u""",
        "exponent-dropped",
    ),
    (
        r"""\begin{align}
J &= \frac{1}{2} (Xw - y)^\top (Xw - y) \\
dJ &= 2 (Xw - y)^\top X\, dw
\end{align}""",
        "number-added",
    ),
    (
        """\
a > 0
b > 0
x > 0
f = b^a*x^(a-1)*exp(-b*x)
log(f) = a*log(b) + a*log(x) - b*x""",
        "term-dropped",
    ),
    (
        """\
A: matrix(n, n)
B: matrix(n, n)
M = inv(A + B)
M = inv(A) + inv(B)""",
        "inverse-of-sum",
    ),
    (
        """\
r(x, y) = sqrt(x^2 + y^2)
dr/dy = x/sqrt(x^2 + y^2)""",
        "other-variable",
    ),
]
