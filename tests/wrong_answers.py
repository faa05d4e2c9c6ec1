"""Wrong answers that a learner may well give, each with the slip that the check must name.

Where no slip is meant, a piece of the message stands in its place, or several of which one must be in it.
"""

import torch
import torch.nn.functional as F
from torch import log_softmax, logsumexp, softmax
from torch.distributions import Normal

from reparam_utils import pathwise_gradient, sample_gumbel, score_function_gradient
from reparam_utils.exercises.judge import words_of

NOT_A_LETTER = "The answer is one letter in quotes"
NOTHING = "Is `return` missing?"
OTHER_NUMBER = "and right would be"
OTHER_SHAPE = "The result has shape"
RAISED = "Your function raised an error."
OWN_NOISE = "Two calls with the same input gave two results."


def letters(number: str) -> list[tuple]:
    """Every wrong letter that an exercise has words for, and things that are no letter of it."""
    words = words_of(number[:2])[number]
    beyond = chr(ord(max([words["letter"], *words["wrong"]])) + 1)
    return [
        *((letter, letter) for letter in words["wrong"]),
        *((other, NOT_A_LETTER) for other in (beyond, 2 * words["letter"], 1, None)),
    ]


def reinforce(objective, loc, scale, noise, z, held):
    loss = (objective(z) * Normal(loc, scale).log_prob(held)).mean()
    return torch.autograd.grad(loss, [loc, scale])


def kept_path(objective, loc, scale, noise):
    z = Normal(loc, scale).rsample()  # noise of its own
    return reinforce(objective, loc, scale, noise, z, z.detach())


def biased_baseline(objective, loc, scale, noise):
    z = (loc + scale * noise).detach()
    value = objective(z) - objective(z).mean()
    return torch.autograd.grad((value * Normal(loc, scale).log_prob(z)).mean(), [loc, scale])


def backward_and_grad(objective, loc, scale, noise):
    z = (loc + scale * noise).detach()
    (objective(z) * Normal(loc, scale).log_prob(z)).mean().backward()
    return loc.grad, scale.grad


def one_hot_st(soft):
    return F.one_hot(soft.argmax(-1), soft.shape[-1])


def scores_in_place(x, g, t):
    x += g
    return softmax(x / t, -1)


