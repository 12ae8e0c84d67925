"""What travels between kernel and pages, and when."""
