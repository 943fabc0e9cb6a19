"""Articles 3 to 7, 11 and 17, one small module each. The order in which they speak stands in rules/engine.py."""
