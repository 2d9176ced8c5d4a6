"""What strangers may write into a license: for every format to show and for none to obey."""

from __future__ import annotations

_LEAD = "Evil License\n\nYou may use it.\n"

HOSTILE: dict[str, str] = {
    "script": _LEAD + "You may not sell it </script><script>alert(1)</script> to anyone.\n",
    "attributes": _LEAD
    + "You may not sell it \"onfocus=alert(1) x='<img src=x onerror=alert(1)>.\n",
    "comment": _LEAD + "You may not sell it --><svg onload=alert(1)><!-- or ]]> anyone.\n",
    "direction": _LEAD + "You may not \u202esell it\u202c to \u2066anyone\u2069 else.\n",
    "escapes": _LEAD + "You may not sell it to \x1b[31manyone\x1b]0;title\x07 or \x9b2J else.\n",
    "formula": _LEAD + '=HYPERLINK("http://x.example","You")\n\n+You may not sell @it.\n',
    "links": _LEAD
    + "You may not sell [it](javascript:alert(1)) to {0} ![x](http://x.example/y).\n",
    "mention": _LEAD
    + "You may not sell it to @octocat, #1, GH-2 or https://x.example | `a` ~~b~~.\n",
    "carriage returns": _LEAD.replace("\n", "\r") + "You may not\rsell it.\rYou must\r\npay.\r",
    "astral": "\U0001f600 Evil License\n\nUse it \U0001f600. You may not sell \U0001f600 it.\n",
    "template": _LEAD + "You may not sell {{ 7*7 }} {% raw %} ${7*7} #{7*7} it.\n",
    "control": _LEAD + "You may not sell it to\x00 any\x0b or\x0c all \ufeff of them \U000e0041.\n",
}
# A megabyte without a line end, its clauses at both ends.
_BOTH = "You may use it. You must not sell it. "
LONG_LINE = _BOTH + "These are words of no weight. " * 33_000 + _BOTH
