"""A tracker that the office kept before, read into what would be made of it: columns, values, and every problem."""
