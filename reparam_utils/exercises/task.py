"""A task: a function to write, held against the right one on fresh inputs."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from .draw import Draw
from .observe import Inputs, Seen, Wrong, agree, close, given, observe, same_gradient, shown

Fact = Callable[[Tensor], str | None]
Case = tuple[Inputs, Mapping[str, Tensor]]

# To name a slip it must do what the learner's function does on so many inputs.
_MATCHES = 20


@dataclass(frozen=True)
class Task:
    """What a function must do.

    Attributes:
        inputs: makes the inputs by name, in the order in which the function takes them.
        right: the function to agree with, called as the learner's is.
        slips: short name to a function that makes a usual slip.
        facts: properties that the value must have: each takes it and says what fails, or None. They are
            asked where the shape is right.
        gradients: names of inputs in which the gradient must agree too.
        trials: how many inputs are tried.
    """

    inputs: Callable[[Draw], dict[str, Any]]
    right: Callable
    slips: Mapping[str, Callable]
    facts: Sequence[Fact] = ()
    gradients: Sequence[str] = ()
    trials: int = 5
    tolerance: float = 1e-4  # absolute and relative; room for float32

    def examine(self, answer: Any, words: Mapping[str, str], draw: Draw) -> None:
        """Raise Wrong, Raised or NotStarted unless `answer` is right; `words` tell each slip by its name."""
        if not callable(answer):
            raise Wrong(f"`check` needs the function itself, by its name alone. Got `{answer!r}`.")
        for _ in range(self.trials):
            case = self._case(draw)
            right, seen = observe(self.right, *case), observe(answer, *case)
            if fact := self._fact(seen, right):
                slip = self._slip(answer, [case, *(self._case(draw) for _ in range(_MATCHES - 1))])
                told = [f"**A likely slip:** {words[slip]}"] if slip else []
                fact = self._draws_noise(answer, seen, case) or fact
                raise Wrong("\n\n".join([fact, *told, given(case[0])]))

    def _case(self, draw: Draw) -> Case:
        """Fresh inputs, and a fresh weight for each entry of the value."""
        inputs = self.inputs(draw)
        shape = observe(self.right, inputs, {}).value.shape
        return inputs, {name: draw.normals(*shape) for name in self.gradients}

    def _draws_noise(self, answer: Callable, seen: Seen, case: Case) -> str | None:
        again = (observe(answer, *case).value for _ in range(_MATCHES))
        if all(close(seen.value, value, self.tolerance) for value in again):
            return None
        return (
            "Two calls with the same input gave two results. "
            "The function must use the noise that it is given, and draw none."
        )

    def _fact(self, seen: Seen, right: Seen) -> str | None:
        """The first property that fails, or None."""
        if seen.value.shape != right.value.shape:
            got, wanted = tuple(seen.value.shape), tuple(right.value.shape)
            return f"The result has shape `{got}`, and it should have `{wanted}`."
        for fact in self.facts:
            if said := fact(seen.value):
                return said
        for index in itertools.product(*map(range, right.value.shape)):
            got, wanted = seen.value[index], right.value[index]
            if not close(got, wanted, self.tolerance):
                where = f" at `{list(index)}`" if index else ""
                return f"The result{where} is `{shown(got)}`, and right would be `{shown(wanted)}`."
        return self._gradient_fact(seen, right)

    def _gradient_fact(self, seen: Seen, right: Seen) -> str | None:
        for name, wanted in right.gradients.items():
            got = seen.gradients[name]
            if same_gradient(got, wanted, self.tolerance):
                continue
            if got is None or not got.any():
                return f"The value is right, but no gradient reaches `{name}`."
            return (
                f"The value is right, but not its gradient in `{name}`: with random weights on the entries "
                f"it is `{shown(got)}`, and right would be `{shown(wanted)}`."
            )
        return None

    def _slip(self, answer: Callable, cases: Sequence[Case]) -> str | None:
        """The name of the first slip that does what the answer does."""
        for name, slip in self.slips.items():
            if all(agree(observe(slip, *case), observe(answer, *case), self.tolerance) for case in cases):
                return name
        return None
