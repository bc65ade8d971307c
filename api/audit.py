"""/audit: whether the record is what was received, and the usage what its readings give."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.context import Context
from api.paging import no_query
from ledger.audit import verify

router = APIRouter(tags=["data quality"])


class ChainFaultRow(BaseModel):
    """A batch whose stored content no longer gives its hash."""

    writer: str = Field(description="which chain", examples=["main"])
    batch: int = Field(description="number of the batch", examples=[8_812])
    detail: str = Field(description="what differs", examples=["content gives another hash"])


class FrozenFaultRow(BaseModel):
    """A frozen inventory that is not what was frozen."""

    id: int = Field(description="its number", examples=[1])
    detail: str = Field(description="what is wrong", examples=["what is stored gives another hash"])


class AuditAnswer(BaseModel):
    """What was checked and what was found."""

    batches: int = Field(description="batches whose hash was computed again", examples=[1204])
    chain_faults: list[ChainFaultRow] = Field(description="batches that differ from their hash")
    usage_hours: int = Field(description="hours of usage computed again", examples=[10_500_000])
    usage_differences: int = Field(description="hours that differ from that", examples=[0])
    touched: int = Field(description="hours still to settle, which may differ", examples=[0])
    frozen: int = Field(description="frozen inventories, checked by their hashes", examples=[2])
    frozen_faults: list[FrozenFaultRow] = Field(description="frozen ones that are not what was")


@router.get(
    "/audit", dependencies=[Depends(no_query)], summary="Hash chain and usage computed again"
)
def get_audit(context: Context) -> AuditAnswer:
    """Reads everything that is stored: minutes on a large park."""
    audit = verify(context.books)
    return AuditAnswer(
        batches=audit.batches,
        chain_faults=[
            ChainFaultRow(writer=fault.writer, batch=fault.batch, detail=fault.detail)
            for fault in audit.chain_faults
        ],
        usage_hours=audit.usage_hours,
        usage_differences=audit.usage_differences,
        touched=audit.touched,
        frozen=audit.frozen,
        frozen_faults=[
            FrozenFaultRow(id=fault.id, detail=fault.detail) for fault in audit.frozen_faults
        ],
    )
