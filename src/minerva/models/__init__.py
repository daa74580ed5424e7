"""What model files exist and how to load them."""
