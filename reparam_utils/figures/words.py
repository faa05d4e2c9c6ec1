"""The three words of the running example, which many figures share."""

from collections.abc import Sequence

from ipywidgets import Widget

from ..live import slider


def check_words(words: Sequence[str]) -> None:
    """Raise ValueError unless there are three words."""
    if len(words) != 3:
        raise ValueError(f"three words, got {len(words)}: {list(words)}")


def logit_sliders(words: Sequence[str], logits: Sequence[float], most: float) -> dict[str, Widget]:
    """Sliders for the parameters logit_0, logit_1 and logit_2 of a scene.

    Args:
        words: names of the three categories.
        logits: where the sliders start, one for each word.
        most: the sliders run from -most to most.

    Raises:
        ValueError: not three words.
    """
    check_words(words)
    return {
        f"logit_{i}": slider(f"logit of {word}", -most, most, value=value, step=0.1)
        for i, (word, value) in enumerate(zip(words, logits, strict=True))
    }
