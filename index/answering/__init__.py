"""From passages to an answer: what is asked, whether the coverage says it, what is cited. Pure: no disk, no model, no clock."""
