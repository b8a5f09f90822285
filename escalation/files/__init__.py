"""Files that lie with a disagreement: what may be one, what it is called, where its bytes stand, and who scans it."""
