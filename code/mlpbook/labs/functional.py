"""The few tensor functions that the labs' networks are made of.

Written so that they can be exported with their gradients: a one-hot mask made by comparing with
`arange` instead of a gather, since the backward pass of `F.cross_entropy` does not survive the
conversion to ONNX.
"""

import torch
from jaxtyping import Float, Int64
from torch import Tensor


def cross_entropy(
    logits: Float[Tensor, "batch classes"], y: Int64[Tensor, " batch"]
) -> Float[Tensor, ""]:
    """Mean of -log softmax(logits)[y], in nats."""
    one_hot = (y.unsqueeze(1) == torch.arange(logits.shape[1])).to(logits.dtype)
    return -(one_hot * torch.log_softmax(logits, 1)).sum(1).mean()


def accuracy(
    logits: Float[Tensor, "batch classes"], y: Int64[Tensor, " batch"]
) -> Float[Tensor, ""]:
    """The fraction of the batch whose largest logit stands at the label."""
    return (logits.argmax(1) == y).to(logits.dtype).mean()


def dropout(
    H: Float[Tensor, "batch hidden"], u: Float[Tensor, "batch hidden"], p: Float[Tensor, ""] | float
) -> Float[Tensor, "batch hidden"]:
    """Set each unit to 0 with probability p, divide the others by 1 - p; u is uniform on [0, 1)."""
    return H * (u >= p).to(H.dtype) / (1 - p)
