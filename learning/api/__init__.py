"""Learning and agencies' returns for programs: the pages' own forms and services."""
