"""What crosses the boundary between the server process and a model's worker process."""