WRONG = {
    "00.1": letters("00.1"),
    "00.2": [
        (lambda x, f: softmax(x, 0) * (f - (softmax(x, 0) * f).sum(1, keepdim=True)), "wrong_axis"),
        (lambda x, f: f * softmax(x, 1), "nothing_subtracted"),
        (lambda x, f: softmax(x, 1) * (f - sum(f) / len(f)), "plain_mean"),
        (lambda x, f: f - softmax(x, 1) @ f[:, None], "no_first_factor"),
        (lambda x, f: softmax(x, 1) * (softmax(x, 1) @ f[:, None] - f), "sign"),
        (lambda x, f: x * (f - x @ f[:, None]), "logits_as_probs"),
        (lambda x, f: softmax(x, 1) * (f - (softmax(x, 1) @ f).sum()), "one_average"),
        (lambda x, f: softmax(x, 1)[0] * (f - softmax(x, 1)[0] @ f), OTHER_SHAPE),
        (lambda x, f: torch.zeros_like(x), OTHER_NUMBER),
        (lambda x, f: torch.tensor([[0.0, 0.667, -0.667]]), OTHER_SHAPE),
        (lambda x, f: softmax(x, 1) * (f - softmax(x, 1) @ f), (RAISED, OTHER_NUMBER, "does not sum to 0")),
        (lambda x, f: None, NOTHING),
    ],
    "00.3": [
        (lambda loc, scale, noise: torch.tensor([(loc + scale * e) ** 2 for e in noise]).mean(), "copied"),
        (lambda loc, scale, noise: ((loc + scale * noise) ** 2).mean().item(), "copied"),
        (lambda loc, scale, noise: ((loc + scale.data * noise) ** 2).mean(), "scale_copied"),
        (lambda loc, scale, noise: ((loc.item() + scale * noise) ** 2).mean(), "loc_copied"),
        (lambda loc, scale, noise: (((noise + loc) * scale) ** 2).mean(), "shifted_first"),
        (lambda loc, scale, noise: (loc + scale * noise).pow(2).sum(), "sum"),
        (lambda loc, scale, noise: (loc + scale * noise).mean() ** 2, "loss_of_mean"),
        (lambda loc, scale, noise: (torch.normal(loc.expand(9), scale) ** 2).mean(), OWN_NOISE),
        (lambda loc, scale, noise: (Normal(loc, scale).rsample(noise.shape) ** 2).mean(), OWN_NOISE),
        (lambda loc, scale, noise: (loc + scale * noise) ** 2, OTHER_SHAPE),
    ],
    "00.4": [
        (lambda loc, scale: (3 * loc**2, torch.tensor(0.0)), "slope_at_mean"),
        (lambda loc, scale: (3 * loc**2, 6 * loc * scale), "slope_at_mean"),
        (lambda loc, scale: (6 * loc * scale, 3 * loc**2 + 3 * scale**2), "swapped"),
        (lambda loc, scale: (3 * loc**2 + scale**2, 2 * loc * scale), "binomial"),
        (lambda loc, scale: (3 * (loc**2 + scale), 3 * loc), "scale_not_squared"),
        (lambda loc, scale: (3 * (loc**2 + scale**2), 3 * loc), "of_variance"),
        (lambda loc, scale: (3 * (loc**2 - scale**2), -6 * loc * scale), "sign"),
        (lambda loc, scale: loc**3 + 3 * loc * scale**2, OTHER_SHAPE),
        (lambda loc, scale: (6.0, 6.0), OTHER_NUMBER),
    ],
    "01.1": letters("01.1"),
    "01.2": [
        (lambda loc, raw, noise: loc + (F.softplus(raw) + 1e-3) * noise, OTHER_NUMBER),
        (lambda loc, raw, noise: (loc + noise) * F.softplus(raw), "shifted_first"),
        (lambda loc, raw, noise: loc + raw * noise, "raw_as_scale"),
        (lambda loc, raw, noise: loc + torch.exp(raw) * noise, "exp"),
        (lambda loc, raw, noise: loc + F.softplus(raw) ** 0.5 * noise, "root"),
        (lambda loc, raw, noise: loc + abs(raw) * noise, "absolute"),
        (lambda loc, raw, noise: loc + F.softplus(raw * noise), "around_noise"),
        (lambda loc, raw, noise: loc + F.softplus(raw).data * noise, "cut"),
        (lambda loc, raw, noise: Normal(loc, F.softplus(raw)).rsample((len(noise),)), OWN_NOISE),
        (lambda loc, raw, noise: loc[0] + F.softplus(raw[0]) * noise, OTHER_NUMBER),
    ],
    "01.3": [
        (lambda f, loc, s, e: reinforce(f, loc, s, e, loc + s * e, loc + s * e), "no_detach"),
        (lambda f, loc, s, e: reinforce(f, loc, s, e, z := loc + s * e, z), "no_detach"),
        (lambda f, loc, s, e: reinforce(f, loc, s, e, (loc + s * e).data, loc + s * e), "path_in_log_prob"),
        (lambda f, loc, s, e: reinforce(f, loc, s, e, z := loc + s * e, z.data), "path_in_objective"),
        (lambda f, loc, s, e: torch.autograd.grad(f(loc + s * e).mean(), [loc, s]), "pathwise"),
        (lambda f, loc, s, e: pathwise_gradient(f, loc.data, s.data, e).mean(1), "pathwise"),
        (lambda f, loc, s, e: score_function_gradient(f, loc.data, s.data, e).sum(1), "sum"),
        (lambda f, loc, s, e: score_function_gradient(lambda z: -f(z), loc.data, s.data, e).mean(1), "sign"),
        (
            lambda f, loc, s, e: reinforce(torch.ones_like, loc, s, e, *[(loc + s * e).data] * 2),
            "no_objective",
        ),
        (lambda f, loc, s, e: score_function_gradient(f, loc.data, s.data, e), OTHER_SHAPE),
        (lambda f, loc, s, e: score_function_gradient(f, loc.data, s.data, e).mean(1)[[1, 0]], "swapped"),
        (kept_path, OWN_NOISE),
        (biased_baseline, OTHER_NUMBER),
        (lambda f, loc, s, e: torch.autograd.grad(f((loc + s * e).data).mean(), [loc, s]), RAISED),
    ],
    "01.4": [
        (lambda a, b, loc, s: ((a * loc + b) / s) ** 2 + 3 * a**2, "mean_square"),
        (lambda a, b, loc, s: ((a * loc + b) / s) ** 2 + a**2, "fourth_moment"),
        (lambda a, b, loc, s: (a * loc / s) ** 2 + 2 * a**2, "no_constant"),
        (lambda a, b, loc, s: (a * loc + b) ** 2 / s + 2 * a**2, "scale_not_squared"),
        (lambda a, b, loc, s: (a * loc + b) ** 2 / s**2, "first_term"),
        (lambda a, b, loc, s: 0, "pathwise"),
        (lambda a, b, loc, s: (((a * loc + b) / s) ** 2 + 2 * a**2) ** 0.5, "deviation"),
        (lambda a, b, loc, s: 4.0, OTHER_NUMBER),
    ],
    "02.1": letters("02.1"),
    "02.2": [
        (lambda x, u: (x - torch.log(-torch.log(u))).argmax(), "flat"),
        (lambda x, u: (x - torch.log(-torch.log(u))).argmax(0), "wrong_axis"),
        (lambda x, u: (softmax(x, 0) - torch.log(-torch.log(u))).argmax(1), "probs_as_logits"),
        (lambda x, u: (x - torch.log(u)).argmax(1), "one_log"),
        (lambda x, u: (x + torch.log(-torch.log(u))).argmax(1), "no_outer_minus"),
        (lambda x, u: one_hot_st(x - torch.log(-torch.log(u))), "one_hot"),
        (lambda x, u: (x - torch.log(-torch.log(u))).max(1).values, "score"),
        (lambda x, u: x.argmax().expand(len(u)), "no_noise"),
        (lambda x, u: (x + -torch.log(-torch.log(u + 1e-2) + 1e-2)).argmax(1), OTHER_NUMBER),
        (lambda x, u: (0.97 * x - torch.log(-torch.log(u))).argmax(1), OTHER_NUMBER),
        (lambda x, u: (x - torch.log(-torch.log(u.half()))).argmax(1), OTHER_NUMBER),
        (lambda x, u: (x - torch.log(-torch.log(u))).argmax(1).float(), "of an integer type"),
        (lambda x, u: torch.multinomial(softmax(x, 0), len(u), replacement=True), OWN_NOISE),
        (lambda x, u: (x - torch.log(-torch.log(torch.rand_like(u)))).argmax(1), OWN_NOISE),
        (lambda x, u: (x - torch.log(-torch.log(u)))[:, :3].argmax(1), OTHER_NUMBER),  # three words, always
    ],
    "02.3": [
        (lambda p, g: torch.argmax(p + g), "flat"),
        (lambda p, g: torch.argmax(p.log() + g), "flat"),
        (lambda p, g: one_hot_st(p.log() + g), "one_hot"),
        (lambda p, g: (p.log() + g).max(-1)[0], "score"),
        (lambda p, g: (p.log() + g).max(-1), "a pair, values and indices"),
        (lambda p, g: (p.log() + g).argmax(-1).double(), "of an integer type"),
        (lambda p, g: (p + 1e-3).log().add(g).argmax(-1), OTHER_NUMBER),
        (lambda p, g: torch.argmax(p + g, dim=-1), "probs_as_logits"),
        (lambda p, g: torch.argmax(torch.log_softmax(p, -1) + g, dim=-1), "probs_as_logits"),
        (lambda p, g: torch.argmax(p.log() + g, dim=-2), "wrong_axis"),
        (lambda p, g: torch.argmax(p * g, dim=-1), "product"),
        (lambda p, g: p.argmax().expand(len(g)), "no_noise"),
        (lambda p, g: torch.argmax(torch.logit(p) + g, dim=-1), "logit_of_probs"),
        (lambda p, g: torch.argmax(p.exp() + g, dim=-1), "exponential"),
        (lambda p, g: torch.multinomial(p, len(g), replacement=True), OWN_NOISE),
    ],
    "02.4": [
        (lambda x, q: logsumexp(x, 0) + 0.5772156649, "mean"),
        (lambda x, q: logsumexp(x, 0), "mode"),
        (lambda x, q: max(x) - torch.log(-torch.log(q)), "max"),
        (lambda x, q: logsumexp(x, 0) + torch.log(-torch.log(q)), "sign"),
        (lambda x, q: logsumexp(x, 0) + torch.log(-torch.log(q)).abs(), OTHER_NUMBER),
        (lambda x, q: torch.normal(logsumexp(x, 0), q), OWN_NOISE),
        (lambda x, q: logsumexp(x, 0) - torch.log(q), "one_log"),
        (lambda x, q: logsumexp(x, 0) - torch.log(-torch.log(1 - q)), "upper"),
        (lambda x, q: sum(x) - torch.log(-torch.log(q)), "plain_sum"),
        (lambda x, q: x - torch.log(-torch.log(q)), OTHER_SHAPE),
        (lambda x, q: logsumexp(x, 0) + 0.3665, OTHER_NUMBER),  # right for the median alone
        (lambda x, q: "log Z", "It returned `'log Z'`"),
    ],
    "02.5": [
        (lambda u: -torch.log(-torch.log(u + 1e-10) + 1e-10), OTHER_NUMBER),
        (lambda u: -torch.log(-torch.log(u + 10**-20) + 10**-20), "unchanged"),
        (lambda u: -torch.log((-torch.log(1 - u)).clamp(min=2**-54)), "log_of_difference"),
        (lambda u: -torch.log(-torch.log1p(-u)), "no_clamp"),
        (lambda u: -torch.log(-torch.log1p(-u) + 10**-20), "widespread_eps"),
        (lambda u: -torch.log((-torch.log1p(-u)).clamp(min=2**-24)), "coarse_clamp"),
        (lambda u: -torch.log1p(-u), "exponential"),
        (lambda u: -torch.log(-torch.log(1 - u)), "log_of_difference"),
        (lambda u: -torch.log(-torch.log(1 - u + 10**-20) + 10**-20), "log_of_difference"),
        (lambda u: -torch.log(-torch.log1p(-u)), "An entry is not finite: it is `inf`."),
        (lambda u: torch.log(-torch.log1p(-u.clamp(min=2**-54))), OTHER_NUMBER),
    ],
    "03.1": letters("03.1"),
    "03.2": [
        (lambda x, g, t: softmax(x + g, -1), "no_temperature"),
        (lambda x, g, t: softmax(t * (x + g), -1), "inverted"),
        (lambda x, g, t: softmax((x + g) / t, -2), "wrong_axis"),
        (lambda x, g, t: softmax(x + g / t, -1), "only_noise"),
        (lambda x, g, t: softmax(x / t + g, -1), "only_logits"),
        (lambda x, g, t: softmax((softmax(x, -1) + g) / t, -1), "probs_as_logits"),
        (lambda x, g, t: F.log_softmax((x + g) / t, -1), "log"),
        (lambda x, g, t: softmax(x / t, -1).expand(g.shape), "no_noise"),
        (lambda x, g, t: one_hot_st(x + g), "hard"),
        (lambda x, g, t: torch.sigmoid((x + g) / t), "A row does not sum to 1"),
        (lambda x, g, t: softmax((x + sample_gumbel(g.shape)) / t, -1), OWN_NOISE),
        (lambda x, g, t: F.gumbel_softmax(x.expand(g.shape), t.item()), OWN_NOISE),
        (lambda x, g, t: softmax((x.detach() + g) / t, -1), "no gradient reaches `logits`"),
        (lambda x, g, t: (x + g).argmax(-1), OTHER_SHAPE),
        (scores_in_place, RAISED),
        (lambda x, g, t: softmax((x + g) / ..., -1), "is not started yet"),
    ],
    "03.3": [
        (lambda p, g, t, table: softmax((p + g) / t, -1) @ table, "log"),
        (lambda p, g, t, table: softmax(p.log() + g, -1) @ table, "temperature"),
        (lambda p, g, t, table: softmax((p.log() + g) / t, 0) @ table, "axis"),
        (lambda p, g, t, table: softmax(p + g, -1) @ table, "log_temperature"),
        (lambda p, g, t, table: softmax((p + g) / t, 0) @ table, "log_axis"),
        (lambda p, g, t, table: softmax(p.log() + g, 0) @ table, "temperature_axis"),
        (lambda p, g, t, table: softmax(p + g, 0) @ table, "log_temperature_axis"),
        (lambda p, g, t, table: softmax((p.log() + g) * t, -1) @ table, "inverted"),
        (lambda p, g, t, table: softmax((p.log() + g) / t, -1), OTHER_SHAPE),
        (lambda p, g, t, table: softmax((p.log().data + g) / t, -1) @ table, "no gradient reaches `probs`"),
    ],
    "03.4": [
        (lambda x, tau, t: torch.sigmoid(x - torch.log(t / (1 - t))), "no_temperature"),
        (lambda x, tau, t: torch.sigmoid(x - torch.log(t / (1 - t)) / tau), "inverted"),
        (lambda x, tau, t: 1 - torch.sigmoid(x - tau * torch.log(t / (1 - t))), "below"),
        (lambda x, tau, t: torch.sigmoid(x), "winner"),
        (lambda x, tau, t: torch.sigmoid(x + tau * torch.log(t / (1 - t))), "sign"),
        (lambda x, tau, t: torch.sigmoid(x / tau - torch.log(t / (1 - t))), "all_divided"),
        (lambda x, tau, t: torch.sigmoid(x - tau * t), "no_log_odds"),
        (lambda x, tau, t: 0.5, OTHER_NUMBER),
        (lambda x, tau, t: torch.sigmoid(x - tau * torch.logit(torch.maximum(t, 1 - t))), OTHER_NUMBER),
    ],
    "04.1": letters("04.1"),
    "04.2": [
        (lambda x, e, t: (x + e > 0).double() + (s := torch.sigmoid(x + e)) - s.data, "no_temperature"),
        (lambda x, e, t: (x + e > 0).double() + (s := torch.sigmoid((x + e) * t)) - s.data, "inverted"),
        (lambda x, e, t: (x + e > 0).double() - (s := torch.sigmoid((x + e) / t)) + s, "no_detach"),
        (lambda x, e, t: (x + e > 0).double() - (s := torch.sigmoid((x + e) / t)) + s.data, "wrong_detach"),
        (lambda x, e, t: torch.sigmoid((x + e) / t), "soft"),
        (lambda x, e, t: (e > x.abs()).double() + (s := torch.sigmoid((x + e) / t)) - s.data, OTHER_NUMBER),
        (lambda x, e, t: (x + e > 0).double() + (s := torch.sigmoid((x.data + e) / t)) - s.data, "hard"),
        (lambda x, e, t: (x + e > 0).double(), "hard"),
        (lambda x, e, t: torch.sigmoid((x + e) / t).round(), "no_detach"),
        (lambda x, e, t: (x > 0).double() + (s := torch.sigmoid((x + e) / t)) - s.data, "no_noise"),
        (lambda x, e, t: (x + e > 0).double() + (s := torch.sigmoid(x)) - s.data, "of_probs"),
        (lambda x, e, t: (x + e > 0).double() + x - x.data, "identity"),
        (lambda x, e, t: (x + e > 0) - (s := torch.sigmoid((x + e) / t)).data - s, "neither 0 nor 1"),
        (lambda x, e, t: (torch.rand(len(e)) < torch.sigmoid(x)).double(), OWN_NOISE),
    ],
    "04.3": [
        (lambda x, g, table: ((s := softmax(x + g, 1)).argmax() - s.data + s) @ table, "unchanged"),
        (lambda x, g, table: ((s := softmax(x + g, 1)).argmax(1) - s.data + s) @ table, "only_dim"),
        (lambda x, g, table: (one_hot_st(s := softmax(x + g, 1)) - s + s) @ table, "no_detach"),
        (lambda x, g, table: (one_hot_st(s := softmax(x + g, 1)) - s + s.data) @ table, "wrong_detach"),
        (lambda x, g, table: one_hot_st(x + g).double() @ table, "looked_up"),
        (lambda x, g, table: F.embedding((x + g).argmax(1), table), "looked_up"),
        (lambda x, g, table: softmax(x + g, 1) @ table, "soft"),
        (
            lambda x, g, table: (one_hot_st(softmax(x + g, 1)) + (p := softmax(x, 0)) - p.data) @ table,
            "but not its gradient in `logits`",
        ),
        (lambda x, g, table: softmax(x + g, 1).argmax(1), OTHER_SHAPE),
        (
            lambda x, g, table: (F.one_hot((x + g).argmax(1)) + (s := softmax(x + g, 1)) - s.data) @ table,
            RAISED,
        ),
        (
            lambda x, g, table: F.one_hot(softmax(x + g, 1).argmax(), len(x)).double() @ table,
            (RAISED, OTHER_SHAPE),
        ),
    ],
    "04.4": [
        (lambda t: t, "square"),
        (lambda t: (1 - t) ** 3 / (t**3 + (1 - t) ** 3), "mirrored"),
        (lambda t: t**4 / (t**4 + (1 - t) ** 4), "powers"),
        (lambda t: t**2 / (t**2 + (1 - t) ** 2), "squares"),
        (lambda t: 0, "best"),
        (lambda t: 0.5, "half"),
        (lambda t: t**3 / (1 - t) ** 3, "ratio"),
        (lambda t: 0.354, OTHER_NUMBER),
    ],
    "05.1": letters("05.1"),
    "05.2": [
        (lambda x, t: logsumexp(x / t, 1), "no_outer"),
        (lambda x, t: (m := x.amax(1)) + ((x - m[:, None]) / t).exp().sum(1).log(), "no_outer"),
        (lambda x, t: t * logsumexp(x, 1), "no_inner"),
        (lambda x, t: (m := x.amax(1)) + t * (x - m[:, None]).exp().sum(1).log(), "no_inner"),
        (lambda x, t: t * ((x - x.amax(1)[:, None]) / t).exp().sum(1).log(), "not_put_back"),
        (lambda x, t: (m := x.amax(1)[:, None]) + t * ((x - m) / t).exp().sum(1).log(), "column"),
        (lambda x, t: (m := x.max()) + t * ((x - m) / t).exp().sum(1).log(), "max_of_all"),
        (lambda x, t: (m := x.mean(1)) + t * ((x - m[:, None]) / t).exp().sum(1).log(), "not finite"),
        (lambda x, t: (m := x[:, 0]) + t * ((x - m[:, None]) / t).exp().sum(1).log(), "not finite"),
        (lambda x, t: t * logsumexp(x.detach() / t, 1), "no gradient reaches `x`"),
        (lambda x, t: logsumexp(x, 1), "no_temperature"),
        (lambda x, t: logsumexp(x * t, 1) / t, "inverted"),
        (lambda x, t: t * (x / t).exp().sum(1).log(), "overflow"),
        (lambda x, t: t * logsumexp(x / t, (0, 1)), "all_rows"),
        (lambda x, t: (softmax(x / t, 1) * x).sum(1), "average"),
        (lambda x, t: (m := x.amax(1)) + t * ((x - m[:, None]) / t).exp().mean(1).log(), "mean"),
        (lambda x, t: x.max(1).values, "hard"),
        (lambda x, t: t * logsumexp(x / t, 0), (OTHER_SHAPE, OTHER_NUMBER)),
        (lambda x, t: t * (x / t).float().exp().sum(1).log(), "An entry is not finite"),
    ],
    "05.3": [
        (lambda x, t: (torch.arange(x.shape[1]) * softmax(x / t, 1)).sum(1) + 1, "count"),
        (lambda x, t: (torch.arange(x.shape[1]) * softmax(x, 1)).sum(1), "temperature"),
        (lambda x, t: (torch.arange(x.shape[1]) * softmax(x / t, 1)).sum(), "rows"),
        (lambda x, t: (torch.arange(x.shape[1]) * softmax(x, 1)).sum(1) + 1, "count_temperature"),
        (lambda x, t: ((torch.arange(x.shape[1]) + 1) * softmax(x / t, 1)).sum(), "count_rows"),
        (lambda x, t: (torch.arange(x.shape[1]) * softmax(x, 1)).sum(), "temperature_rows"),
        (lambda x, t: ((torch.arange(x.shape[1]) + 1) * softmax(x, 1)).sum(), "count_temperature_rows"),
        (lambda x, t: (torch.arange(x.shape[1]) * softmax(x * t, 1)).sum(1), "inverted"),
        (lambda x, t: x.argmax(1), "hard"),
        (lambda x, t: softmax(x.data / t, 1) @ torch.arange(x.shape[1]).double(), "no gradient reaches `x`"),
        (lambda x, t: (torch.arange(4) * softmax(x / t, 1)).sum(1), RAISED),  # four entries, always
    ],
    "05.4": [
        (lambda gap, n, error: gap / torch.log((n - 1) / error - 1), "no_count"),
        (lambda gap, n, error: gap / torch.log((n - 1) * (1 / error - 1)), "no_distance"),
        (lambda gap, n, error: gap / torch.log((n - 1) ** 2 / error), "first_order"),
        (lambda gap, n, error: torch.log((n - 1) * (n - 1 - error) / error) / gap, "inverted"),
        (lambda gap, n, error: 1 / torch.log((n - 1) * (n - 1 - error) / error), "no_gap"),
        (lambda gap, n, error: gap / torch.log(error / ((n - 1) * (n - 1 - error))), "sign"),
        (lambda gap, n, error: gap / torch.log10((n - 1) * (n - 1 - error) / error), "decimal"),
        (lambda gap, n, error: gap, OTHER_NUMBER),
    ],
    "06.1": letters("06.1"),
    "06.2": [
        (lambda f, d, p: f[:, None] * (d - p), "none"),
        (lambda f, d, p: (f - f.mean())[:, None] * (d - p), "all"),
        (lambda f, d, p: (f - (f.sum() - f) / len(f))[:, None] * (d - p), "divided_by_n"),
        (lambda f, d, p: (f - (f.sum() - f))[:, None] * (d - p), "sum"),
        (lambda f, d, p: (f - f.sum() / (len(f) - 1))[:, None] * (d - p), "all_over_others"),
        (lambda f, d, p: (f + (f.sum() - f) / (len(f) - 1))[:, None] * (d - p), "added"),
        (lambda f, d, p: ((f.sum() - f) / (len(f) - 1) - f)[:, None] * (d - p), "sign"),
        (lambda f, d, p: (f - (f.sum() - f) / (len(f) - 1))[:, None] * d, "no_probs"),
        (lambda f, d, p: f - (f.sum() - f) / (len(f) - 1), OTHER_SHAPE),
        (lambda f, d, p: ((f - (f.sum() - f) / (len(f) - 1))[:, None] * (d - p)).mean(0), OTHER_SHAPE),
        (lambda f, d, p: (f - f.median())[:, None] * (d - p), OTHER_NUMBER),
        (lambda f, d, p: None, NOTHING),
    ],
    "06.3": [
        (lambda one, ten: ten, "ten"),
        (lambda one, ten: 0.0, "zero"),
        (lambda one, ten: one - ten, "difference"),
        (lambda one, ten: one / 10, "share"),
        (lambda one, ten: (one - ten) * 10 / 9, "falling_part"),
        (lambda one, ten: 10 * ten - one, "no_ninth"),
        (lambda one, ten: ten - (one - ten) / 10, "ten_too_many"),
        (lambda one, ten: (one + 10 * ten) / 11, OTHER_NUMBER),
        (lambda one, ten: None, NOTHING),
    ],
    "07.1": letters("07.1"),
    "07.2": [
        (lambda x: (softmax(x, -1) * log_softmax(x, -1)).sum((1, 2)), "no_log_k"),
        (lambda x: -(softmax(x, -1) * log_softmax(x, -1)).sum((1, 2)), "entropy"),
        (
            lambda x: (softmax(x, -1) * log_softmax(x, -1)).sum((1, 2)) + torch.log(torch.tensor(x.shape[2])),
            "log_k_once",
        ),
        (
            lambda x: (softmax(x, -1) * log_softmax(x, -1) + torch.log(torch.tensor(x.shape[2]))).sum((1, 2)),
            "log_k_of_each_class",
        ),
        (lambda x: -(x.shape[2] * log_softmax(x, -1).exp()).log().mean(2).sum(1), "other_way"),
        (lambda x: (softmax(x, -1) * (8 * softmax(x, -1)).log()).sum((1, 2)), "eight"),
        (lambda x: (softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log()).sum(2).mean(1), "mean"),
        (lambda x: -(softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log()).sum((1, 2)), "negative"),
        (lambda x: (softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log2()).sum((1, 2)), "bits"),
        (lambda x: (softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log()).sum((1, 2)).detach(), "cut"),
        (lambda x: (x.shape[2] * softmax(x, -1)).log().sum((1, 2)), "no_weights"),
        (lambda x: (softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log()).sum(2), OTHER_SHAPE),
        (lambda x: (softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log()).sum(), OTHER_SHAPE),
        (lambda x: (softmax(x, 1) * (x.shape[2] * softmax(x, 1)).log()).sum((1, 2)), OTHER_NUMBER),
        (lambda x: None, NOTHING),
    ],
}

