"""One room a lesson: its views and its words together. No lesson imports another."""
