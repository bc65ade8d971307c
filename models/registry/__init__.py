"""The registry as the rest of the product sees it: an immutable snapshot of one moment."""

from __future__ import annotations

from models.registry.activity import OPEN_STATES, ActivityOrigin, ActivityRecord, ActivityState
from models.registry.certificates import VALID_MONTHS, Certificate, CertificateKind, CertificateUse
from models.registry.declared import DeclaredFactor, Output, Parameter
from models.registry.meter_tables import EXCHANGES, METER_SPECS, PROFILES
from models.registry.meters import DayType, Direction, Exchange, GapPolicy, Meter, Profile
from models.registry.places import Building, BuildingKind, Cluster, Enterprise, Group, Park
from models.registry.points import (
    OUTLET_MEDIA,
    Averaging,
    Channel,
    Edition,
    Medium,
    OperatingState,
    Permit,
    PermitKind,
    Point,
    State,
)
from models.registry.progress import (
    TARGET_UNITS,
    Assumption,
    EnergyBasis,
    Measure,
    Movement,
    Scope,
    Subject,
    Target,
    Title,
    YearlyFigure,
)
from models.registry.snapshot import Registry
from models.registry.streams import SourceStream, Use

__all__ = [
    "EXCHANGES",
    "METER_SPECS",
    "OPEN_STATES",
    "OUTLET_MEDIA",
    "PROFILES",
    "TARGET_UNITS",
    "VALID_MONTHS",
    "ActivityOrigin",
    "ActivityRecord",
    "ActivityState",
    "Assumption",
    "Averaging",
    "Building",
    "BuildingKind",
    "Certificate",
    "CertificateKind",
    "CertificateUse",
    "Channel",
    "Cluster",
    "DayType",
    "DeclaredFactor",
    "Direction",
    "Edition",
    "EnergyBasis",
    "Enterprise",
    "Exchange",
    "GapPolicy",
    "Group",
    "Measure",
    "Medium",
    "Meter",
    "Movement",
    "OperatingState",
    "Output",
    "Parameter",
    "Park",
    "Permit",
    "PermitKind",
    "Point",
    "Profile",
    "Registry",
    "Scope",
    "SourceStream",
    "State",
    "Subject",
    "Target",
    "Title",
    "Use",
    "YearlyFigure",
]
