"""Where licenses may stand in folders and archives, and what packages declare.

In: paths. Out: `Candidate` records in an order that only names decide, and their bytes.
"""

from openclause.finding.candidates import KINDS, Candidate, Kind, Limits
from openclause.finding.model_folders import ModelFolders
from openclause.finding.reading import Reader, read
from openclause.finding.searching import candidates

__all__ = ["KINDS", "Candidate", "Kind", "Limits", "ModelFolders", "Reader", "candidates", "read"]
