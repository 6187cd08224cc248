"""What git's log says of records: its lines as data, and whether two texts are one record."""
