"""The sentences that every report carries, whatever the numbers say.

The red flags and the state of the evidence are the same for every runner; they are
kept in one place so that no report can leave one out.
"""

from __future__ import annotations

__all__ = [
    "CANNOT_TELL",
    "NOT_MEDICAL_ADVICE",
    "NO_CONTROLLED_EVIDENCE",
    "RED_FLAGS",
    "RED_FLAGS_HEAD",
    "RED_FLAGS_WHY",
    "WOULD_ANSWER",
    "red_flags",
]

RED_FLAGS_HEAD = (
    "See a clinician first, before you try anything on yourself, if you have"
)

RED_FLAGS = (
    "pain at night",
    "pain at rest",
    "a leg that cannot bear your weight",
    "a fever, or you feel ill",
    "a fall, a blow or another injury before the pain",
    "groin pain that grows with each run: a suspected bone stress injury",
)

RED_FLAGS_WHY = (
    "A stress injury of the femoral neck can feel like an ordinary sore hip or groin "
    "and can end in a fracture. It must not be missed, and no diary or watch can rule "
    "it out."
)

NO_CONTROLLED_EVIDENCE = (
    "There is no controlled evidence that a shorter stride treats hip pain. Studies of "
    "step rate measured joint angles and loads; the few on pain were about the knee. A "
    "quicker, shorter step lowers some loads at the hip and raises others."
)

NOT_MEDICAL_ADVICE = (
    "This is not medical advice and not a diagnosis. It describes one runner's own "
    "records. Take it to a clinician as a description, not as a verdict on a hip."
)

CANNOT_TELL = (
    (
        "Whether the stride changed the pain, or the pain changed the stride: a sore "
        "hip shortens the step by itself. A rating before each run narrows this, and "
        "does not close it."
    ),
    "What else came at the same time: rest, treatment, shoes, sleep, the season.",
    "What is wrong with the hip. Pain is not damage, and its absence is not healing.",
    "What would help another runner. All of this is about one person.",
    (
        "Anything about runs that were not rated. Who forgets the diary on good days, "
        "or on bad ones, tilts the answer."
    ),
)

WOULD_ANSWER = (
    "Rate every run, the painless ones too: 0 is news, a blank is not.",
    "Rate before each run as well as after it, in the same words.",
    (
        "Vary the stride on purpose at the same speed, by 5 % or more. A stride that "
        "never changes cannot show what it does."
    ),
    (
        "Let chance decide: draw a schedule beforehand (hipstride trial draw) that "
        "says before each run which of two cues to follow, for some twelve weeks, and "
        "rate every run. Only this tells the cue apart from all that goes along with "
        "it; hipstride power says how long it takes."
    ),
)


def red_flags() -> str:
    """Say all red flags in one sentence, for a terminal.

    Examples
    --------
    >>> red_flags()[:50]
    'See a clinician first, before you try anything on '
    """
    return f"{RED_FLAGS_HEAD} {'; '.join(RED_FLAGS)}."
