"""The portal's frame: who is asking, what they may ask for, and how pages and problems are drawn."""
