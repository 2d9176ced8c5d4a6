"""Where licenses may stand in folders and archives, and what packages declare.

In: paths. Out: `Candidate` records in an order that only names decide, and their bytes.
"""

from openclause.finding.candidates import Candidate, Kind, Limits

__all__ = ["Candidate", "Kind", "Limits"]
