"""One signed trust list that names several issuers: made from the lists that they publish, for whoever keeps it.

Its root is a key of its own, apart from every instance.
"""
