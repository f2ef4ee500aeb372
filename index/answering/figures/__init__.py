"""Figures: which numbers stand in a sentence, what they count, what is said to have happened to it, and which of them were asked for.

In: parsed sentences. Out: `Figure`, whose words are always a stretch of the sentence. Pure: no model, no disk but this package's own data, no clock.
It must never add up, round or convert: a figure is what somebody wrote.
"""
