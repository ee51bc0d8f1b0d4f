"""What each kind of model is trained to do, and the batches it is trained on.

Every batch is a function of seed and step alone, so a resumed run sees what an unbroken one would.
A story model's step has a part of real text and a part of recall stories; padding counts for
nothing.
"""
