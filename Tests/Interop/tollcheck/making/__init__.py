"""Seeded random requests over all operations: right ones, and ones with a fault."""

from . import answers, encodings, money, objects, sessions, settlements
from .world import World

# Operation → (how often, what makes its requests).
MAKERS = {}
for _module in (answers, encodings, money, objects, sessions, settlements):
    MAKERS.update(_module.MAKERS)

__all__ = ["MAKERS", "World"]
