"""Figures for programs: the same values as the pages', by the same permissions."""
