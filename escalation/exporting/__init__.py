"""The tracker as a file that leaves: CSV, Excel or OpenDocument; streamed, and harmless to open. Knows no request.

Every kind of file is made from the same lines (lines.py), which open the scope, the transaction and the named cursor."""

from .files import KINDS, Kind, exported
from .harmless import BYTE_ORDER_MARK, FORMULA_STARTS, Line, harmless
from .lines import Wanted
from .offered import offered

__all__ = ["BYTE_ORDER_MARK", "FORMULA_STARTS", "KINDS", "Kind", "Line", "Wanted", "exported", "harmless", "offered"]
