"""PyTorch source: functions of the closed form, of the type and device of their arguments."""

from __future__ import annotations

from typing import Final

from lossmith.emit.dialect import HORNER, Dialect, Spelling

ARRAY: Final = '''
def _like(*values):
    """Return an empty tensor of the type and on the device that all arguments are brought to.

    The type is the widest floating one of the tensors (and arrays), double without any.
    """
    tensors = [torch.as_tensor(v) for v in values if hasattr(v, "dtype")]
    kinds = [t.dtype for t in tensors if t.is_floating_point()]
    kind = functools.reduce(torch.promote_types, kinds) if kinds else torch.float64
    device = max(tensors, key=torch.Tensor.dim).device if tensors else None
    return torch.empty(0, dtype=kind, device=device)


def _array(name, value, shape, like):
    """Return value as a tensor of this shape; equal letters mean equal lengths."""
    tensor = torch.as_tensor(value, dtype=like.dtype, device=like.device)
    lengths = {}
    if tensor.dim() != len(shape) or any(
        got != (lengths.setdefault(want, got) if isinstance(want, str) else want)
        for want, got in zip(shape, tensor.shape)
    ):
        raise ValueError(f"{name} must have shape {shape}, but it has {tuple(tensor.shape)}")
    return tensor
'''

# Squares of large entries overflow, so the largest entry is divided out first.
_NORM = '''
def _norm(x, dim):
    """Return the square root of the sum of squares along the axes."""
    largest = torch.amax(torch.abs(x), dim=dim, keepdim=True)
    scale = torch.where((largest > 0) & torch.isfinite(largest), largest, 1.0)
    return torch.sum(scale, dim=dim) * torch.sqrt(torch.sum(torch.square(x / scale), dim=dim))
'''

_LOGDET = '''
def _logdet(S):
    """Return the logarithm of the determinant, nan unless the determinant is positive."""
    sign, value = torch.linalg.slogdet(S)
    return torch.where(sign > 0, value, torch.nan)
'''

_CBRT = '''
def _cbrt(x):
    """Return the real cube root; one Newton step makes up for the rounding of 1/3."""
    root = torch.copysign(torch.abs(x) ** (1 / 3), x)
    usual = (root != 0) & torch.isfinite(root)
    safe = torch.where(usual, root, 1.0)
    return torch.where(usual, root - (root - x / safe / safe) / 3, root)
'''

_SOFTPLUS = '''
def _softplus(x):
    """Return log(1 + exp(x)) without overflow."""
    return torch.logaddexp(x, torch.zeros_like(x))
'''

_LOGCOSH = '''
def _logcosh(x):
    """Return log(cosh(x)); near 0, cosh(x) = 1 + 2 sinh(x/2)^2 loses nothing."""
    size = torch.abs(x)
    near = torch.log1p(2.0 * torch.square(torch.sinh(0.5 * torch.clamp(x, -1.0, 1.0))))
    return torch.where(size < 1.0, near, size + torch.log1p(torch.exp(-2.0 * size)) - math.log(2.0))
'''

_NDTR = '''
def _ndtr(x):
    """Return the normal distribution function, its lower tail to full relative precision."""
    return 0.5 * torch.special.erfc(-x / math.sqrt(2.0))
'''

_MILLS_ABOVE = '''
def _mills_above(x):
    """Return x plus the normal density over the distribution function; NIST DLMF 7.9.2."""
    near, far = torch.clamp(x, min=-10.0), torch.clamp(x, max=-10.0)
    value = -far
    for k in range(20, 1, -1):
        value = k / value - far
    ratio = math.sqrt(2.0 / math.pi) / torch.special.erfcx(-near / math.sqrt(2.0))
    return torch.where(x > -10.0, ratio + near, 1.0 / value)
'''

_CLOGLOG = '''
def _cloglog(x):
    """Return log(1 - exp(-exp(x))), which is about x far below 0."""
    below, above = torch.clamp(x, max=0.0), torch.clamp(x, min=0.0)
    near = below + torch.log(_exprel(-torch.exp(below)))
    return torch.where(x > 0.0, torch.log1p(-torch.exp(-torch.exp(above))), near)
'''

_EXPREL = '''
def _exprel(x):
    """Return (exp(x) - 1) / x, which is 1 at 0."""
    inside = torch.where(x == 0, 1.0, torch.clamp(x, max=1e3))
    return torch.where(x == 0, 1.0, torch.expm1(inside) / inside)
'''

_HUBER = '''
def _huber(x, delta):
    """Return x^2/2 where |x| <= delta, delta (|x| - delta/2) beyond."""
    size = torch.abs(x)
    return torch.where(size <= delta, 0.5 * torch.square(x), delta * (size - 0.5 * delta))
'''

_PROD_OTHERS = '''
def _prod_others(x):
    """Return for each entry of the last axis the product of the others."""
    own = torch.eye(x.shape[-1], dtype=torch.bool, device=x.device)
    return torch.prod(torch.where(own, 1.0, x[..., None, :]), dim=-1)
'''

