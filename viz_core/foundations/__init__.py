"""The smallest models there are: a line, the nearest neighbours, a price list."""
