"""What was computed and has no place in the context any more: kept in RAM, and on disk."""
