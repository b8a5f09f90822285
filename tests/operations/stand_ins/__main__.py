"""`python -m tests.operations.stand_ins PROGRAM …`: what the little scripts in the path of a page's shell call."""

import sys

from tests.operations.stand_ins import compose, machine

name, words = sys.argv[1], sys.argv[2:]
sys.exit(compose.main(words) if name == "docker" else machine.COMMANDS[name](words))
