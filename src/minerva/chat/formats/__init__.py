"""How families of models write calls of tools: one file per format, found by `find` from the chat template."""
