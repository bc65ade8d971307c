"""What is shown, said once: boards, panels, the question each answers, its query, unit and picture.

Plain data. The web console and the Grafana dashboards are both built from it; neither adds a
figure of its own. Every number comes from the HTTP API; nothing is computed here.
"""

from dashboards.boards.accounts import API
from dashboards.boards.alarms import ALARMS
from dashboards.boards.allowances import ALLOWANCES
from dashboards.boards.assessment import ASSESSMENT
from dashboards.boards.control import CONTROL_BOARD
from dashboards.boards.enterprise import ENTERPRISE_BOARD
from dashboards.boards.environment import ENVIRONMENT
from dashboards.boards.fields import COVERAGE
from dashboards.boards.indicators import INDICATORS
from dashboards.boards.live_meters import LIVE_METERS
from dashboards.boards.park_overview import PARK_OVERVIEW
from dashboards.boards.peak import PEAK
from dashboards.boards.roadmap import ROADMAP
from dashboards.boards.senders import SENDERS
from dashboards.boards.vocabulary import (
    FIGURES_S,
    LIVE_S,
    ROW_UNIT,
    SETTLED_S,
    SHARE,
    SIGNIFICANT_DIGITS,
    Board,
    Ceiling,
    Field,
    Kind,
    Limit,
    Link,
    Panel,
    Picture,
    Query,
    Text,
    Variable,
)

BOARDS = (
    PARK_OVERVIEW,
    ENTERPRISE_BOARD,
    LIVE_METERS,
    SENDERS,
    ENVIRONMENT,
    CONTROL_BOARD,
    INDICATORS,
    PEAK,
    ROADMAP,
    ASSESSMENT,
    ALLOWANCES,
    ALARMS,
)

__all__ = [
    "ALARMS",
    "ALLOWANCES",
    "API",
    "ASSESSMENT",
    "BOARDS",
    "CONTROL_BOARD",
    "COVERAGE",
    "ENTERPRISE_BOARD",
    "ENVIRONMENT",
    "FIGURES_S",
    "INDICATORS",
    "LIVE_METERS",
    "LIVE_S",
    "PARK_OVERVIEW",
    "PEAK",
    "ROADMAP",
    "ROW_UNIT",
    "SENDERS",
    "SETTLED_S",
    "SHARE",
    "SIGNIFICANT_DIGITS",
    "Board",
    "Ceiling",
    "Field",
    "Kind",
    "Limit",
    "Link",
    "Panel",
    "Picture",
    "Query",
    "Text",
    "Variable",
]
