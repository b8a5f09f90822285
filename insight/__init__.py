"""What a partnership's disagreements amount to: figures, each open to what is behind it; must not know how a meeting is held."""
