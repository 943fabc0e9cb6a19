"""What the calls of imports answer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from issuer.intake.asked import Asked
from issuer.intake.overview import Line
from issuer.intake.report import Totals, languages
from issuer.intake.sendings import Sending, SendingState
from issuer.intake.service import Report
from issuer.portal.schemas import Hours, Part


class SendQuery(Part):
    """What a client says of a file in its address."""

    profile: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="对照表编号 Id of a mapping profile")
    dry_run: bool = Field(default=False, description="只检查，不登记 Check only, record nothing")
    as_of: date | None = Field(
        default=None,
        description="数据截止日，记录无更新时间时以此为序 The day that the data is of: orders records without a time of their own",
    )
    rows: int | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="报送的行数，不符则不登记 Rows announced; if they differ, nothing is recorded",
    )
    hours: str | None = Field(
        default=None,
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?$",
        description="报送的学时（学分）合计，不符则不登记 Hours or credits announced, likewise",
    )
    all_or_nothing: bool = Field(
        default=False, description="有一行不对就都不登记 One wrong row refuses them all"
    )

    again: bool = Field(
        default=False,
        description="同一文件、同一 Idempotency-Key 再办一次：试读、本服务出错、或有行缺人（已补登记）时可用 Take the same file once "
        "more under its key: after a dry run, a failure of the service, or once people who were missing are entered",
    )

    def read(self, within: int | None) -> Asked:
        """As an import is asked for it, of the people of one authority or of all."""
        as_of = "" if self.as_of is None else f"d{self.as_of:%Y%m%d}"
        hours = None if self.hours is None else Decimal(self.hours)
        return Asked(as_of, self.rows, hours, self.all_or_nothing, within)


class TotalsAnswer(Part):
    """Reconciliation: rows and hours (or credits) by outcome, each row once; refused rows by the code of what is wrong."""

    rows: dict[str, int]
    hours: dict[str, Hours]
    faults: dict[str, int]


class FileRefusal(Part):
    """Why a file was refused as a whole. What was recorded before the row that is named stays."""

    code: str
    zh: str
    en: str


class SendingAnswer(Part):
    """A file that was sent, and how far it is. `share` of the file, 0 to 1, and `row`: how far it is recorded."""

    id: str
    state: Literal["waiting", "working", "done", "refused"]
    client: str | None
    system: str
    profile: str
    dry_run: bool
    sha256: str
    size: int = Field(description="字节 bytes")
    received_at: datetime
    ended_at: datetime | None
    share: float
    row: int
    totals: TotalsAnswer | None
    unused_columns: tuple[str, ...]
    imported_before: bool
    refused: FileRefusal | None
    batch: str | None
    may_come_again: bool = Field(
        description="可用同一 Idempotency-Key 加 again=true 再报 May be sent once more under its key, with again=true"
    )
    receipt: bool = Field(description="签名回执可取 The signed receipt is there")


class BatchAnswer(Part):
    """A batch, by API or from the server's terminal. `share` of the file, 0 to 1: how far it is recorded."""

    id: str
    system: str
    profile: str
    state: Literal["done", "working", "cut_short"]
    started_at: datetime
    finished_at: datetime | None
    share: float
    totals: TotalsAnswer
    receipt: bool = Field(description="签名回执可取 The signed receipt is there")


class FaultAnswer(Part):
    """A row that was not taken. `column` as people see it: C（学时）. The words never repeat a cell."""

    row: int
    column: str
    code: str
    zh: str
    en: str


class TrialAnswer(Part):
    """What an import of a file would do; nothing was written. `faults`: the first rows that would be refused; `totals` count all."""

    profile: str
    totals: TotalsAnswer
    faults: tuple[FaultAnswer, ...]
    unused_columns: tuple[str, ...]


def trial_answer(report: Report) -> TrialAnswer:
    """Tell of a trial."""
    return TrialAnswer(
        profile=report.profile,
        totals=totals_answer(report.totals),
        faults=tuple(
            fault_answer(one.number, column, one.code, one.message) for one, column in report.faults
        ),
        unused_columns=report.unused,
    )


def totals_answer(totals: Totals) -> TotalsAnswer:
    """Tell of totals."""
    told = totals.as_json()
    return TotalsAnswer(rows=told["rows"], hours=told["hours"], faults=told["faults"])


def sending_answer(one: Sending) -> SendingAnswer:
    """Tell of a sending."""
    totals = None if one.totals is None else totals_answer(one.totals)
    refused = None
    if one.state is SendingState.REFUSED:
        zh, en = languages(one.report["message"])
        refused = FileRefusal(code=one.report["code"], zh=zh, en=en)
    return SendingAnswer(
        id=str(one.id),
        state=one.state.value,
        client=one.client,
        system=one.system,
        profile=one.profile,
        dry_run=one.dry_run,
        sha256=one.digest.hex(),
        size=one.size,
        received_at=one.received_at,
        ended_at=one.ended_at,
        share=1.0 if one.state is SendingState.DONE else one.share,
        row=one.row,
        totals=totals,
        unused_columns=tuple(one.report.get("unused", ())),
        imported_before=bool(one.report.get("before")),
        refused=refused,
        batch=None if one.batch_id is None else str(one.batch_id),
        may_come_again=one.may_come_again,
        receipt=one.has_receipt,
    )


def batch_answer(one: Line) -> BatchAnswer:
    """Tell of a batch."""
    return BatchAnswer(
        id=str(one.id),
        system=one.system,
        profile=one.profile,
        state="done" if one.done else "working" if one.under_way else "cut_short",
        started_at=one.started_at,
        finished_at=one.finished_at,
        share=one.share,
        totals=totals_answer(one.totals),
        receipt=one.has_receipt,
    )


def fault_answer(row: int, column: str, code: str, words: str) -> FaultAnswer:
    """Tell of a fault."""
    zh, en = languages(words)
    return FaultAnswer(row=row, column=column, code=code, zh=zh, en=en)
