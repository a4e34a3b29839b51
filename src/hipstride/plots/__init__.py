"""Three pictures: pain over time, stride against pain, step length against speed.

Each takes a table and returns the `matplotlib.axes.Axes` it drew on. Given ``ax``,
nothing else is touched; without it, a new pyplot figure is made, for a notebook.
"""

from hipstride.plots._plot_data import get_plot_data
from hipstride.plots.splits import splits
from hipstride.plots.step_length_vs_speed import step_length_vs_speed
from hipstride.plots.stride_curve import stride_curve
from hipstride.plots.stride_vs_pain import stride_vs_pain
from hipstride.plots.timeline import timeline

__all__ = [
    "get_plot_data",
    "splits",
    "step_length_vs_speed",
    "stride_curve",
    "stride_vs_pain",
    "timeline",
]
