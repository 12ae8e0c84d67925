"""What was done: runs, their recorded steps, and the cursor."""
