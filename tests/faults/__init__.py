"""What becomes of the product when something breaks: real processes on a database of their own, one fault after another."""
