"""Embeddings, and the reranking that other makers have beside them."""
