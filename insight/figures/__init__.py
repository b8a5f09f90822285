"""The figures themselves, one module for what each group of them is about; each makes its figure of what it is asked for."""
