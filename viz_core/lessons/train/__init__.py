"""Train: a model that learns before the visitor's eyes."""
