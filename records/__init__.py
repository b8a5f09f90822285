"""How long what was written is kept, how it is destroyed, and how a copy is given away lawfully; knows no page of another app."""
