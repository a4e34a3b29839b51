"""What a history could show, before it is asked: power by simulation."""

from hipstride.stats.power._numbers import Errors, HistoryNumbers, typical_numbers
from hipstride.stats.power._own_numbers import numbers_of
from hipstride.stats.power.association_power import power_of_history
from hipstride.stats.power.change_power import power_of_change
from hipstride.stats.power.trial_power import power_of_trial

__all__ = [
    "Errors",
    "HistoryNumbers",
    "numbers_of",
    "power_of_change",
    "power_of_history",
    "power_of_trial",
    "typical_numbers",
]
