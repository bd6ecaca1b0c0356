"""The checks of `make lint` that need more than a command: one module for each, standard library
only. A check is a function from a `Repository` to the faults that it found and a word on what it
looked at."""
