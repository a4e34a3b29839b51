"""What is said of a watch or a shoe that was, or could not be, told apart from form."""

from __future__ import annotations

from hipstride.gait.links import MIN_OVERLAP_RUNS, MIN_TIMES, Link

__all__ = ["FAR_OFF", "LINK_NOTES", "LONELY", "device_note", "shoe_note"]

_NO_OFFSET = 1e-9
LONELY = "no other run of this device in the baseline, so no stride deviation"
FAR_OFF = "the step length is more than 30 % off that of the runner's other runs"
_DEVICE_TAKEN = "on the scale of the usual device"
_DEVICE_ALONE = "another device, counted from its own baseline"
_SHOE_TAKEN = "freed of what the shoe adds to the step"
_SHOE_ALONE = "a change of shoe may look like a change of stride"
# What the notes on runs begin with that depend on the baseline, so that those of
# another one can be told.
LINK_NOTES = (LONELY, FAR_OFF, _DEVICE_ALONE, _SHOE_TAKEN, _SHOE_ALONE)


def device_note(link: Link) -> str:
    """Say what was done about a device; nothing of the reference.

    Examples
    --------
    >>> device_note(Link("B", 0.01, 0.002, 12))
    'on the scale of the usual device: B +1.0 % (95 % ± 0.4), from 12 runs by turns'
    """
    if not link.is_known:
        return (
            f"{_DEVICE_ALONE}: {link.label}, {_too_few(link)}: a change of stride that "
            "came with it would not be seen"
        )
    # Nor of what was put on its scale before.
    if not link.n_overlap or abs(link.offset) < _NO_OFFSET:
        return ""
    return f"{_DEVICE_TAKEN}: {_offset_words(link)}"


def shoe_note(link: Link) -> str:
    """Say what was done about a shoe; nothing of the reference."""
    if not link.is_known:
        return f"{_SHOE_ALONE}: {link.label}, {_too_few(link)}"
    return f"{_SHOE_TAKEN}: {_offset_words(link)}" if link.n_overlap else ""


def _too_few(link: Link) -> str:
    if link.n_overlap >= MIN_OVERLAP_RUNS:
        return f"worn by turns with another fewer than {MIN_TIMES} times"
    return (
        f"as {link.n_overlap} runs with it lie between runs with another (needed "
        f"{MIN_OVERLAP_RUNS})"
    )


def _offset_words(link: Link) -> str:
    return (
        f"{link.label} {100 * link.offset:+.1f} % (95 % ± {196 * link.offset_se:.1f}), "
        f"from {link.n_overlap} runs by turns"
    )
