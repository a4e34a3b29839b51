"""Three pictures: pain over time, stride against pain, step length against speed.

Each takes a table and returns the `matplotlib.axes.Axes` it drew on. Given ``ax``,
nothing else is touched; without it, a new pyplot figure is made, for a notebook.
"""

from hipstride.plots.step_length_vs_speed import step_length_vs_speed
from hipstride.plots.stride_vs_pain import stride_vs_pain
from hipstride.plots.timeline import timeline

__all__ = ["step_length_vs_speed", "stride_vs_pain", "timeline"]
