"""Derivations and wrong lines of a second hand, written before the bank was mended for them.

RIGHT: by name.  WRONG: (name, row from 1, the line in its place, patterns of the names that are
right, "" where none is asked).
"""

RIGHT = {
    "r1": """\
f(x) = x^2*sin(3*x)
f'(x) = 2*x*sin(3*x) + 3*x^2*cos(3*x)
f''(x) = 2*sin(3*x) + 12*x*cos(3*x) - 9*x^2*sin(3*x)""",
    "r2": """\
f(x) = log(x)/x
f'(x) = (1/x*x - log(x))/x^2
f'(x) = (1 - log(x))/x^2
f''(x) = (-1/x*x^2 - 2*x*(1 - log(x)))/x^4
f''(x) = (2*log(x) - 3)/x^3""",
    "r3": """\
x: vector(n)
J(m) = sum(i, (x_i - m)^2)/n
J(m) = mean(x.^2) - 2*m*mean(x) + m^2
dJ/dm = 2*m - 2*mean(x)
d2J/dm2 = 2""",
    "r4": """\
k >= 0
n > 0
p in (0, 1)
lik = p^k*(1-p)^(n-k)
log(lik) = k*log(p) + (n-k)*log(1-p)
dlog(lik)/dp = k/p - (n-k)/(1-p)
dlog(lik)/dp = (k - n*p)/(p*(1-p))""",
    "r5": """\
y: vector(n) in {0, 1}
X: matrix(n, d)
z = X*w
J = sum(softplus(z) - y.*z)
J = sum(log(1 + exp(z)) - y.*z)
dJ/dz = exp(z)./(1 + exp(z)) - y
dJ/dz = sigmoid(z) - y
dJ/dw = X'*(sigmoid(X*w) - y)
hess = X'*diag(sigmoid(X*w).*(1 - sigmoid(X*w)))*X""",
    "r6": """\
lam > 0
J(w) = 1/2*norm2(X*w - y)^2 + lam/2*norm2(w)^2
J(w) = 1/2*(X*w - y)'*(X*w - y) + lam/2*w'*w
J(w) = 1/2*w'*X'*X*w - y'*X*w + 1/2*y'*y + lam/2*w'*w
dJ/dw = X'*X*w - X'*y + lam*w
dJ/dw = (X'*X + lam*eye)*w - X'*y
dJ/dw = 0
w = inv(X'*X + lam*eye)*X'*y""",
    "r7": """\
A: matrix(n, n)
f(x) = x'*A*x - b'*x
df = dx'*A*x + x'*A*dx - b'*dx
df = (A*x + A'*x - b)'*dx
grad = (A + A')*x - b
hess = A + A'""",
    "r8": """\
lam > 0
x: vector(n) > 0
lik = prod(i, lam*exp(-lam*x_i))
log(lik) = n*log(lam) - lam*sum(x)
nll = -n*log(lam) + lam*sum(x)
dnll/dlam = -n/lam + sum(x)
dnll/dlam = 0
lam = n/sum(x)
lam = 1/mean(x)""",
    "r9": """\
s > 0
x: vector(n)
nll = sum((x - mu).^2)/(2*s^2) + n*log(s)
dnll/dmu = -sum(x - mu)/s^2
dnll/dmu = (n*mu - sum(x))/s^2
dnll/ds = -sum((x - mu).^2)/s^3 + n/s
dnll/ds = 0
s^2 = mean((x - mu).^2)""",
    "r10": """\
z = w2*tanh(w1*x + b1) + b2
L = 1/2*(z - y)^2
dL/dz = z - y
dL/dw2 = (z - y)*tanh(w1*x + b1)
dL/dw1 = (z - y)*w2*(1 - tanh(w1*x + b1)^2)*x
dL/db1 = (z - y)*w2*(1 - tanh(w1*x + b1)^2)
dL/db2 = z - y""",
    "r11": """\
y: vector(k) onehot
L = -sum(y.*log(softmax(z)))
L = -y'*z + log(sum(exp(z)))
dL/dz = -y + exp(z)/sum(exp(z))
dL/dz_j = softmax(z)_j - y_j
d2L/dz_jdz_l = softmax(z)_j*(1[j = l] - softmax(z)_l)""",
    "r12": """\
f(x) = (1 + x^2)^(3/2)
f'(x) = 3/2*(1 + x^2)^(1/2)*2*x
f'(x) = 3*x*sqrt(1 + x^2)
f''(x) = 3*sqrt(1 + x^2) + 3*x^2/sqrt(1 + x^2)
f''(x) = (3 + 6*x^2)/sqrt(1 + x^2)""",
    "r13": """\
f(x, y) = x^2*y + exp(x*y)
f_x = 2*x*y + y*exp(x*y)
f_y = x^2 + x*exp(x*y)
f_xy = 2*x + exp(x*y) + x*y*exp(x*y)
f_yy = x^2*exp(x*y)""",
    "r14": """\
X: matrix(n, d)
L(W) = 1/2*sum((X*W - Y).^2)
dL = tr((X*W - Y)'*X*dW)
grad = X'*(X*W - Y)
grad = X'*X*W - X'*Y""",
    "r15": """\
f(X) = log(det(X))
X: matrix(n, n) pd
df = tr(inv(X)*dX)
grad = inv(X)""",
    "r16": """\
a > 0
f(x) = x^a*exp(-x)
x > 0
log(f) = a*log(x) - x
f'(x) = a*x^(a-1)*exp(-x) - x^a*exp(-x)
f'(x) = x^(a-1)*exp(-x)*(a - x)""",
    "r17": """\
sigma(z) = 1/(1 + exp(-z))
sigma'(z) = exp(-z)/(1 + exp(-z))^2
sigma'(z) = sigma(z)*(1 - sigma(z))
1 - sigma(z) = sigma(-z)
sigma''(z) = sigma(z)*(1 - sigma(z))*(1 - 2*sigma(z))""",
    "r18": """\
y: vector(n) in {-1, 1}
L = sum(i, log(1 + exp(-y_i*x_i'*w)))
X: matrix(n, d)
dL/dw_j = sum(i, -y_i*x_ij*exp(-y_i*x_i'*w)/(1 + exp(-y_i*x_i'*w)))
dL/dw_j = -sum(i, y_i*x_ij*sigmoid(-y_i*x_i'*w))
dL/dw = -X'*(y.*sigmoid(-y.*(X*w)))""",
    "r19": """\
L = norm2(x - a)
dL/dx = (x - a)/norm2(x - a)
hess = eye/norm2(x-a) - (x-a)*(x-a)'/norm2(x-a)^3""",
    "r20": """\
f(x) = relu(x)^2
f'(x) = 2*relu(x)*1[x > 0]
f'(x) = 2*relu(x)""",
    "r21": """\
f(t) = cosh(t)^2
f'(t) = 2*cosh(t)*sinh(t)
f'(t) = sinh(2*t)
f''(t) = 2*cosh(2*t)
f''(t) = 2*cosh(t)^2 + 2*sinh(t)^2""",
    "r22": """\
f(x) = atan(x/2)
f'(x) = 1/(1 + (x/2)^2)*1/2
f'(x) = 2/(4 + x^2)
f''(x) = -4*x/(4 + x^2)^2""",
    "r23": """\
x: vector(n) >= 0, integer
lam > 0
nll = n*lam - sum(x)*log(lam)
dnll/dlam = n - sum(x)/lam
d2nll/dlam2 = sum(x)/lam^2
dnll/dlam = 0
lam = mean(x)""",
    "r24": """\
p = sigmoid(w*x + b)
L = -y*log(p) - (1 - y)*log(1 - p)
dL/dp = -y/p + (1 - y)/(1 - p)
dL/dp = (p - y)/(p*(1 - p))
dp/db = p*(1 - p)
dL/db = p - y
dL/dw = (p - y)*x
d2L/dw2 = p*(1 - p)*x^2""",
    "r25": """\
u = softmax(x)
du_i/dx_j = u_i*(delta_ij - u_j)
J(x) = c'*u
dJ/dx_j = sum(i, c_i*u_i*(delta_ij - u_j))
dJ/dx_j = u_j*(c_j - c'*u)
grad = u.*c - u*(c'*u)""",
    "r26": """\
f(x) = sqrt(x^2 + 1) - x
f(x) = 1/(sqrt(x^2 + 1) + x)
f'(x) = x/sqrt(x^2 + 1) - 1""",
    "r27": """\
L(w) = sum(i, abs(y_i - x_i'*w))
X: matrix(n, d)
dL/dw = -X'*sign(y - X*w)""",
    "r28": """\
X: matrix(n, d)
y: vector(n) in {-1, 1}
L(w) = mean(max(0, 1 - y.*(X*w))) + lam*w'*w
dL/dw = -1/n*X'*(y.*(1[1 - y.*(X*w) > 0])) + 2*lam*w""",
    "r29": """\
f(x) = x*log(x) + (1-x)*log(1-x)
x in (0, 1)
f'(x) = log(x) + 1 - log(1-x) - 1
f'(x) = log(x/(1-x))
f''(x) = 1/x + 1/(1-x)
f''(x) = 1/(x*(1-x))""",
    "r30": """\
KL = sum(p.*log(p./q))
p, q: vector(n) > 0
KL = sum(p.*log(p)) - sum(p.*log(q))
dKL/dq = -p./q
dKL/dp = log(p./q) + 1""",
    "r31": """\
f(w) = log(sum(exp(X*w)))
grad = X'*softmax(X*w)
hess = X'*(diag(softmax(X*w)) - softmax(X*w)*softmax(X*w)')*X""",
    "r32": """\
L(m, b) = 1/(2*n)*sum(i, (m*x_i + b - y_i)^2)
dL/dm = 1/n*sum(i, (m*x_i + b - y_i)*x_i)
dL/dm = m*mean(x.^2) + b*mean(x) - mean(x.*y)
dL/db = m*mean(x) + b - mean(y)""",
    "r33": """\
f(x) = exp(-x^2/2)
f'(x) = -x*exp(-x^2/2)
f''(x) = (x^2 - 1)*exp(-x^2/2)
f'''(x) = (3*x - x^3)*exp(-x^2/2)""",
    "r34": """\
f(X) = tr(X'*A*X*B)
A: matrix(n, n)
B: matrix(m, m)
df = tr(dX'*A*X*B) + tr(X'*A*dX*B)
grad = A*X*B + A'*X*B'""",
    "r35": """\
f(X) = tr(inv(X)*A)
df = -tr(inv(X)*dX*inv(X)*A)
grad = -(inv(X)*A*inv(X))'""",
    "r36": """\
h = relu(W1*x + b1)
yhat = W2*h + b2
L = 1/2*norm2(yhat - t)^2
dL/dyhat = yhat - t
dL/dW2 = (yhat - t)*h'
dL/dh = W2'*(yhat - t)
dL/db1 = (W2'*(yhat - t)).*(W1*x + b1 > 0)
dL/dW1 = ((W2'*(yhat - t)).*(W1*x + b1 > 0))*x'""",
    "r37": """\
L = log(cosh(r))
dL/dr = sinh(r)/cosh(r)
dL/dr = tanh(r)
d2L/dr2 = 1 - tanh(r)^2
d2L/dr2 = 1/cosh(r)^2""",
    "r38": """\
tan(x)^2 + 1 = 1/cos(x)^2
f(x) = tan(x)
f'(x) = (cos(x)*cos(x) + sin(x)*sin(x))/cos(x)^2
f'(x) = 1 + tan(x)^2
f''(x) = 2*tan(x)*(1 + tan(x)^2)""",
    "r39": """\
a, b > 0
f(p) = (a-1)*log(p) + (b-1)*log(1-p)
p in (0, 1)
f'(p) = (a-1)/p - (b-1)/(1-p)
f'(p) = 0
p = (a-1)/(a+b-2)""",
    "r40": """\
x: vector(n)
v = mean((x - mean(x)).^2)
v = mean(x.^2) - mean(x)^2
dv/dx_i = 2/n*(x_i - mean(x))""",
}

