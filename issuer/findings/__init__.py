"""What inspectors find, and what becomes of it (Art. 14, 15): written, answered by the authority concerned, closed or reopened."""
