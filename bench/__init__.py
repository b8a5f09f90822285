"""How big and how fast: a database of any size made from the demonstration's own stories, and every page timed against it."""
