"""The use cases of moving (Art. 11): a transfer certificate for whoever leaves, and taking in what somebody brings."""

import logging
from collections.abc import Sequence
from uuid import UUID

from issuer.access.accounts import actor_of
from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.clock import last_signed, on_time
from issuer.credentials.sealing import Issued
from issuer.credentials.transfers import whose
from issuer.instance import Instance, writing
from issuer.people.service import Person
from issuer.publication import publish
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import Step
from issuer.transfers.bringing import Received, Upload, bring, look, look_again
from issuer.transfers.copying import Copied, copy, copy_again
from issuer.transfers.gathering import certify
from issuer.transfers.reading import read_case
from issuer.transfers.rechecking import ask_again
from issuer.transfers.stepping import Taken, take
from rules.activity import Status

log = logging.getLogger(__name__)


def issue_to_leave(instance: Instance, person_id: int, years: Sequence[int] = ()) -> Issued:
    """Issue the transfer certificate of a person: one row a year, each with the serial of that year's own document.

    What was registered since a year was certified is certified first; a year that is not complete gets a statement of
    hours. Without `years`, the latest ten. Asking again answers the same bytes while nothing has changed; what has
    changed makes the next version, and the one before is superseded: a person has one that stands.

    Raises:
        TransferRefused: no year has a document that stands, not all of those asked for, or too many; or hours that were
            taken in are revoked at their origin, and nobody has decided on that.
        InputRefused: a year's records contradict themselves, or have characters that no font has.
        ReleaseRefused: what was signed does not verify, or fits no QR: ask for fewer years.
        KeyUnavailable: the key's place does not answer.
        ClockWentBack: the clock is behind the log.
    """
    hold_clock(instance)
    ask_again(instance, person_id=person_id)
    # A crash before this commit leaves nothing. After it, the years' documents, the certificate and their pending
    # ledger rows stand together; asking again finds them, and publishing and drawing are done then.
    with writing(instance) as work:
        issued = certify(work, person_id, years)
    log.info("transfer serial=%s fresh=%s", issued.serial, issued.fresh)
    publish(instance)
    return issued


def hold_clock(instance: Instance) -> None:
    """Refuse to sign while this computer's clock is behind the log.

    Raises:
        ClockWentBack: it is.
    """
    on_time(instance.now(), last_signed(instance))


def issue_to_holder(instance: Instance, serial: str, years: Sequence[int] = ()) -> Issued:
    """The same, for whoever is named by a certificate.

    Raises:
        NotFound: no such serial.
    """
    with instance.engine.connect() as connection:
        person_id = whose(connection, serial)
    return issue_to_leave(instance, person_id, years)


def receive(instance: Instance, person: Person, upload: Upload) -> Received:
    """Take in an origin's certificate. What the machine verified needs only the authority.

    Raises:
        TransferRefused: it does not verify, is revoked or superseded, or there is no year in it to take in.
        NotTheHolder: it is about somebody else.
        ChecksMissing: the machine could not check everything, and `on_paper` was not asked for.
        NotFound: the person belongs nowhere today.
    """
    ready = look(instance, person, upload)
    # A crash before this commit leaves nothing: the same upload is simply brought again.
    with writing(instance) as work:
        received = bring(work, person, ready)
    log.info("transfer in=%s state=%s years=%d", received.id, received.state, len(received.years))
    return received


def receive_paper(instance: Instance, person: Person, copied: Copied) -> UUID:
    """Take in what somebody copied from an origin's papers; it goes to the employer. Answers its id.

    Raises:
        As `copying.copy`.
    """
    # A crash before this commit leaves nothing.
    with writing(instance) as work:
        made = copy(work, person, copied)
    log.info("transfer in=%s on paper years=%d", made, len(copied.paper.years))
    return made


def send_paper_again(instance: Instance, actor: Actor, transfer_id: UUID, turn: int, copied: Copied) -> None:
    """Send a returned paper again, filled in anew; its proofs are added to those it has.

    Raises:
        As `copying.copy_again`.
    """
    # A crash before this commit leaves it returned.
    with writing(instance) as work:
        copy_again(work, actor_of(work, actor.account_id), transfer_id, turn, copied)
    log.info("transfer in=%s sent again", transfer_id)


def decide(instance: Instance, actor: Actor, transfer_id: UUID, taken: Taken) -> Status:
    """Take a step on a transfer. Before a credential is confirmed, it is verified once more: days may lie in between.

    Raises:
        NotFound, NotAllowed, SamePerson, StepRefused, Overtaken: as `stepping.take`.
        TransferRefused, ChecksMissing: the credential no longer verifies, or that cannot be told now.
    """
    if taken.step is Step.REGISTER:
        look_again(instance, transfer_id)
    # A crash before this commit leaves the transfer as it was.
    with writing(instance) as work:
        state = take(work, actor_of(work, actor.account_id), transfer_id, taken)
    log.info("step=%s transfer in=%s state=%s", taken.step, transfer_id, state)
    return state


def ask_now(instance: Instance, actor: Actor, transfer_id: UUID) -> None:
    """Ask the origin of one registered certificate whether it still stands, for whoever verifies there. What it answers, or
    that it did not, stands on the transfer afterwards.

    Raises:
        NotFound: none at the actor's places.
        NotAllowed: the actor does not verify there.
        StepRefused: it is not registered, or came on paper: there is nothing to ask about.
    """
    found = read_case(instance, actor, transfer_id)
    if not found.decides:
        raise NotAllowed
    if not found.can_be_asked:
        raise StepRefused(
            "只能核对凭证书登记的转入 only what was registered by a certificate can be asked about"
        )
    ask_again(instance, one=transfer_id)
