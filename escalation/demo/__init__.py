"""Invented people and their disagreements, for demonstrations and training; no code of the product may depend on it."""
