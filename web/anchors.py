"""The names of headings."""


def jupyter_anchor(heading: str) -> str:
    """The name that JupyterLab gives a heading, so that one link holds in both places."""
    return heading.replace(" ", "-")
