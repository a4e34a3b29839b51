"""Files in: FIT, GPX, TCX, sensors' CSV and the runner's own diary.

Every reader gives plain tables and says in its notes what it assumed or lost; what it
cannot read is one `hipstride.errors.ReadError` with place, found, expected and remedy.
"""
