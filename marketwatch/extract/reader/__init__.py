"""The learned reader: a small network over a multilingual encoder that reads an article once for every vendor it names."""
