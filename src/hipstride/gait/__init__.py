"""What a run says about the runner: clean seconds, steps, stride at the same speed."""

from hipstride.gait.account import account
from hipstride.gait.belt import BeltSplit, with_belt_distance, with_belt_splits
from hipstride.gait.cadence_scale import scale_audit
from hipstride.gait.clean import clean
from hipstride.gait.curve import StrideCurve
from hipstride.gait.device_scale import device_scales
from hipstride.gait.drift import drift
from hipstride.gait.hip_mechanics import hip_mechanics, hip_mechanics_findings
from hipstride.gait.layoffs import layoffs
from hipstride.gait.load import daily_load
from hipstride.gait.matched import MatchedStride, matched_stride
from hipstride.gait.residual import StrideResidual, stride_residual
from hipstride.gait.splits import lap_splits, splits, splits_by_time
from hipstride.gait.steps import add_step_length
from hipstride.gait.targets import stride_targets
from hipstride.gait.timer import sample_durations
from hipstride.gait.windows import steady_windows

__all__ = [
    "BeltSplit",
    "MatchedStride",
    "StrideCurve",
    "StrideResidual",
    "account",
    "add_step_length",
    "clean",
    "daily_load",
    "device_scales",
    "drift",
    "hip_mechanics",
    "hip_mechanics_findings",
    "lap_splits",
    "layoffs",
    "matched_stride",
    "sample_durations",
    "scale_audit",
    "splits",
    "splits_by_time",
    "steady_windows",
    "stride_residual",
    "stride_targets",
    "with_belt_distance",
    "with_belt_splits",
]
