"""From raw text to sentences with exact offsets, and from a passage to the link that opens it. Pure: no disk, no clock, no model."""
