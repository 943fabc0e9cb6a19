"""One file for rooms without network: trust list, status lists with details, checkpoints, lists of issuances."""
