"""What the records mean: references resolved, papers by topic, organization, author, day and period."""
