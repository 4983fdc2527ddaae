"""What people may ask for: one strict Struct per command, named as in handbook 2.9.

`asset_ids` lists the assets that one command moves together; `occurred_on` is the business date;
`booked_on` is left out unless the accountant wants another day than the business date.
Here all of them stand in one namespace; each family has its own module.
"""

from __future__ import annotations

from domain.commands.command import MANY, Command, OpeningCard
from domain.commands.configuring import (
    ImportOpeningCard,
    PostToBooks,
    RecordGain,
    RegisterAcquisition,
    RejectGain,
    UndoImport,
    VerifyGain,
    Void,
)
from domain.commands.counting import CloseStocktake, OpenStocktake, RecordCount
from domain.commands.disposing import (
    ApplyDisposal,
    ApproveDisposal,
    ApproveLoss,
    CountMissing,
    ExecuteDisposal,
    FoundAgain,
    RecordExecutedDisposal,
    RejectDisposal,
    RevokeApproval,
    WithdrawDisposal,
)
from domain.commands.organising import (
    ClosePeriod,
    Depreciate,
    OpenBooks,
    OpenWarehouse,
    PassDay,
    RegisterUnit,
    SetSetting,
)
from domain.commands.reallocating import DeliverRealloc, ReallocOut
from domain.commands.settling import (
    ClaimCompensation,
    CloseDisposal,
    PayRetention,
    PayTreasury,
    ReceiveCompensation,
    RecordDisposalCost,
    RecordProceeds,
)
from domain.commands.using import (
    CompleteRepair,
    CorrectCard,
    DeclareBeyondRepair,
    DeclareIdle,
    Handover,
    Issue,
    Move,
    PrintLabel,
    ReturnToStore,
    SendRepair,
)
from domain.commands.warehousing import (
    DeliverLoan,
    ExtendLoan,
    List,
    ReleaseReservation,
    Reserve,
    ReturnToWarehouse,
    Unlist,
    WarehouseIn,
)

__all__ = [
    "MANY",
    "ApplyDisposal",
    "ApproveDisposal",
    "ApproveLoss",
    "ClaimCompensation",
    "CloseDisposal",
    "ClosePeriod",
    "CloseStocktake",
    "Command",
    "CompleteRepair",
    "CorrectCard",
    "CountMissing",
    "DeclareBeyondRepair",
    "DeclareIdle",
    "DeliverLoan",
    "DeliverRealloc",
    "Depreciate",
    "ExecuteDisposal",
    "ExtendLoan",
    "FoundAgain",
    "Handover",
    "ImportOpeningCard",
    "Issue",
    "List",
    "Move",
    "OpenBooks",
    "OpenStocktake",
    "OpenWarehouse",
    "OpeningCard",
    "PassDay",
    "PayRetention",
    "PayTreasury",
    "PostToBooks",
    "PrintLabel",
    "ReallocOut",
    "ReceiveCompensation",
    "RecordCount",
    "RecordDisposalCost",
    "RecordExecutedDisposal",
    "RecordGain",
    "RecordProceeds",
    "RegisterAcquisition",
    "RegisterUnit",
    "RejectDisposal",
    "RejectGain",
    "ReleaseReservation",
    "Reserve",
    "ReturnToStore",
    "ReturnToWarehouse",
    "RevokeApproval",
    "SendRepair",
    "SetSetting",
    "UndoImport",
    "Unlist",
    "VerifyGain",
    "Void",
    "WarehouseIn",
    "WithdrawDisposal",
]