_PROD_PAIRS = '''
def _prod_pairs(x):
    """Return for each two entries of the last axis the product of the others, 0 for i = j."""
    own = torch.eye(x.shape[-1], dtype=torch.bool, device=x.device)
    left_out = own[:, None] | own
    return torch.prod(torch.where(left_out, 1.0, x[..., None, None, :]), dim=-1) * ~own
'''

_SUMLARGEST = '''
def _sumlargest(x, k):
    """Return the sum of the k largest entries of the last axis."""
    places = torch.arange(x.shape[-1], dtype=x.dtype, device=x.device)
    shares = torch.clamp(torch.as_tensor(k)[..., None] - places, 0.0, 1.0)
    return torch.sum(torch.sort(x, dim=-1, descending=True)[0] * shares, dim=-1)
'''

_AMONG_LARGEST = '''
def _among_largest(x, k):
    """Return 1 at the k largest entries of the last axis; ties divide the last places."""
    above = torch.sum(x[..., None, :] > x[..., :, None], dim=-1)
    ties = torch.sum(x[..., None, :] == x[..., :, None], dim=-1)
    return torch.clamp((torch.as_tensor(k)[..., None] - above) / ties, 0.0, 1.0).to(x.dtype)
'''

_DPOLAR = '''
def _dpolar(x):
    """Return the derivative of the polar factor of the last two axes, four axes for each."""
    u, s, vt = torch.linalg.svd(x, full_matrices=False)
    gap = 1.0 / (s[..., :, None] + s[..., None, :])
    turned = torch.einsum("...ia,...bj,...ab,...ka,...bl->...ijkl", u, vt, gap, u, vt)
    swapped = torch.einsum("...ia,...bj,...ab,...kb,...al->...ijkl", u, vt, gap, u, vt)
    beside = torch.eye(u.shape[-2], dtype=x.dtype, device=x.device) - u @ u.mT
    below = torch.eye(vt.shape[-1], dtype=x.dtype, device=x.device) - vt.mT @ vt
    left = torch.einsum("...ik,...aj,...a,...al->...ijkl", beside, vt, 1.0 / s, vt)
    right = torch.einsum("...ia,...a,...ka,...jl->...ijkl", u, 1.0 / s, u, below)
    return turned - swapped + left + right
'''

TORCH: Final = Dialect(
    target="torch",
    spelling=Spelling(
        dot="torch.sum({0} * {1})",
        tensordot="torch.tensordot({0}, {1}, dims={2})",
        einsum="torch.einsum({0}, {1})",
        transpose="torch.permute({0}, {1})",
        total="torch.sum({0})",
        sum_along="torch.sum({0}, dim={1})",
        diagonal="torch.diagonal({0})",
        diagonal_of="torch.diagonal({0}, dim1={1}, dim2={2})",
        trace="torch.trace({0})",
        eye="torch.eye({0}, dtype=like.dtype, device=like.device)",
        diag="torch.diag({0})",
        ones="like.new_ones({0})",
        zeros="like.new_zeros({0})",
        full="like.new_full({0}, {1})",
        spread="torch.broadcast_to({0}, {1}).clone()",
        where="torch.where({0}, {1}, {2})",
        square="torch.square({0})",
        sqrt="torch.sqrt({0})",
        cbrt="_cbrt({0})",
        abs="torch.abs({0})",
        copysign="torch.copysign({0}, {1})",
        infinity="torch.inf",
        copy="{0}.clone()",
        result="like.new_tensor({0})",
        literal="like.new_tensor({0})",
    ),
    prefix="torch.",
    same=frozenset(
        "abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh cos cosh exp expm1 hypot"
        " linalg.det linalg.eigvalsh linalg.inv log log1p log2 maximum minimum pi sign sin sinh"
        " square tan tanh".split()
    ),
    array=ARRAY,
    imports=(
        (r"\bfunctools\.", "import functools"),
        (r"\bmath\.", "import math"),
        (r"\bnp\.", "\nimport numpy as np"),
        (r"\btorch\.", "import torch"),
    ),
    reserved=("torch", "math", "like", "functools"),
    note=(
        "Results have the floating type and the device of the tensors that are passed in; numbers"
        "\nand arrays are brought there. The functions are differentiable by autograd as well."
    ),
    helpers={
        "_norm": _NORM,
        "_logdet": _LOGDET,
        "_cbrt": _CBRT,
        "_softplus": _SOFTPLUS,
        "_logcosh": _LOGCOSH,
        "_ndtr": _NDTR,
        "_huber": _HUBER,
        "_mills_above": _MILLS_ABOVE,
        "_exprel": _EXPREL,
        "_cloglog": _CLOGLOG,
        "_horner": HORNER,
        "_prod_others": _PROD_OTHERS,
        "_prod_pairs": _PROD_PAIRS,
        "_dpolar": _DPOLAR,
        "_sumlargest": _SUMLARGEST,
        "_among_largest": _AMONG_LARGEST,
    },
    opening="like = _like({0})",
    passed=", like",
)
