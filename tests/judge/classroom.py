"""Right derivations of the classroom, as text, LaTeX and Markdown: none may be called wrong.

The key ends in .tex or .md where the derivation is LaTeX or Markdown.
"""

CLASSROOM = {
    "logistic pm1 index": """
y: vector(n) in {-1, 1}
L = 1/n*sum(i, log(1 + exp(-y_i*x_i'*w)))
dL/dw = -1/n*sum(i, y_i*sigmoid(-y_i*x_i'*w)*x_i)
dL/dw = 1/n*sum(i, y_i*(sigmoid(y_i*x_i'*w) - 1)*x_i)
""",
    "logistic with ridge": """
h = sigmoid(X*w)
J = -(y'*log(h) + (1 - y)'*log(1 - h))/n + lam/2*w'*w
dJ/dw = X'*(h - y)/n + lam*w
hess = X'*diag(h.*(1-h))*X/n + lam*eye
""",
    "softmax regression W": """
Y: matrix(n, k)
Z = X*W
L = 1/2*normF(Z - Y)^2
dL/dZ = Z - Y
dL/dW = X'*dL/dZ
dL/dW = X'*(Z - Y)
""",
    "softmax class": """
p_k = exp(z_k)/sum(j, exp(z_j))
L = -sum(k, y_k*log(p_k))
L = -sum(k, y_k*z_k) + sum(k, y_k)*log(sum(j, exp(z_j)))
dL/dz_k = -y_k + sum(j, y_j)*p_k
""",
    "softmax onehot log": """
y: vector(k) onehot
L = -y'*z + log(sum(exp(z)))
grad = -y + exp(z)/sum(exp(z))
grad = softmax(z) - y
""",
    "softmax deriv index": """
p = softmax(z)
dp_i/dz_j = p_i*(delta(i,j) - p_j)
""",
    "linear reg normal eq": """
L = (y - X*w)'*(y - X*w)
L = y'*y - 2*w'*X'*y + w'*X'*X*w
dL/dw = -2*X'*y + 2*X'*X*w
dL/dw = 0
X'*X*w = X'*y
""",
    "linear reg solve": """
X: matrix(n,d)
A: matrix(d,d) nonsingular
L = 1/2*w'*w - b'*w
dL/dw = w - b
dL/dw = 0
w = b
""",
    "ridge closed": """
lam > 0
L = norm2(X*w-y)^2 + lam*norm2(w)^2
dL/dw = 2*X'*(X*w - y) + 2*lam*w
dL/dw = 2*(X'*X + lam*eye)*w - 2*X'*y
dL/dw = 0
w = inv(X'*X + lam*eye)*X'*y
""",
    "gauss mle": """
sigma > 0
ll = -n/2*log(2*pi) - n/2*log(sigma^2) - 1/(2*sigma^2)*sum(i, (x_i - mu)^2)
dll/dmu = 1/sigma^2*sum(i, x_i - mu)
dll/dmu = (sum(x) - n*mu)/sigma^2
dll/dmu = 0
mu = sum(x)/n
""",
    "gauss mle var": """
v > 0
ll = -n/2*log(2*pi*v) - sum(i, (x_i - mu)^2)/(2*v)
dll/dv = -n/(2*v) + sum(i, (x_i - mu)^2)/(2*v^2)
dll/dv = 0
v = 1/n*sum(i, (x_i - mu)^2)
""",
    "gauss density to ll": """
s > 0
p_i = 1/sqrt(2*pi*s^2)*exp(-(x_i - mu)^2/(2*s^2))
lik = prod(i, p_i)
log(lik) = sum(i, log(p_i))
log(lik) = -n/2*log(2*pi*s^2) - 1/(2*s^2)*sum(i, (x_i - mu)^2)
""",
    "poisson mle": """
lam > 0
ll = sum(i, k_i*log(lam) - lam)
ll = log(lam)*sum(k) - n*lam
dll/dlam = sum(k)/lam - n
d2ll/dlam2 = -sum(k)/lam^2
dll/dlam = 0
lam = mean(k)
""",
    "poisson lik": """
lam > 0
k: vector(n) >= 0
lik = prod(i, lam^k_i*exp(-lam))
log(lik) = sum(i, k_i*log(lam) - lam)
""",
    "bernoulli mle": """
p: scalar in (0, 1)
y: vector(n) in {0, 1}
ll = sum(i, y_i*log(p) + (1 - y_i)*log(1-p))
ll = sum(y)*log(p) + (n - sum(y))*log(1-p)
dll/dp = sum(y)/p - (n - sum(y))/(1-p)
dll/dp = (sum(y) - n*p)/(p*(1-p))
dll/dp = 0
p = mean(y)
""",
    "em responsibilities": """
pi1 in (0,1)
a > 0
b > 0
g = pi1*a/(pi1*a + (1-pi1)*b)
1 - g = (1-pi1)*b/(pi1*a + (1-pi1)*b)
""",
    "em M step": """
r: vector(n) > 0
Q = sum(i, r_i*(-1/2*(x_i - mu)^2))
dQ/dmu = sum(i, r_i*(x_i - mu))
dQ/dmu = sum(i, r_i*x_i) - mu*sum(i, r_i)
dQ/dmu = 0
mu = sum(i, r_i*x_i)/sum(i, r_i)
""",
    "KL gauss 1d": """
s1 > 0
s2 > 0
K = log(s2/s1) + (s1^2 + (m1 - m2)^2)/(2*s2^2) - 1/2
dK/dm1 = (m1 - m2)/s2^2
dK/ds1 = s1/s2^2 - 1/s1
dK/ds1 = (s1^2 - s2^2)/(s1*s2^2)
""",
    "KL VAE": """
s: vector(d) > 0
K = 1/2*sum(i, s_i^2 + mu_i^2 - 1 - log(s_i^2))
dK/dmu = mu
dK/ds_i = s_i - 1/s_i
""",
    "KL logvar": """
K = -1/2*sum(j, 1 + lv_j - mu_j^2 - exp(lv_j))
dK/dlv_j = 1/2*(exp(lv_j) - 1)
""",
    "pca lagrangian": """
S: matrix(d,d) symmetric
L = u'*S*u - lam*(u'*u - 1)
dL/du = 2*S*u - 2*lam*u
dL/dlam = 1 - u'*u
dL/du = 0
S*u = lam*u
""",
    "backprop 2 layer": """
h = sigmoid(W*x)
yhat = v'*h
L = 1/2*(yhat - y)^2
dL/dyhat = yhat - y
dL/dv = (yhat - y)*h
dL/dh = (yhat - y)*v
dL/dW = (yhat - y)*(v.*h.*(1-h))*x'
""",
    "backprop 2 layer delta": """
W2: matrix(k, m)
W1: matrix(m, d)
a = W1*x
h = tanh(a)
o = W2*h
L = 1/2*norm2(o - t)^2
dL/do = o - t
dL/dW2 = (o - t)*h'
dL/dh = W2'*(o - t)
dL/da = (W2'*(o-t)).*(1 - h.^2)
dL/dW1 = ((W2'*(o-t)).*(1 - h.^2))*x'
""",
    "batch backprop": """
X: matrix(n, d)
W1: matrix(d, m)
W2: matrix(m, k)
T: matrix(n, k)
H = sigmoid(X*W1)
L = 1/2*normF(H*W2 - T)^2
dL/dW2 = H'*(H*W2 - T)
dL/dW1 = X'*(((H*W2 - T)*W2').*H.*(1-H))
""",
    "batchnorm forward": """
eps > 0
m = mean(x)
v = mean((x - mean(x)).^2)
xh = (x - mean(x))/sqrt(v + eps)
dm/dx_i = 1/n
dv/dx_i = 2/n*(x_i - mean(x))
""",
    "batchnorm backward": """
eps > 0
m = mean(x)
v = mean((x - m).^2)
xh = (x - m)/sqrt(v + eps)
L = g'*xh
dL/dx = (g - mean(g) - xh*mean(g.*xh))/sqrt(v + eps)
""",
    "svm dual": """
y: vector(n) in {-1, 1}
L = 1/2*w'*w - sum(i, a_i*(y_i*(x_i'*w + b) - 1))
dL/dw = w - sum(i, a_i*y_i*x_i)
dL/db = -sum(i, a_i*y_i)
dL/dw = 0
w = sum(i, a_i*y_i*x_i)
""",
    "svm dual matrix": """
L = 1/2*w'*w - a'*(y.*(X*w) - 1)
dL/dw = w - X'*(a.*y)
dL/dw = 0
w = X'*(a.*y)
""",
    "chain index": """
L = 1/2*sum(i, (sum(j, W_ij*x_j) - t_i)^2)
dL/dW_ij = (sum(j, W_ij*x_j) - t_i)*x_j
""",
    "chain index2": """
z_i = sum(j, W_ij*x_j)
L = 1/2*sum(i, (z_i - t_i)^2)
dL/dz_i = z_i - t_i
dL/dx_j = sum(i, (z_i - t_i)*W_ij)
dL/dx = W'*(W*x - t)
""",
    "gauss neg ll vector": """
s > 0
J = norm2(y - X*w)^2/(2*s^2) + n/2*log(2*pi*s^2)
dJ/dw = -X'*(y - X*w)/s^2
dJ/dw = X'*(X*w - y)/s^2
d2J/dw2 = X'*X/s^2
dJ/ds = n/s - norm2(y - X*w)^2/s^3
""",
    "sigmoid deriv": """
s(x) = 1/(1+exp(-x))
s'(x) = -(1+exp(-x))^(-2)*(-exp(-x))
s'(x) = exp(-x)/(1+exp(-x))^2
s'(x) = 1/(1+exp(-x))*exp(-x)/(1+exp(-x))
s'(x) = s(x)*(1 - s(x))
""",
    "logit": """
p in (0, 1)
z = log(p/(1-p))
z = log(p) - log(1-p)
dz/dp = 1/p + 1/(1-p)
dz/dp = 1/(p*(1-p))
""",
    "focal-like": """
p in (0,1)
L = -(1-p)^2*log(p)
dL/dp = 2*(1-p)*log(p) - (1-p)^2/p
""",
    "swish": """
f = x*sigmoid(x)
f' = sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x))
f' = f + sigmoid(x)*(1 - f)
""",
    "gelu-tanh": """
f = x*(1 + tanh(x))/2
f' = (1 + tanh(x))/2 + x*(1 - tanh(x)^2)/2
""",
    "exp MLE": """
t > 0
x: vector(n) > 0
L = prod(i, 1/t*exp(-x_i/t))
log(L) = -n*log(t) - 1/t*sum(x)
d/dt log(L) = -n/t + sum(x)/t^2
""",
    "multinomial lagr": """
c: vector(k) > 0
p: vector(k) > 0
L = sum(i, c_i*log(p_i)) - lam*(sum(p) - 1)
dL/dp_i = c_i/p_i - lam
dL/dp_i = 0
p_i = c_i/lam
""",
    "kernel ridge": """
K: matrix(n, n) symmetric
J = norm2(K*a - y)^2 + lam*a'*K*a
dJ/da = 2*K*(K*a - y) + 2*lam*K*a
dJ/da = 2*K*((K + lam*eye)*a - y)
""",
    "weighted": """
c: vector(n) > 0
J = 1/2*sum(i, c_i*(x_i'*w - y_i)^2)
dJ/dw = sum(i, c_i*(x_i'*w - y_i)*x_i)
dJ/dw = X'*diag(c)*(X*w - y)
""",
    "logdet-ish": """
A: matrix(n,n) pd
f = logdet(A)
df/dA = inv(A)
""",
    "cov mle": """
S: matrix(d,d) pd
f = logdet(S) + tr(inv(S)*C)
C: matrix(d,d) symmetric
df/dS = inv(S) - inv(S)*C*inv(S)
""",
    "xent w2": """
h = sigmoid(w2*sigmoid(w1*x))
L = -y*log(h) - (1-y)*log(1-h)
dL/dw2 = (h - y)*sigmoid(w1*x)
dL/dw1 = (h - y)*w2*sigmoid(w1*x)*(1 - sigmoid(w1*x))*x
""",
    "attention score": """
s = Q*k/sqrt(d)
ds/dk = Q/sqrt(d)
""",
    "RNN step": """
h = tanh(w*h0 + u*x)
L = 1/2*(h - y)^2
dL/dh = h - y
dL/dw = (h - y)*(1 - h^2)*h0
dL/du = dL/dh*(1-h^2)*x
""",
    "momentum trap: update": """
L = 1/2*norm2(X*w - y)^2
g = X'*(X*w - y)
w_new = w - eta*X'*(X*w - y)
w_new = w - eta*g
""",
    "huber by cases": """
d > 0
L = if(abs(r) <= d, r^2/2, d*(abs(r) - d/2))
dL/dr = if(abs(r) <= d, r, d*sign(r))
""",
    "relu net": """
h = relu(w*x + b)
L = (v*h - y)^2
dL/dv = 2*(v*h - y)*h
dL/dw = 2*(v*h - y)*v*if(w*x + b > 0, 1, 0)*x
""",
    "l1 reg": """
lam >= 0
J = 1/2*norm2(X*w - y)^2 + lam*norm1(w)
grad = X'*(X*w-y) + lam*sign(w)
""",
    "hinge index": """
y: vector(n) in {-1, 1}
L = sum(i, max(0, 1 - y_i*x_i'*w))
dL/dw = -sum(i, if(y_i*x_i'*w < 1, y_i, 0)*x_i)
""",
    "tex logistic.tex": r"""
\begin{align}
h_i &= \sigma(x_i^\top w) \\
J(w) &= -\frac{1}{n}\sum_{i=1}^n \left[ y_i \log h_i + (1-y_i)\log(1-h_i) \right] \\
\frac{\partial J}{\partial w_j} &=
-\frac{1}{n}\sum_{i=1}^n \left( \frac{y_i}{h_i} - \frac{1-y_i}{1-h_i} \right) h_i (1-h_i) x_{ij} \\
&= -\frac1n \sum_{i=1}^n (y_i - h_i) x_{ij} \\
&= \frac{1}{n}\sum_{i=1}^n (h_i - y_i) x_{ij}
\end{align}
""",
    "tex ols.tex": r"""
Consider least squares.
\begin{align*}
L(w) &= \|Xw - y\|_2^2 \\
&= (Xw-y)^\top (Xw-y) \\
&= w^\top X^\top X w - 2 y^\top X w + y^\top y \\
\nabla_w L &= 2X^\top X w - 2X^\top y \\
\nabla_w L &= 2 X^\top (Xw - y)
\end{align*}
""",
    "tex gauss.md": r"""
- s > 0

Maximum likelihood for a Gaussian:

$$ \ell(\mu, s) = -\frac{n}{2}\log(2\pi s^2) - \frac{1}{2 s^2}\sum_{i=1}^{n}(x_i-\mu)^2 $$

$$ \frac{\partial \ell}{\partial \mu} = \frac{1}{s^2}\sum_{i=1}^{n} (x_i - \mu) $$

$$ \frac{\partial \ell}{\partial s} = -\frac{n}{s} + \frac{1}{s^3}\sum_{i=1}^n (x_i-\mu)^2 $$
""",
    "tex poisson.tex": r"""
\begin{align}
\ell(\lambda) &= \sum_{i=1}^n \left( k_i \log\lambda - \lambda \right) \\
\frac{d\ell}{d\lambda} &= \frac{\sum_{i=1}^n k_i}{\lambda} - n \\
\frac{d^2\ell}{d\lambda^2} &= -\frac{\sum_{i=1}^n k_i}{\lambda^2}
\end{align}
""",
    "tex softmax.tex": r"""
\begin{align*}
p_i &= \frac{e^{z_i}}{\sum_j e^{z_j}} \\
L &= -\sum_i y_i \log p_i \\
\frac{\partial L}{\partial z_k} &= p_k \sum_i y_i - y_k
\end{align*}
""",
    "tex ridge.md": r"""
$$J(\theta) = \frac{1}{2m}\|X\theta - y\|^2 + \frac{\lambda}{2}\|\theta\|^2$$
$$\nabla J(\theta) = \frac{1}{m}X^T(X\theta - y) + \lambda\theta$$
$$\nabla^2 J(\theta) = \frac{1}{m}X^TX + \lambda I$$
""",
    "tex backprop.tex": r"""
\begin{align}
z &= w x + b \\
a &= \sigma(z) \\
C &= \frac{1}{2}(a - y)^2 \\
\frac{\partial C}{\partial w} &=
\frac{\partial C}{\partial a}\frac{\partial a}{\partial z}\frac{\partial z}{\partial w} \\
&= (a-y)\,a(1-a)\,x \\
\frac{\partial C}{\partial b} &= (a-y)a(1-a)
\end{align}
""",
    "tex kl.tex": r"""
\begin{align}
D &= \log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1-\mu_2)^2}{2\sigma_2^2} - \frac12 \\
\frac{\partial D}{\partial \mu_1} &= \frac{\mu_1-\mu_2}{\sigma_2^2} \\
\frac{\partial D}{\partial \sigma_1} &= -\frac{1}{\sigma_1} + \frac{\sigma_1}{\sigma_2^2}
\end{align}
""",
    "tex pca.md": r"""
`S: matrix(d, d) symmetric`
$$\mathcal{L} = u^\top S u - \lambda (u^\top u - 1)$$
$$\frac{\partial \mathcal{L}}{\partial u} = 2 S u - 2\lambda u$$
""",
    "tex svm.tex": r"""
\begin{align}
\mathcal{L} &= \frac12 \|w\|^2 - \sum_{i=1}^n \alpha_i \left( y_i (w^\top x_i + b) - 1 \right) \\
\frac{\partial \mathcal{L}}{\partial w} &= w - \sum_{i=1}^n \alpha_i y_i x_i \\
\frac{\partial \mathcal{L}}{\partial b} &= -\sum_{i=1}^n \alpha_i y_i
\end{align}
""",
    "tex tanh.tex": r"""
\[ t = \frac{e^x - e^{-x}}{e^x + e^{-x}} \]
\[ \frac{dt}{dx} = 1 - \left(\frac{e^x - e^{-x}}{e^x + e^{-x}}\right)^2 \]
\[ \frac{dt}{dx} = \frac{4}{(e^x+e^{-x})^2} \]
""",
    "tex hess logistic.tex": r"""
\begin{align*}
J(w) &= \sum_{i=1}^n \log(1+e^{x_i^\top w}) - y_i x_i^\top w \\
\nabla J &= \sum_{i=1}^n (\sigma(x_i^\top w) - y_i) x_i \\
\nabla^2 J &= \sum_{i=1}^n \sigma(x_i^\top w)(1-\sigma(x_i^\top w)) x_i x_i^\top
\end{align*}
""",
    "tex mse.md": r"""
The loss is
\[
E(w) = \frac{1}{2}\sum_{n=1}^{N} \left( t_n - w^\top \phi_n \right)^2
\]
so
\[
\nabla E(w) = -\sum_{n=1}^{N} \left( t_n - w^\top \phi_n \right)\phi_n
\]
""",
    "tex bern.tex": r"""
\begin{align}
L(p) &= p^{k}(1-p)^{n-k} \\
\log L(p) &= k\log p + (n-k)\log(1-p) \\
\frac{d}{dp}\log L(p) &= \frac{k}{p} - \frac{n-k}{1-p} \\
&= \frac{k - np}{p(1-p)}
\end{align}
""",
    "index delta": """
p = softmax(z)
dp_i/dz_j = p_i*(1[i = j] - p_j)
""",
    "delta latex.tex": r"""
\begin{align}
p_i &= \frac{e^{z_i}}{\sum_k e^{z_k}} \\
\frac{\partial p_i}{\partial z_j} &= p_i(\delta_{ij} - p_j)
\end{align}
""",
    "batchnorm latex.tex": r"""
\begin{align*}
\mu &= \frac{1}{m}\sum_{i=1}^m x_i \\
\frac{\partial \mu}{\partial x_i} &= \frac{1}{m}
\end{align*}
""",
    "mle latex text mix.md": r"""
Bernoulli:

$$L(\theta) = \prod_{i=1}^n \theta^{x_i}(1-\theta)^{1-x_i}$$

$$\log L(\theta) = \sum_{i=1}^n x_i \log\theta + (1-x_i)\log(1-\theta)$$

$$\frac{d \log L}{d\theta} = \frac{\sum_i x_i}{\theta} - \frac{n - \sum_i x_i}{1-\theta}$$
""",
    "two layer latex.tex": r"""
\begin{align}
h &= \sigma(W_1 x) \\
\hat y &= w_2^\top h \\
L &= \frac12 (\hat y - y)^2 \\
\frac{\partial L}{\partial w_2} &= (\hat y - y) h \\
\frac{\partial L}{\partial h} &= (\hat y - y) w_2
\end{align}
""",
    "primes": """
f(x) = x^3*exp(-x)
f'(x) = 3*x^2*exp(-x) - x^3*exp(-x)
f'(x) = x^2*(3 - x)*exp(-x)
f''(x) = (6*x - 6*x^2 + x^3)*exp(-x)
""",
    "lasso coordinate": """
L = 1/2*(w - a)^2 + lam*abs(w)
dL/dw = w - a + lam*sign(w)
""",
    "maxout": """
f = max(x, x^2)
df/dx = if(x^2 > x, 2*x, 1)
""",
    "leaky": """
f = if(x > 0, x, x/10)
f' = if(x > 0, 1, 1/10)
""",
    "hinge squared": """
f = max(0, 1 - x)^2
f' = -2*max(0, 1 - x)
""",
    "abs chain": """
f = abs(x)^3
f' = 3*x*abs(x)
f'' = 6*abs(x)
""",
    "mse hat.md": r"""
$$J = \frac{1}{2n}\sum_{i=1}^n (\hat y_i - y_i)^2, \quad \hat y_i = w x_i + b$$
$$\frac{\partial J}{\partial w} = \frac1n \sum_{i=1}^n (\hat y_i - y_i) x_i$$
$$\frac{\partial J}{\partial b} = \frac1n \sum_{i=1}^n (\hat y_i - y_i)$$
""",
    "where clause.tex": r"""
\begin{align}
J(\theta) &=
-\frac1m \sum_{i=1}^m
\left[y_i \log h_i + (1-y_i)\log(1-h_i)\right], \quad h_i = \sigma(\theta^\top x_i) \\
\frac{\partial J}{\partial \theta_j} &= \frac1m\sum_{i=1}^m (h_i - y_i) x_{ij} \\
\nabla_\theta J &= \frac1m X^\top (h - y)
\end{align}
""",
    "quantile": """
tau in (0, 1)
L = if(y - q > 0, tau*(y - q), (tau - 1)*(y - q))
dL/dq = if(y - q > 0, -tau, 1 - tau)
""",
    "gauss mult": """
P: matrix(d, d) pd
J = 1/2*(x - mu)'*P*(x - mu) - 1/2*logdet(P)
dJ/dmu = -P*(x - mu)
dJ/dx = P*(x - mu)
""",
    "laplace mle": """
b > 0
ll = -n*log(2*b) - sum(i, abs(x_i - mu))/b
dll/db = -n/b + sum(i, abs(x_i - mu))/b^2
dll/dmu = sum(i, sign(x_i - mu))/b
dll/db = 0
b = 1/n*sum(i, abs(x_i - mu))
""",
    "python-like": """
J = 0.5*norm2(X@w - y)**2
grad = X.T@(X@w - y)
""",
    "em gauss": """
r: vector(n) > 0
s > 0
Q = sum(i, r_i*(-log(s) - (x_i - mu)^2/(2*s^2)))
dQ/ds = -sum(r)/s + sum(i, r_i*(x_i - mu)^2)/s^3
dQ/ds = 0
s = sqrt(sum(i, r_i*(x_i - mu)^2)/sum(r))
""",
    "adaline zh": """
设 h = X*w
J = 1/2*sum((y - h).^2)
则 dJ/dw = -X'*(y - h)
""",
}
