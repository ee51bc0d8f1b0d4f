"""The workshop: models that visitors train themselves, in processes of their own.

A `Setup` says what is trained on what. A worker trains it step by step and tells of it; the `Hall`
lets so many of them work at once, keeps what they tell and hands it to whoever holds the run's id.
"""
