"""The only code that imports the binding of llama.cpp."""
