"""The parent side of worker processes."""
