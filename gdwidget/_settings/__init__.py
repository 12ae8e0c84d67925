"""The settings of a widget: one frozen object owns them, and traits show it."""
