"""One page for a runner and a physio: the answer, its limits, and how it was found.

A single HTML file: no script, nothing loaded from anywhere, readable on a phone, in
the dark and on paper. What is urgent to a runner in pain stands at its head.
"""

from hipstride.report._page import render, write

__all__ = ["render", "write"]