WRONG = [
    ("r1", 2, "f'(x) = 2*x*sin(3*x) + x^2*cos(3*x)", "inner-*"),
    ("r1", 2, "f'(x) = 2*x*sin(3*x) - 3*x^2*cos(3*x)", "slope-of-sin sign-*"),
    ("r1", 2, "f'(x) = 6*x*cos(3*x)", "product-of-slopes"),
    ("r1", 3, "f''(x) = 2*sin(3*x) + 6*x*cos(3*x) - 9*x^2*sin(3*x)", "number-changed bracket-*"),
    ("r2", 2, "f'(x) = (log(x) - 1/x*x)/x^2", "quotient-reversed"),
    ("r2", 2, "f'(x) = (1/x*x - log(x))/x", "quotient-not-squared"),
    ("r2", 3, "f'(x) = (1 - log(x))/x", "quotient-not-squared exponent-*"),
    ("r2", 5, "f''(x) = (2*log(x) + 3)/x^3", "sign-of-term missing-outer-minus"),
    ("r3", 3, "J(m) = mean(x.^2) - 2*m*mean(x) + n*m^2", "size-added"),
    ("r3", 3, "J(m) = mean(x)^2 - 2*m*mean(x) + m^2", "mean-squared constant-dropped"),
    ("r3", 4, "dJ/dm = 2*m + 2*mean(x)", "sign-of-term"),
    ("r4", 5, "log(lik) = k*log(p)*(n-k)*log(1-p)", "log-of-product"),
    ("r4", 6, "dlog(lik)/dp = k/p + (n-k)/(1-p)", "inner-sign-lost"),
    ("r4", 7, "dlog(lik)/dp = (k - n*p)/(1-p)", "constant-factor factor-dropped"),
    ("r5", 7, "dJ/dz = y - sigmoid(z)", "sign-of-whole"),
    ("r5", 8, "dJ/dw = X*(sigmoid(X*w) - y)", "transposed-factor"),
    ("r5", 8, "dJ/dw = sigmoid(X*w) - y", "chain-broken-off"),
    ("r5", 9, "hess = X'*(sigmoid(X*w).*(1 - sigmoid(X*w)))*X", ""),
    ("r6", 4, "J(w) = 1/2*w'*X'*X*w - 2*y'*X*w + 1/2*y'*y + lam/2*w'*w", "number-*"),
    ("r6", 5, "dJ/dw = X'*X*w - X'*y + 2*lam*w", "inner-factor-lost number-*"),
    ("r6", 5, "dJ/dw = X'*X*w - X*y + lam*w", "transposed-factor"),
    ("r6", 6, "dJ/dw = (X'*X + lam)*w - X'*y", "unit-matrix-missing"),
    ("r6", 8, "w = inv(X'*X - lam*eye)*X'*y", "sign-of-term"),
    ("r6", 8, "w = X'*y*inv(X'*X + lam*eye)", "order-of-product"),
    ("r7", 5, "grad = 2*A*x - b", "missing-assumption"),
    ("r7", 6, "hess = A", "term-dropped"),
    ("r8", 4, "log(lik) = log(lam) - lam*sum(x)", "size-dropped"),
    ("r8", 5, "nll = n*log(lam) - lam*sum(x)", "likelihood-sign"),
    ("r8", 6, "dnll/dlam = -n/lam - sum(x)", "sign-of-term"),
    ("r8", 8, "lam = sum(x)/n", "upside-down"),
    ("r9", 4, "dnll/dmu = sum(x - mu)/s^2", ""),
    ("r9", 5, "dnll/dmu = (mu - sum(x))/s^2", "size-dropped"),
    ("r9", 6, "dnll/ds = -sum((x - mu).^2)/(2*s^3) + n/s", "power-factor-lost"),
    ("r10", 4, "dL/dw2 = (z - y)*(w1*x + b1)", "function-dropped"),
    ("r10", 5, "dL/dw1 = (z - y)*w2*(1 - tanh(w1*x + b1)^2)", "inner-factor-lost chain-*"),
    ("r10", 5, "dL/dw1 = (z - y)*w2*(1 - tanh(w1*x + b1))*x", "slope-of-tanh"),
    ("r10", 6, "dL/db1 = (z - y)*(1 - tanh(w1*x + b1)^2)", "inner-factor-lost"),
    ("r11", 3, "L = -y'*z + sum(z)", "log-into-sum"),
    ("r11", 5, "dL/dz_j = y_j - softmax(z)_j", "sign-of-whole"),
    ("r11", 6, "d2L/dz_jdz_l = softmax(z)_j*(1 - softmax(z)_l)", "diagonal-dropped"),
    ("r12", 2, "f'(x) = 3/2*(1 + x^2)^(1/2)", "chain-broken-off"),
    ("r12", 2, "f'(x) = 3/2*(1 + x^2)^(5/2)*2*x", "power-raised"),
    ("r13", 2, "f_x = 2*x*y + x*exp(x*y)", "symbol-exchanged other-variable"),
    ("r13", 4, "f_xy = 2*x + x*y*exp(x*y)", "product-rule-half"),
    ("r14", 4, "grad = (X*W - Y)*X'", "order-of-product"),
    ("r14", 4, "grad = X'*(Y - X*W)", "sign-of-whole"),
    ("r15", 3, "df = tr(X*dX)", "inverse-dropped"),
    ("r16", 5, "f'(x) = a*x^(a-1)*exp(-x) + x^a*exp(-x)", "inner-sign-lost"),
    ("r16", 5, "f'(x) = a*x^(a-1)*exp(-x) - a*x^(a-1)*exp(-x)", "not-differentiated"),
    ("r17", 2, "sigma'(z) = -exp(-z)/(1 + exp(-z))^2", "sign-of-whole"),
    ("r18", 4, "dL/dw_j = sum(i, -y_i*x_ij/(1 + exp(-y_i*x_i'*w)))", "sign-of-argument"),
    ("r18", 6, "dL/dw = -X'*(y.*sigmoid(y.*(X*w)))", "sign-of-argument"),
    ("r19", 2, "dL/dx = 2*(x - a)", "root-forgotten"),
    ("r22", 2, "f'(x) = 1/(1 + x^2/2)*1/2", "number-*"),
    ("r24", 3, "dL/dp = -y/p - (1 - y)/(1 - p)", "inner-sign-lost"),
    ("r25", 2, "du_i/dx_j = u_i*(1 - u_j)", "diagonal-dropped"),
    ("r30", 3, "KL = sum(p.*log(p)) + sum(p.*log(q))", "sign-of-term"),
    ("r31", 2, "grad = softmax(X*w)", "chain-broken-off"),
    ("r32", 3, "dL/dm = m*mean(x)^2 + b*mean(x) - mean(x.*y)", "mean-squared"),
    ("r34", 4, "grad = A*X*B + A'*X*B", "missing-assumption"),
    ("r35", 3, "grad = inv(X)*A*inv(X)", "whole-transposed"),
    ("r36", 5, "dL/dW2 = h*(yhat - t)'", "whole-transposed"),
    ("r36", 7, "dL/db1 = W2'*(yhat - t)", "slope-of-relu*"),
    ("r40", 4, "dv/dx_i = 2/n*x_i", "term-dropped"),
]