# Other ways that are right, so that a check asks for the result and not for one way to it.
RIGHT = {
    "00.2": [lambda x, f: torch.autograd.functional.jacobian(lambda y: softmax(y, 1) @ f, x).sum(0)],
    "00.3": [
        lambda loc, scale, noise: torch.stack([(loc + scale * e) ** 2 for e in noise]).mean(),
        lambda loc, scale, noise: sum((loc + scale * e) ** 2 for e in noise) / len(noise),
    ],
    "00.4": [
        lambda loc, scale: torch.stack([3 * loc**2 + 3 * scale**2, 6 * loc * scale]),
        lambda loc, scale: [3 * (loc.item() ** 2 + scale.item() ** 2), 6 * loc.item() * scale.item()],
    ],
    "01.2": [
        lambda loc, raw, noise: torch.log1p(raw.exp()) * noise + loc,
        lambda loc, raw, noise: [
            [m + F.softplus(r) * e for m, r, e in zip(loc, raw, row, strict=True)] for row in noise
        ],
        lambda loc, raw, noise: loc.float() + F.softplus(raw.float()) * noise.float(),
    ],
    "01.3": [
        backward_and_grad,
        lambda f, loc, s, e: score_function_gradient(f, loc.detach(), s.detach(), e).mean(1),
        lambda f, loc, s, e: reinforce(f, loc, s, e, *[(loc + s * e).data] * 2),
    ],
    "01.4": [lambda a, b, loc, s: (a * loc.item() + b.item()) ** 2 / s.item() ** 2 + 2 * a.item() ** 2],
    "02.2": [
        lambda x, u: (F.log_softmax(x, 0) - (-u.log()).log()).max(1).indices,
        lambda x, u: (-u.log() / softmax(x, 0)).argmin(1),
        lambda x, u: (x.float() - (-u.float().log()).log()).argmax(1).tolist(),
        lambda x, u: torch.tensor([int((x - (-row.log()).log()).argmax()) for row in u]),
    ],
    "02.3": [
        lambda p, g: (p * g.exp()).argmax(1),
        lambda p, g: (p.log() + g).sort(1).indices[:, -1],
        lambda p, g: [int(i) for i in (p.log() + g).argmax(1)],
    ],
    "02.4": [lambda x, q: torch.log(x.exp().sum() / -torch.log(q)).item()],
    "02.5": [
        lambda u: -torch.log(-torch.log1p(-u.clamp(min=2**-54))),
        lambda u: -torch.log(-torch.log1p(-torch.where(u == 0, 2**-54, u.double()))),
    ],
    "03.2": [
        lambda x, g, t: (e := ((x + g) / t).exp()) / e.sum(1, keepdim=True),
        lambda x, g, t: softmax((F.log_softmax(x, 0) + g) / t, 1),
        lambda x, g, t: torch.stack([softmax((x + row) / t, 0) for row in g]),
    ],
    "03.3": [lambda p, g, t, table: torch.einsum("bmk,kd->bmd", softmax((p.log() + g) / t, 2), table)],
    "03.4": [lambda x, tau, t: 1 / (1 + (t / (1 - t)) ** tau * torch.exp(-x))],
    "04.2": [
        lambda x, e, t: (s := torch.sigmoid((x + e) / t)) + ((x + e > 0).double() - s).detach(),
        lambda x, e, t: (s := torch.sigmoid((x + e) / t)) - s.data + s.round().data,
    ],
    "04.3": [
        lambda x, g, table: (one_hot_st(x + g) + (s := softmax(x + g, 1)) - s.data) @ table,
        lambda x, g, table: table[(x + g).argmax(1)] + (s := softmax(x + g, 1)) @ table - s.data @ table,
    ],
    "04.4": [
        lambda t: 1 / (1 + ((1 - t) / t) ** 3),
        lambda t: t.item() ** 3 / (t.item() ** 3 + (1 - t.item()) ** 3),
    ],
    "05.2": [
        lambda x, t: t * logsumexp(x / t, 1),
        lambda x, t: (m := x.max(1).values) + t * ((x - m[:, None]) / t).exp().sum(1).log(),
    ],
    "05.3": [lambda x, t: softmax(x / t, 1) @ torch.arange(x.shape[1]).double()],
    "05.4": [lambda gap, n, error: gap.item() / torch.log((n - 1) * (n - 1 - error) / error).item()],
    "06.2": [
        lambda f, d, p: len(f) / (len(f) - 1) * (f - f.mean())[:, None] * (d - p),
        lambda f, d, p: torch.stack(
            [(f[i] - torch.cat([f[:i], f[i + 1 :]]).mean()) * (d[i] - p) for i in range(len(f))]
        ),
    ],
    "06.3": [lambda one, ten: one - (one - ten) / 0.9],
    "07.2": [
        lambda x: (softmax(x, -1) * (x.shape[2] * softmax(x, -1)).log()).sum((1, 2)),
        lambda x: (
            x.shape[1] * torch.log(torch.tensor(x.shape[2]))
            - torch.distributions.Categorical(logits=x).entropy().sum(1)
        ),
    ],
}
