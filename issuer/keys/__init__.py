"""The instance's keys: one for each purpose and span of time, in files or in a PKCS#11 module.

ring.py      which keys there are, and which one signs now
files.py     private keys in encrypted files
module.py    private keys in a PKCS#11 module (hardware, or SoftHSM2)
suites.py    how each algorithm generates and signs, in either place
service.py   rotate, retire, compromise; a root that lives elsewhere
"""
