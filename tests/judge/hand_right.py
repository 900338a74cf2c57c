"""Right derivations as people write them: text, LaTeX, Markdown, NumPy, Chinese lead-ins."""

RIGHT_BY_HAND: dict[str, str] = {
    "chain1": r"""
f(x) = (3*x^2 + 1)*exp(-x)
f'(x) = 6*x*exp(-x) - (3*x^2 + 1)*exp(-x)
f'(x) = (6*x - 3*x^2 - 1)*exp(-x)
f'(0) = -1
""",
    "quot": r"""
y = (x^2 - 1)/(x^2 + 1)
dy/dx = (2*x*(x^2 + 1) - (x^2 - 1)*2*x)/(x^2 + 1)^2
dy/dx = 4*x/(x^2 + 1)^2
""",
    "logtrig": r"""
x in (0, 1)
g = log(sin(x)) + x*cos(x)
g' = cos(x)/sin(x) + cos(x) - x*sin(x)
g'' = -1/sin(x)^2 - 2*sin(x) - x*cos(x)
""",
    "swish": r"""
f = z*sigmoid(z)
f' = sigmoid(z) + z*sigmoid(z)*(1 - sigmoid(z))
f' = f + sigmoid(z)*(1 - f)
""",
    "logistic1": r"""
# one sample, label t in {0,1}
t in {0, 1}
a = w*x + b
p = 1/(1 + exp(-a))
E = -t*log(p) - (1 - t)*log(1 - p)
dE/dp = (p - t)/(p*(1 - p))
dp/da = p*(1 - p)
dE/da = p - t
dE/dw = (p - t)*x
d2E/dw2 = p*(1 - p)*x^2
""",
    "ridgeTex": r"""
\begin{align}
J(w) &= \frac{1}{2}\|y - Xw\|_2^2 + \frac{\lambda}{2}\|w\|_2^2 \\
     &= \frac{1}{2}(y - Xw)^\top (y - Xw) + \frac{\lambda}{2} w^\top w \\
\nabla_w J &= -X^\top (y - Xw) + \lambda w \\
 &= (X^\top X + \lambda I) w - X^\top y \\
\nabla_w^2 J &= X^\top X + \lambda I
\end{align}
""",
    "ridgeNormal": r"""
lam > 0
J = norm2(X*w - y)^2 + lam*norm2(w)^2
grad = 2*X'*(X*w - y) + 2*lam*w
grad = 0
(X'*X + lam*eye)*w = X'*y
w = inv(X'*X + lam*eye)*X'*y
""",
    "gaussmu": r"""
s > 0
lik = prod(i, 1/(s*sqrt(2*pi))*exp(-(x_i - mu)^2/(2*s^2)))
log(lik) = -n*log(s) - n/2*log(2*pi) - 1/(2*s^2)*sum(i, (x_i - mu)^2)
nll = n*log(s) + n/2*log(2*pi) + 1/(2*s^2)*sum(i, (x_i - mu)^2)
d nll/dmu = -1/s^2*sum(i, x_i - mu)
d nll/ds = n/s - 1/s^3*sum(i, (x_i - mu)^2)
""",
    "gaussTex": r"""
\begin{align*}
\ell(\mu) &= -\frac{1}{2\sigma^2}\sum_{i=1}^n (x_i - \mu)^2 \\
\frac{d\ell}{d\mu} &= \frac{1}{\sigma^2}\sum_{i=1}^n (x_i - \mu) \\
&= \frac{1}{\sigma^2}\left(\sum_{i=1}^n x_i - n\mu\right)
\end{align*}
""",
    "poisson": r"""
lam > 0
L = lam*n - sum(y)*log(lam)
dL/dlam = n - sum(y)/lam
d2L/dlam2 = sum(y)/lam^2
dL/dlam = 0
lam = sum(y)/n
""",
    "bern": r"""
q in (0, 1)
lik = q^k*(1 - q)^(n - k)
log(lik) = k*log(q) + (n - k)*log(1 - q)
d/dq log(lik) = k/q - (n - k)/(1 - q)
d/dq log(lik) = (k - n*q)/(q*(1 - q))
""",
    "softmaxTex": r"""
$$ p_i = \frac{e^{z_i}}{\sum_j e^{z_j}} $$
$$ \frac{\partial p_i}{\partial z_k} = p_i(\delta_{ik} - p_k) $$
""",
    "softmaxCE": r"""
y: vector(k) onehot
L = -sum(i, y_i*z_i) + log(sum(i, exp(z_i)))
dL/dz_i = -y_i + exp(z_i)/sum(j, exp(z_j))
dL/dz = softmax(z) - y
hess = diag(softmax(z)) - softmax(z)*softmax(z)'
""",
    "softreg": r"""
z = W*x
p = softmax(z)
y: vector(k) onehot
L = -sum(y.*log(p))
dL/dz = p - y
dL/dW = (p - y)*x'
dL/dx = W'*(p - y)
""",
    "lasso": r"""
lam >= 0
J = 1/(2*n)*norm2(y - X*b)^2 + lam*norm1(b)
J = 1/(2*n)*(y'*y - 2*y'*X*b + b'*X'*X*b) + lam*norm1(b)
grad = -1/n*X'*(y - X*b) + lam*sign(b)
""",
    "twolayer": r"""
h = sigmoid(W*x)
yhat = v'*h
L = 1/2*(yhat - t)^2
dL/dyhat = yhat - t
dL/dv = (yhat - t)*h
dL/dh = (yhat - t)*v
dL/dW = (yhat - t)*(v.*h.*(1 - h))*x'
""",
    "tanhnet": r"""
a = W1*x + b1
h = tanh(a)
o = W2*h + b2
L = 1/2*norm2(o - t)^2
dL/do = o - t
dL/dW2 = (o - t)*h'
dL/db2 = o - t
dL/dh = W2'*(o - t)
dL/da = (W2'*(o - t)).*(1 - h.^2)
dL/dW1 = ((W2'*(o - t)).*(1 - h.^2))*x'
""",
    "relunet": r"""
u = W*x
h = relu(u)
L = 1/2*norm2(h - t)^2
dL/dh = h - t
dL/du = (h - t).*(u > 0)
dL/dW = ((h - t).*(u > 0))*x'
""",
    "svm": r"""
y in {-1, 1}
L = max(0, 1 - y*(w'*x)) + lam/2*norm2(w)^2
grad = if(y*(w'*x) < 1, -y*x, 0*x) + lam*w
""",
    "pca": r"""
S: matrix(d, d) symmetric
f = u'*S*u - lam*(u'*u - 1)
df/du = 2*S*u - 2*lam*u
hess = 2*S - 2*lam*eye
""",
    "recon": r"""
L = normF(X - X*V*V')^2
L = tr((X - X*V*V')'*(X - X*V*V'))
L = tr(X'*X) - 2*tr(X'*X*V*V') + tr(V*V'*X'*X*V*V')
""",
    "mf": r"""
L = 1/2*normF(R - U*V)^2
dL/dU = -(R - U*V)*V'
dL/dV = -U'*(R - U*V)
""",
    "logdet": r"""
S: matrix(d, d) pd
f = logdet(S) + tr(inv(S)*C)
C: matrix(d, d) symmetric
df = tr(inv(S)*dS) - tr(inv(S)*dS*inv(S)*C)
grad = inv(S) - inv(S)*C*inv(S)
""",
    "wls": r"""
W: matrix(n, n) symmetric
L = (y - X*b)'*W*(y - X*b)
dL = -2*(y - X*b)'*W*X*db
dL/db = -2*X'*W*(y - X*b)
hess = 2*X'*W*X
""",
    "quad2": r"""
A: matrix(n, n)
f(x) = x'*A*x + b'*x + c
∇f = A*x + A'*x + b
hess = A + A'
""",
    "trick": r"""
f = tr(A*X*B)
df = tr(A*dX*B)
df = tr(B*A*dX)
df/dX = A'*B'
""",
    "idxlin": r"""
y_i = sum(j, A_ij*x_j)
L = 1/2*sum(i, y_i^2)
dL/dx_k = sum(i, y_i*A_ik)
dL/dx = A'*A*x
""",
    "idxquad": r"""
f = sum(i, sum(j, x_i*A_ij*x_j))
df/dx_k = sum(j, A_kj*x_j) + sum(i, x_i*A_ik)
df/dx = A*x + A'*x
""",
    "varmean": r"""
m = sum(i, x_i)/n
v = 1/n*sum(i, (x_i - m)^2)
v = 1/n*sum(i, x_i^2) - m^2
""",
    "regline": r"""
S(a, b) = sum(i, (y_i - a - b*x_i)^2)
dS/da = -2*sum(i, y_i - a - b*x_i)
dS/db = -2*sum(i, x_i*(y_i - a - b*x_i))
dS/da = -2*(sum(y) - n*a - b*sum(x))
""",
    "reglineTex": r"""
\begin{align}
L(m,b) &= \frac{1}{2n}\sum_{i=1}^n (m x_i + b - y_i)^2 \\
\frac{\partial L}{\partial m} &= \frac{1}{n}\sum_{i=1}^n (m x_i + b - y_i)x_i \\
\frac{\partial L}{\partial b} &= \frac{1}{n}\sum_{i=1}^n (m x_i + b - y_i)
\end{align}
""",
    "logregTex": r"""
\begin{align}
h &= \sigma(X w) \\
J(w) &= -\frac{1}{n}\left[ y^\top \log h + (1-y)^\top \log(1-h) \right] \\
\nabla J &= \frac{1}{n} X^\top (h - y)
\end{align}
""",
    "pm1": r"""
y: vector(n) in {-1, 1}
L = mean(log(1 + exp(-y.*(X*w))))
grad = -1/n*X'*(y./(1 + exp(y.*(X*w))))
grad = -1/n*X'*(y.*sigmoid(-y.*(X*w)))
""",
    "logitpair": r"""
P(y = 1 | x) = sigmoid(w'*x)
P(y = 0 | x) = 1 - sigmoid(w'*x)
P(y = 0 | x) = sigmoid(-w'*x)
P(y = 0 | x) = 1/(1 + exp(w'*x))
""",
    "odds": r"""
p in (0, 1)
z = log(p/(1 - p))
z = log(p) - log(1 - p)
dz/dp = 1/p + 1/(1 - p)
dz/dp = 1/(p*(1 - p))
""",
    "entropy": r"""
p: vector(k) > 0
H = -sum(i, p_i*log(p_i))
dH/dp_i = -log(p_i) - 1
""",
    "kl": r"""
p: vector(k) > 0
q: vector(k) > 0
D = sum(i, p_i*log(p_i/q_i))
D = sum(i, p_i*log(p_i)) - sum(i, p_i*log(q_i))
dD/dq_i = -p_i/q_i
dD/dp_i = log(p_i) - log(q_i) + 1
""",
    "klgauss": r"""
s > 0
K = 1/2*(m^2 + s^2 - 1 - log(s^2))
K = 1/2*(m^2 + s^2 - 1) - log(s)
dK/dm = m
dK/ds = s - 1/s
""",
    "normalized": r"""
u = x/norm2(x)
du/dx = eye/norm2(x) - x*x'/norm2(x)^3
""",
    "cosine": r"""
c = a'*b/(norm2(a)*norm2(b))
dc/da = b/(norm2(a)*norm2(b)) - (a'*b)*a/(norm2(a)^3*norm2(b))
""",
    "huber": r"""
d > 0
L = if(abs(r) <= d, r^2/2, d*(abs(r) - d/2))
dL/dr = if(abs(r) <= d, r, d*sign(r))
""",
    "elu": r"""
f = if(x > 0, x, a*(exp(x) - 1))
f' = if(x > 0, 1, a*exp(x))
""",
    "softplus": r"""
s = log(1 + exp(z))
s' = exp(z)/(1 + exp(z))
s' = 1/(1 + exp(-z))
s'' = sigmoid(z)*(1 - sigmoid(z))
s'' = sigmoid(z)*sigmoid(-z)
""",
    "focal": r"""
p in (0, 1)
FL = -(1 - p)^g*log(p)
d FL/dp = g*(1 - p)^(g - 1)*log(p) - (1 - p)^g/p
""",
    "gauss-prior": r"""
s > 0; t > 0
J = 1/(2*s^2)*norm2(y - X*w)^2 + 1/(2*t^2)*norm2(w)^2
grad = -1/s^2*X'*(y - X*w) + w/t^2
s^2*grad = X'*X*w - X'*y + s^2/t^2*w
""",
    "expfam": r"""
lam > 0
f(x) = lam*exp(-lam*x)
log(f(x)) = log(lam) - lam*x
ll = n*log(lam) - lam*sum(x)
dll/dlam = n/lam - sum(x)
""",
    "weibull": r"""
k > 0; x > 0; lam > 0
l = log(k) - k*log(lam) + (k - 1)*log(x) - (x/lam)^k
dl/dlam = -k/lam + k/lam*(x/lam)^k
""",
    "beta": r"""
p in (0, 1)
l = (a - 1)*log(p) + (b - 1)*log(1 - p)
dl/dp = (a - 1)/p - (b - 1)/(1 - p)
d2l/dp2 = -(a - 1)/p^2 - (b - 1)/(1 - p)^2
""",
    "attention": r"""
s = K*q
a = softmax(s)
o = V'*a
da/ds = diag(a) - a*a'
L = 1/2*norm2(o - t)^2
dL/da = V*(o - t)
dL/ds = (diag(a) - a*a')*V*(o - t)
""",
    "batchnorm": r"""
m = mean(x)
c = x - m
v = mean(c.^2)
z = c/sqrt(v + e)
e > 0
""",
    "newton": r"""
f(x) = exp(x) - 2*x
f'(x) = exp(x) - 2
f''(x) = exp(x)
x_new = x - (exp(x) - 2)/exp(x)
x_new = x - 1 + 2*exp(-x)
""",
    "cubic": r"""
f(x, y) = x^3*y - 2*x*y^2
df/dx = 3*x^2*y - 2*y^2
df/dy = x^3 - 4*x*y
d2f/dxdy = 3*x^2 - 4*y
d2f/dx2 = 6*x*y
""",
    "surface": r"""
f = exp(x*y) + sin(x)*y
fx = y*exp(x*y) + cos(x)*y
fy = x*exp(x*y) + sin(x)
""",
    "lse": r"""
L = log(sum(exp(X*w)))
grad = X'*softmax(X*w)
hess = X'*(diag(softmax(X*w)) - softmax(X*w)*softmax(X*w)')*X
""",
    "margin": r"""
L = log(1 + exp(-m))
dL/dm = -exp(-m)/(1 + exp(-m))
dL/dm = -1/(1 + exp(m))
d2L/dm2 = exp(m)/(1 + exp(m))^2
""",
    "inverse": r"""
A: matrix(n, n) nonsingular
f = a'*inv(A)*b
df = -a'*inv(A)*dA*inv(A)*b
df/dA = -inv(A)'*a*b'*inv(A)'
""",
    "det": r"""
X: matrix(n, n) nonsingular
f = log(det(X)^2)
f = 2*log(abs(det(X)))
df/dX = 2*inv(X)'
""",
    "trxx": r"""
f = tr(X'*A*X)
df = tr(dX'*A*X) + tr(X'*A*dX)
df/dX = A*X + A'*X
""",
    "chainTex": r"""
Let $z = w^\top x + b$ and $\hat{y} = \sigma(z)$.

$$ L = \frac{1}{2}(\hat{y} - y)^2 $$

$$ \frac{\partial L}{\partial w} = (\hat{y} - y)\,\hat{y}(1 - \hat{y})\,x $$

$$ \frac{\partial L}{\partial b} = (\hat{y} - y)\,\hat{y}(1 - \hat{y}) $$
""",
    "multiclassTex": r"""
\begin{align}
L &= -\sum_{k} y_k \log p_k, \quad p_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}} \\
\frac{\partial L}{\partial z_k} &= p_k \sum_j y_j - y_k
\end{align}
""",
    "hat": r"""
\begin{align}
f(x) &= \ln\left(\frac{1+x}{1-x}\right) \\
f'(x) &= \frac{1}{1+x} + \frac{1}{1-x} \\
&= \frac{2}{1-x^2}
\end{align}
""",
    "py": r"""
e = X @ w - y
L = (e**2).mean()
dL/dw = 2/n * X.T @ e
dL/dw = 2*X.T @ (X @ w - y)/n
""",
    "py2": r"""
p = 1/(1 + np.exp(-X @ w))
y: vector(n) in {0, 1}
L = -np.mean(y*np.log(p) + (1 - y)*np.log(1 - p)) + lam/2*np.sum(w**2)
grad = X.T @ (p - y)/n + lam*w
""",
    "zh": r"""
设 L = sum(i, (w*x_i - y_i)^2)
则 dL/dw = 2*sum(i, x_i*(w*x_i - y_i))
所以 dL/dw = 2*w*sum(i, x_i^2) - 2*sum(i, x_i*y_i)
令 dL/dw = 0
解得 w = sum(i, x_i*y_i)/sum(i, x_i^2)
""",
    "gam": r"""
x > 0; a > 0; b > 0
l = a*log(b) + (a - 1)*log(x) - b*x - lgamma(a)
dl/db = a/b - x
dl/dx = (a - 1)/x - b
d2l/dx2 = -(a - 1)/x^2
""",
    "cauchy": r"""
rho = c^2/2*log(1 + (r/c)^2)
rho' = r/(1 + (r/c)^2)
""",
    "logcosh": r"""
L = sum(i, log(cosh(x_i'*w - y_i)))
dL/dw = sum(i, tanh(x_i'*w - y_i)*x_i)
dL/dw = X'*tanh(X*w - y)
d2L/dw2 = X'*diag(1 - tanh(X*w - y).^2)*X
""",
    "mlp-bce": r"""
h = relu(W1*x)
s = w2'*h + b
p = sigmoid(s)
L = -y*log(p) - (1 - y)*log(1 - p)
dL/dp = -y/p + (1 - y)/(1 - p)
dL/ds = p - y
dL/dw2 = (p - y)*h
dL/db = p - y
dL/dh = (p - y)*w2
""",
    "centering": r"""
C = eye - 1/n*ones*ones'
ones: vector(n)
y = C*x
L = 1/2*y'*y
dL/dx = C'*C*x
""",
    "rayleigh": r"""
A: matrix(n, n) symmetric
r = (x'*A*x)/(x'*x)
dr/dx = 2*A*x/(x'*x) - 2*(x'*A*x)*x/(x'*x)^2
dr/dx = 2/(x'*x)*(A*x - r*x)
""",
    "elastic": r"""
J = 1/2*norm2(X*w - y)^2 + l1*norm1(w) + l2/2*norm2(w)^2
grad = X'*(X*w - y) + l1*sign(w) + l2*w
""",
    "bt": r"""
\begin{align}
P &= \sigma(s_i - s_j) \\
L &= -\log P \\
\frac{\partial L}{\partial s_i} &= -(1 - P)
\end{align}
""",
    "varpost": r"""
s > 0
F = 1/(2*s^2)*sum(i, (x_i - m)^2) + n*log(s)
dF/dm = -1/s^2*sum(i, x_i - m)
dF/dm = (n*m - sum(x))/s^2
dF/dm = 0
m = sum(x)/n
dF/ds = -1/s^3*sum(i, (x_i - m)^2) + n/s
""",
    "multitask": r"""
L = 1/2*normF(X*W - Y)^2 + lam/2*normF(W)^2
dL = tr((X*W - Y)'*X*dW) + lam*tr(W'*dW)
dL/dW = X'*(X*W - Y) + lam*W
""",
    "kernel": r"""
K: matrix(n, n) symmetric
J = 1/2*norm2(y - K*a)^2 + lam/2*a'*K*a
grad = -K*(y - K*a) + lam*K*a
grad = K*((K + lam*eye)*a - y)
""",
    "geom": r"""
p in (0, 1)
L = prod(i, p*(1 - p)^(x_i - 1))
log(L) = n*log(p) + (sum(x) - n)*log(1 - p)
d/dp log(L) = n/p - (sum(x) - n)/(1 - p)
""",
    "gelu": r"""
f = x*sigmoid(1.702*x)
f' = sigmoid(1.702*x) + 1.702*x*sigmoid(1.702*x)*(1 - sigmoid(1.702*x))
""",
    "temper": r"""
T > 0
p = softmax(z/T)
dp/dz = 1/T*(diag(p) - p*p')
""",
    "label-smooth": r"""
L = -sum(i, q_i*log(p_i)), p = softmax(z)
q: vector(k) simplex
dL/dz = p - q
""",
    "hess2": r"""
f(x, y) = x^2*exp(y) + y^3
f_x = 2*x*exp(y)
f_y = x^2*exp(y) + 3*y^2
d2f/dy2 = x^2*exp(y) + 6*y
""",
    "rmsprop": r"""
\[
f(x) = \sqrt{1 + x^2}, \quad f'(x) = \frac{x}{\sqrt{1 + x^2}}, \quad f''(x) = (1 + x^2)^{-3/2}
\]
""",
    "gda": r"""
S: matrix(d, d) pd
l = -1/2*(x - m)'*inv(S)*(x - m) - 1/2*logdet(S)
dl/dm = inv(S)*(x - m)
dl/dS = 1/2*inv(S)*(x - m)*(x - m)'*inv(S) - 1/2*inv(S)
""",
    "np1": r"""
z = X @ w + b
p = 1/(1 + np.exp(-z))
loss = -np.mean(y*np.log(p) + (1 - y)*np.log(1 - p))
dloss/dw = X.T @ (p - y)/n
dloss/db = np.mean(p - y)
""",
    "np2": r"""
loss = np.sum((X @ w - y)**2) + lam*np.sum(np.abs(w))
dloss/dw = 2*X.T @ (X @ w - y) + lam*np.sign(w)
""",
    "hingezh": r"""
设 L = sum(i, max(0, 1 - y_i*(w'*x_i)))
于是 dL/dw = -sum(i, if(y_i*(w'*x_i) < 1, 1, 0)*y_i*x_i)
""",
    "entropyTex": r"""
\begin{align}
H(p) &= -p\log p - (1-p)\log(1-p) \\
H'(p) &= -\log p - 1 + \log(1-p) + 1 \\
&= \log\frac{1-p}{p} \\
H''(p) &= -\frac{1}{p} - \frac{1}{1-p} \\
&= -\frac{1}{p(1-p)}
\end{align}
""",
}
