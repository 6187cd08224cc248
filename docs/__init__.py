"""The pages of documentation that are written by a program, and those programs."""
