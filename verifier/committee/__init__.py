"""A committee's work: many documents of many candidates, one row a person and year, and a signed receipt for the minutes."""
