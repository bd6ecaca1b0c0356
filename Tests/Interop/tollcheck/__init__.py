"""Tollchain, explained a second time: written from spec/ and fixtures/ alone, in Python.

Each module is one subject of the specification; operations.py joins them to the protocol of the
conformance stub. No line here was taken from the Swift sources, so where both agree, the text
that they were written from was clear.
"""
