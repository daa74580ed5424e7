"""The use cases, free of HTTP and of llama.cpp."""
