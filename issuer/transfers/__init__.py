"""Transfer certificates for people who leave (Art. 11): one row a year, drawn from what was issued and registered."""
