"""A document as a value, and how it is written as a web page, as PDF and as Word; knows no app and no partnership."""
