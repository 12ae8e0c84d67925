"""The messages between kernel and pages, both ways, and what is saved of a widget.

This is the one place that says what travels: ``js/src/protocol/wire.ts`` is made from it by
``python -m tests.message_types``.

Numbers travel as little-endian float32: of a delta column after column in one buffer, of planes
and looks one buffer an array; saved, such a buffer is base64. Of single numbers JSON cannot write
those that are not finite: they travel as the texts that JavaScript makes the same numbers of.
"""
