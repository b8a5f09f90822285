"""Pages of the manual that apps above this one write from their code; knows none of them."""

from collections.abc import Callable

# By the file's name. Each app adds its own when it is ready.
also_written: dict[str, Callable[[], str]] = {}
