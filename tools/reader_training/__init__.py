"""Training of the learned reader: material, arrays, steps and the weights file. Needs the extra `train`."""
