"""Supervision and inspection (Art. 14, 15): looking, and nothing else. That a file was opened is written down."""
