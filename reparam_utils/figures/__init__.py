"""The live figures of the lessons.

Each is two files of one name: in `name.py` the scene in torch and the function `name(...)` that lays out the
picture; in `name.js` the twin of the scene, which moves it in the browser. Nothing else names it.
"""

from importlib import import_module
from pathlib import Path

__all__ = sorted(file.stem for file in Path(__file__).parent.glob("*.js"))

for _name in __all__:
    try:
        globals()[_name] = getattr(import_module(f".{_name}", __name__), _name)
    except AttributeError:
        raise ImportError(f"reparam_utils/figures/{_name}.py has no function {_name}") from None
