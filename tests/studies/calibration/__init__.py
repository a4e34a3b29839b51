"""How often each answer is wrong, on simulated runners whose truth is known."""
