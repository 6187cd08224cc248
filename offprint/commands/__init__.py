"""The commands of the command line, one module each: short sequences of calls into the other folders."""
