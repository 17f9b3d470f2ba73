"""Stories: which articles are on the same news. Pure: values in, groups out; the store keeps them.

fingerprints ─ likeness (of two articles) ─ links ─ grouping (of those that links join) ─ stories ─ origins (who has it from whom)
"""
