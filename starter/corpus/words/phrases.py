"""Many short templates in one block of text."""


def phrases(text: str) -> tuple[str, ...]:
    """Return the templates of `text`, which stand between slashes; each of them once."""
    parts = (" ".join(part.split()) for part in text.split("/"))
    return tuple(dict.fromkeys(part for part in parts if part))
