"""Three hundred JSON Schemas: each is answered with a document that fits, or refused before the first token."""
