"""The shared vocabulary: names every other package speaks. Imports msgspec, structlog and the standard library only."""
