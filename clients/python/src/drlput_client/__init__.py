"""Follows a DRL-PUT policy and decides requests.

>>> with PolicyClient.follow("stable", "ps-0:7400", store="/var/lib/ads/policy") as client:
...     decision = client.decide(request_id, {"ctr_30d": 0.07, "country": "de"})
...     rank(candidates, decision.hyperparameters)
"""

from .client import Decision, PolicyClient, Status
from .errors import ClientError, DrlputError, RequestError, ServerError, VersionError
from .experiment import ActionSpace, Experiment
from .exploration import Exploration
from .log import Counts, DecisionLog, LoggedDecision
from .policy import Choice, NumpyPolicy, OnnxPolicy, Policy, decide
from .server import VersionServer
from .version import Version

__all__ = [
    "ActionSpace",
    "Choice",
    "ClientError",
    "Counts",
    "Decision",
    "DecisionLog",
    "DrlputError",
    "Experiment",
    "Exploration",
    "LoggedDecision",
    "NumpyPolicy",
    "OnnxPolicy",
    "Policy",
    "PolicyClient",
    "RequestError",
    "ServerError",
    "Status",
    "Version",
    "VersionError",
    "VersionServer",
    "decide",
]
