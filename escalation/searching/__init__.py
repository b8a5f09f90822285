"""Searching what was written: `matching` narrows, `extracts` shows where; `kept` and `words_of` keep words out of addresses.

Who may see stays with seeing.py: both take what `visible` gave, and add nobody to it."""

from .extracts import extracts
from .matching import LONGEST, matching
from .typed import kept, words_of

__all__ = ["LONGEST", "extracts", "kept", "matching", "words_of"]
