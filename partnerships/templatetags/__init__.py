"""Template tags of the lowest layer, for every app's pages."""
