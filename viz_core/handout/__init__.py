"""A page's view as one document, made on the server: for followers, files and notebooks.

A page runs once, as for a visitor whose clicks are over; what it shows is written as plain HTML,
its figures as SVG, and its canvas views stay what they are. However many follow a lecture, a view
is made once.
"""
