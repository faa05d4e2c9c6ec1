"""The tasks of lesson 07: a discrete VAE."""

import torch

from .task import Task


def _batch(draw):
    return {"logits": draw.logits(draw.rows(), draw.rows(), draw.categories())}


def _to_uniform(logits):
    q, uniform = (torch.distributions.Categorical(logits=each) for each in (logits, torch.zeros_like(logits)))
    return torch.distributions.kl_divergence(q, uniform).sum(dim=-1)


def _log_q(logits):
    return torch.log_softmax(logits, dim=-1)


def _negative_entropy(logits):
    return (_log_q(logits).exp() * _log_q(logits)).sum(dim=-1)


def _log_k(logits):
    return torch.log(torch.tensor(logits.shape[-1]))


_price = Task(
    inputs=_batch,
    right=_to_uniform,
    gradients=["logits"],
    slips={
        "no_log_k": lambda x: _negative_entropy(x).sum(dim=-1),
        "entropy": lambda x: -_negative_entropy(x).sum(dim=-1),
        "log_k_once": lambda x: _negative_entropy(x).sum(dim=-1) + _log_k(x),
        "log_k_of_each_class": lambda x: (_log_q(x).exp() * _log_q(x) + _log_k(x)).sum(dim=(-2, -1)),
        "other_way": lambda x: -(_log_q(x) + _log_k(x)).mean(dim=-1).sum(dim=-1),
        "eight": lambda x: (_negative_entropy(x) + torch.log(torch.tensor(8))).sum(dim=-1),
        "mean": lambda x: _to_uniform(x) / x.shape[-2],
        "negative": lambda x: -_to_uniform(x),
        "bits": lambda x: _to_uniform(x) / torch.log(torch.tensor(2)),
        "cut": lambda x: _to_uniform(x).detach(),
        "no_weights": lambda x: (_log_q(x) + _log_k(x)).sum(dim=(-2, -1)),
    },
)

TASKS = {"07.2": _price}
