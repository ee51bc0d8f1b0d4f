"""Addresses of our own beside Streamlit's, in the same process: short links, rooms, privacy."""
