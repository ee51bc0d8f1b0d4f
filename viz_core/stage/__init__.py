"""A lecture: one leads, others follow, questions are asked, guessed and revealed."""
