"""Pictures of runs, of answers, and of one run.

Each function takes a table or a result and returns the `matplotlib.axes.Axes` it drew
on. Given ``ax``, nothing else is touched; without it, a new pyplot figure is made, for
a notebook. The title says what was found, the caption n and dates; `get_plot_data`
gives the numbers.

* Of a history: `timeline`, `calendar`, `step_length_vs_speed`, `stride_curve`.
* Of an answer: `stride_vs_pain`, `lags`, `change`, `ledger`, `trial`, `spec_curve`.
* Of one run: `splits`, `drift`.
"""

from hipstride.plots._plot_data import get_plot_data
from hipstride.plots.calendar import calendar
from hipstride.plots.change import change
from hipstride.plots.drift import drift
from hipstride.plots.lags import lags
from hipstride.plots.ledger import ledger
from hipstride.plots.spec_curve import spec_curve
from hipstride.plots.splits import splits
from hipstride.plots.step_length_vs_speed import step_length_vs_speed
from hipstride.plots.stride_curve import stride_curve
from hipstride.plots.stride_vs_pain import stride_vs_pain
from hipstride.plots.timeline import timeline
from hipstride.plots.trial import trial

__all__ = [
    "calendar",
    "change",
    "drift",
    "get_plot_data",
    "lags",
    "ledger",
    "spec_curve",
    "splits",
    "step_length_vs_speed",
    "stride_curve",
    "stride_vs_pain",
    "timeline",
    "trial",
]
