"""Recall: generated stories that state facts, and how well a model still knows them."""
