"""The partnership manager's list of everything raised: which rows, in which order, in which columns, and why each is there."""

from ..models.disagreement import LIVE
from .columns import BY_KEY, COLUMNS, Column, cells_of_marker, columns_of
from .orders import ORDERS, Order
from .pages import Count, counted, page_of
from .rows import (
    STANDING_WORDS,
    Row,
    Rows,
    Standing,
    holder,
    marks,
    near_until,
    standing_is,
    tracked,
)

__all__ = [
    "BY_KEY",
    "COLUMNS",
    "LIVE",
    "ORDERS",
    "STANDING_WORDS",
    "Column",
    "Count",
    "Order",
    "Row",
    "Rows",
    "Standing",
    "cells_of_marker",
    "columns_of",
    "counted",
    "holder",
    "marks",
    "near_until",
    "page_of",
    "standing_is",
    "tracked",
]
