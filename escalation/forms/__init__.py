"""What people type: checked, kept when refused, and handed to one service; must not know any page."""
