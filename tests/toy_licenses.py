"""Little licenses of our own that an index may know."""

from __future__ import annotations

TOY = """Permission is hereby granted to use, copy, change and share this toy for any purpose, and
to paint it in all the colours of the rainbow and a few more that nobody has seen so far.

The notice above stays in all copies of the toy, be they large or small, new or old.

The toy comes as it is. In no event shall the carver be liable for harm that comes of it.
"""
BALL = """Redistribution and use of the ball in any form, blown up or flat, are permitted for all
who play with it, provided that they keep this list of rules with the ball and all its copies.

The name of the maker may not be used to praise other balls without asking the maker first.

The ball comes without any promise that it bounces as high as the one before it.
"""
