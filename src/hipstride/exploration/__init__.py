"""Looking around in a notebook, with every look counted.

Looking is not testing: of twenty looks at nothing, one finds something. So the panel
keeps a log of what was looked at, and says what chance alone would have found by now.
"""

from hipstride.exploration._look import Look, look_at
from hipstride.exploration._looks import Looks
from hipstride.exploration.explore import explore

__all__ = ["Look", "Looks", "explore", "look_at"]
