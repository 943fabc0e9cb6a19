"""Hours imported from other registration systems (Art. 9): files and batches read, checked and registered in bulk."""
