"""Settings and logging: a leaf. Imported by the composition roots only; everyone deeper receives plain values."""
