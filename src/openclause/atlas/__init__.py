"""The map of openness: one `Atlas` over a whole corpus, or over what a scan found.

In: a folder of the corpus, or the records of a scan. Out: an `Atlas`, its JSON, and a page of
HTML. Nothing is analyzed anew unless that is asked for: records hold what readers reviewed.
"""

from openclause.atlas.counting import count
from openclause.atlas.page import html
from openclause.atlas.records import Atlas, Date, Entry
from openclause.atlas.sources import corpus_entries, scan_entries

__all__ = ["Atlas", "Date", "Entry", "corpus_entries", "count", "html", "scan_entries"]
