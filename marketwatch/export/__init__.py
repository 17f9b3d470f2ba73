"""Reproducible exports: moves with every source and its exact evidence, in five forms, and the check of such a file.

gather (store → Report) → one module a form (Report ↔ bytes) → files (bytes → disk)
file → Report → verify (Report, store → what holds) → lines for people

A report is a value; the modules of the forms are pure and know neither store nor disk. Each form carries the same data
in a machine-readable way, so that `marketwatch verify` reads any of them back.
"""
