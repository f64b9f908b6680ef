"""Do the statements of populations, samples, re-audits, messages, watches and schedules hold on both databases?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sqlmodel import select

from api.clock import now
from api.permissions import Role
from api.store import reaudits as stored_reaudits
from api.store.reaudits import Scope
from api.store.samples import CaseFilters
from api.tables import Delivery, ReAuditCase, Schedule, Watch, Watched
from api.workflow import draws, populations, reaudits, schedules, watches, webhooks
from api.workflow.automation import archive_editions
from api.workflow.draws import Rule
from tests.api.doing import worker
from tests.api.house import open_house
from tests.api.judged import CRITICAL, FAIL, Scene

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


def test_the_whole_of_automation(database_url: str, tmp_path: Path) -> None:
    given = {"database_url": database_url, "watch_roots": (tmp_path,), "webhook_private_networks": True}
    with open_house(tmp_path / "data", **given) as house:
        services = house.services
        scene = Scene(house, house.tenant())
        who = house.person(scene.tenant_id, Role.APPROVER, Role.ADMINISTRATOR).principal

        for number in range(3):
            outcomes = {CRITICAL: FAIL} if number == 1 else {}
            scene.case(f"C-{number}", outcomes, policy_no=f"P{number}", sale_date=date(2026, 10, 2))
        scene.case("stray", sale_date=date(2026, 10, 3))
        listed = "policy_no,branch\n" + "".join(f"P{number},上海\n" for number in range(6))
        population = populations.load(services, who, "十月", *OCTOBER, [listed.encode()])
        _, totals = populations.totals(services, who, population.id)
        assert (totals.states["audited"], totals.states["missing"], totals.outside) == (3, 3, 1)

        sample = draws.take(services, who, Rule(method="risk", size=4, strata="branch"), population_id=population.id)
        assert draws.again(services, who, sample.id)[1:] == (True, True)

        wanted = Scope(CaseFilters(start=OCTOBER[0], verdict="non_compliant"), check_id=CRITICAL, outcome="fail")
        row = reaudits.begin(services, who, wanted, pack="cn-insurance")
        assert row.total == 1
        again = reaudits.begin(services, who, Scope(sample_id=sample.id), pack="cn-insurance", adopt=True)
        house.queue.run(worker(services))
        with services.reading() as session:
            lines = stored_reaudits.lines(
                session,
                who,
                again.id,
                changed=True,
                verdict_changed=None,
                state="judged",
                move=None,
                limit=9,
                cursor=None,
            )
            assert len(lines.items) == again.total > 0
            assert all(one.changes for one in session.exec(select(ReAuditCase)).all())

        webhooks.create(services, who, "http://127.0.0.1:9/x", ["sample.drawn"])
        draws.take(services, who, Rule(of="cases", size=1))
        with services.reading() as session:
            (message,) = session.exec(select(Delivery)).all()
        webhooks.deliver(services, message.id)
        with services.reading() as session:
            assert session.get_one(Delivery, message.id).attempts == 1

        place = tmp_path / scene.tenant_id
        (place / "C-9").mkdir(parents=True)
        (place / "C-9" / "a.pdf").write_bytes(b"x")
        watch: Watch = watches.create(services, who, kind="folder", location=str(place))
        for _ in range(2):
            watches.look(services, watch.id)
            with services.writing() as session:
                for seen in session.exec(select(Watched)).all():
                    seen.seen_at = now() - timedelta(hours=1)
                    session.add(seen)
        with services.reading() as session:
            assert [seen.state for seen in session.exec(select(Watched)).all()] == ["taken"]

        plan = schedules.create(services, who, "checkpoint", "0 2 * * *", {})
        with services.writing() as session:
            session.get_one(Schedule, plan.id).next_at = now() - timedelta(minutes=1)
        schedules.tick(services)
        house.queue.run(worker(services))
        with services.reading() as session:
            assert session.get_one(Schedule, plan.id).ran_at is not None

        archive_editions(services)
        archive_editions(services)
        assert [one.pack for one in services.editions.listed()] == ["cn-insurance", "generic-en"]
