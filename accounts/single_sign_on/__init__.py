"""Single sign-on: whoever an agency's own system vouches for comes in, if this system knows them already."""
