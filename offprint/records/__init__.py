"""Content files → what they say: records, each value with its position."""
