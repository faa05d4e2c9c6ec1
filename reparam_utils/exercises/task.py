"""A task: a function to write, held against the right one on fresh inputs."""

import contextlib
import io
import itertools
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .draw import Draw
from .observe import Seen, Wrong, agree, close, observe, same_gradient
from .shown import Inputs, given, shown_apart

Fact = Callable[[Tensor], str | None]
Case = tuple[Inputs, Mapping[str, Tensor]]

# To name a slip it must do what the learner's function does on so many inputs.
_MATCHES = 10


@dataclass(frozen=True)
class Task:
    """What a function must do.

    Attributes:
        inputs: makes the inputs by name, in the order in which the function takes them.
        right: the function to agree with, called as the learner's is.
        slips: short name to a function that makes a usual slip, or to several that make it.
        facts: properties that the value must have: each takes it and says what fails, or None. They are
            asked where the shape is right.
        gradients: names of inputs in which the gradient must agree too.
        trials: how many inputs are tried.
        many: makes one more input, a large one that is tried last.
    """

    inputs: Callable[[Draw], dict[str, Any]]
    right: Callable
    slips: Mapping[str, Callable | tuple[Callable, ...]]
    facts: Sequence[Fact] = ()
    gradients: Sequence[str] = ()
    trials: int = 20
    many: Callable[[Draw], dict[str, Any]] | None = None

    def examine(self, answer: Any, words: Mapping[str, str], draw: Draw) -> None:
        """Raise Wrong, Raised or NotStarted unless `answer` is right; `words` tell each slip by its name.

        What the function prints in its first call is left to be seen; it is called several times.
        """
        if not callable(answer):
            raise Wrong(
                f"`check` needs the function itself, by its name alone. Got `{reprlib.repr(answer)}`."
            )
        cases = [self._case(draw, self.inputs) for _ in range(self.trials)]
        cases += [self._case(draw, self.many)] if self.many else []
        first = observe(answer, *cases[0])
        with contextlib.redirect_stdout(io.StringIO()):
            seen = itertools.chain([first], (observe(answer, *case) for case in cases[1:]))
            for case, each in zip(cases, seen, strict=True):
                if fact := self._fact(each, observe(self.right, *case)):
                    fact = self._draws_noise(answer, case) or fact
                    slip = self._slip(answer, [case, cases[-1]], draw)
                    told = [f"**A likely slip:** {words[slip]}"] if slip else []
                    raise Wrong("\n\n".join([fact, *told, given(case[0])]))

    def every_slip(self) -> Iterator[tuple[str, Callable]]:
        """Each function that makes a slip, with the slip's name."""
        for name, slips in self.slips.items():
            for slip in slips if isinstance(slips, tuple) else (slips,):
                yield name, slip

    def _case(self, draw: Draw, inputs: Callable[[Draw], dict[str, Any]]) -> Case:
        """Fresh inputs, and a fresh weight for each entry of the value; a value without an axis weighs 1."""
        made = inputs(draw)
        shape = observe(self.right, made, {}).value.shape
        return made, {name: draw.normals(*shape) if shape else torch.ones(()) for name in self.gradients}

    def _draws_noise(self, answer: Callable, case: Case) -> str | None:
        values = [observe(answer, *case).value for _ in range(_MATCHES)]
        if all(close(values[0], value) for value in values):
            return None
        return (
            "Two calls with the same input gave two results. "
            "Draw no noise inside: use what the function is given, or derive a formula."
        )

    def _fact(self, seen: Seen, right: Seen) -> str | None:
        """The first property that fails, or None."""
        if seen.value.shape != right.value.shape:
            got, wanted = tuple(seen.value.shape), tuple(right.value.shape)
            return f"The result has shape `{got}`, and it should have `{wanted}`."
        for fact in self.facts:
            if said := fact(seen.value):
                return said
        if not close(seen.value, right.value):
            return _first_difference(seen.value, right.value)
        return self._gradient_fact(seen, right)

    def _gradient_fact(self, seen: Seen, right: Seen) -> str | None:
        for name, wanted in right.gradients.items():
            got = seen.gradients[name]
            if same_gradient(got, wanted):
                continue
            if got is None or not got.any():
                return f"The value is right, but no gradient reaches `{name}`."
            got, wanted = shown_apart(got, wanted)
            of = " (of the sum of all entries, each times a random weight)" if right.value.ndim else ""
            return (
                f"The value is right, but not its gradient in `{name}`{of}: `{got}` in place of `{wanted}`."
            )
        return None

    def _slip(self, answer: Callable, cases: Sequence[Case], draw: Draw) -> str | None:
        """The name of the first slip that does what the answer does, on these inputs and on some more."""
        cases = [*cases, *(self._case(draw, self.inputs) for _ in range(_MATCHES - len(cases)))]
        seen = [observe(answer, *case) for case in cases]
        for name, slip in self.every_slip():
            if all(agree(observe(slip, *case), each) for case, each in zip(cases, seen, strict=True)):
                return name
        return None


def left_out(steps: Sequence[str], without: Callable[..., Callable]) -> dict[str, Callable]:
    """The slips of leaving out some of the steps, or all: `without(*steps)`, named by what is missing."""
    some = (itertools.combinations(steps, count) for count in range(1, len(steps) + 1))
    return {"_".join(missing): without(*missing) for missing in itertools.chain.from_iterable(some)}


def _first_difference(got: Tensor, wanted: Tensor) -> str:
    """Where two values of one shape first differ."""
    places = itertools.product(*map(range, got.shape))
    place = next(place for place in places if not close(got[place], wanted[place]))
    at = f" at `{list(place)}`" if place else ""
    got, wanted = shown_apart(got[place], wanted[place])
    return f"The result{at} is `{got}`, and right would be `{wanted}`."
