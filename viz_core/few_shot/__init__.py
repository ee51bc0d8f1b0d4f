"""Few-shot: tasks as rows of examples, and how well a model does them by the examples alone."""
