"""nbval runs a notebook once for all that look at it."""

pytest_plugins = ["recording"]
