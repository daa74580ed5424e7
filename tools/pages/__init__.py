"""The generated pages of the documentation, one module each: `page()` returns its Markdown."""
