"""What `GDWidget` can do, each in a base class of its own."""
