"""Word lists, all typed by us for this corpus; which words belong to which split is decided by their hash."""


def listed(text: str) -> tuple[str, ...]:
    """Return the items of `text`: what stands between commas if there are any, else between spaces."""
    parts = text.split(",") if "," in text else text.split()
    return tuple(" ".join(part.split()) for part in parts)
