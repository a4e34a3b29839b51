"""What a run says about the runner: clean seconds, steps, stride at the same speed."""

from hipstride.gait.clean import clean
from hipstride.gait.load import daily_load
from hipstride.gait.matched import MatchedStride, matched_stride
from hipstride.gait.residual import StrideResidual, stride_residual
from hipstride.gait.steps import add_step_length
from hipstride.gait.timer import sample_durations
from hipstride.gait.windows import steady_windows

__all__ = [
    "MatchedStride",
    "StrideResidual",
    "add_step_length",
    "clean",
    "daily_load",
    "matched_stride",
    "sample_durations",
    "steady_windows",
    "stride_residual",
]
