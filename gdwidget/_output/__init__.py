"""What a widget can be written as: page, picture, script."""
