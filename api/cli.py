"""What can be done with the service from the command line? `verifier-server serve | worker | migrate | backup | …`."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from sqlalchemy import func
from sqlmodel import col, select

from api import backup as backups
from api import migrations
from api.database import make_engine
from api.jobs import Jobs
from api.keys import add_master
from api.logging import set_up as set_up_logging
from api.services import Services
from api.settings import Settings, described, load_settings
from api.start import bind, master_keys
from api.tables import Tenant, User
from api.worker import working
from api.workflow import checkpoints, data_keys, tenants
from verifier.cli import told
from verifier.errors import UsageError, VerifierError
from verifier.model import Text

log = logging.getLogger(__name__)
RESTART_SECONDS = 1.0
PATIENCE_SECONDS = 40.0
BROKEN = 1
FIRST_LOGIN = "admin"


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Every expected error becomes one sentence, a next step and a status of 64 or more."""
    try:
        return int(app.main(arguments, prog_name="verifier-server", standalone_mode=False) or 0)
    except VerifierError as error:
        return told(error)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as fault:
        fault.show()
        return UsageError.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="insurance-sales-verifier")
def app() -> None:
    """保险销售合规审核服务 / The service of compliance audits of insurance sales.

    设置见 docs/settings.md，均为 VERIFIER_ 开头的环境变量。 / Settings: docs/settings.md.
    """


def _settings() -> Settings:
    made = load_settings()
    set_up_logging(made)
    return made


@contextmanager
def _services(settings: Settings, *, migrate: bool | None = None) -> Iterator[tuple[Services, Jobs]]:
    jobs = Jobs(settings.jobs_database, settings.data_dir)
    services = bind(settings, jobs, migrate=migrate)
    try:
        yield services, jobs
    finally:
        jobs.stop()
        services.engine.dispose()


# --- running ---------------------------------------------------------------------------------------


@app.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(0, 64),
              help="同时启动的后台进程数，0 表示另行启动 / worker processes to start beside it; 0: they are run elsewhere")  # fmt: skip
def serve(workers: int) -> None:
    """启动服务：网页、接口与后台处理 / Start the pages, the API and a worker."""
    import uvicorn

    from api.app import create_app  # the web application is no business of the other commands

    settings = _settings()
    with _services(settings) as (services, jobs):
        jobs.migrate()
        _greet(services)
        with _children(workers), _gently():
            uvicorn.run(
                create_app(services),
                host=settings.host,
                port=settings.port,
                log_config=None,
                server_header=False,
                forwarded_allow_ips=",".join(settings.trusted_proxies) or "",
                proxy_headers=bool(settings.trusted_proxies),
                timeout_graceful_shutdown=10,
            )


@contextmanager
def _gently() -> Iterator[None]:
    """The web server repeats the signal that ended it; without a handler of ours that would kill this process before
    its workers are told to stop."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _greet(services: Services) -> None:
    """The address; on the first start also the account to begin with."""
    with services.reading() as session:
        people = session.exec(select(func.count(col(User.id)))).one()
    if not people:
        password = tenants.create_first_administrator(services, FIRST_LOGIN)
        click.echo("已创建首位管理员（仅显示一次，首次登录须更改密码） / The first administrator, shown this once:")
        click.echo(f"  账号 account:  {FIRST_LOGIN}\n  密码 password: {password}")
    click.echo(f"打开 Open {services.settings.base_url}")


@contextmanager
def _children(number: int) -> Iterator[None]:
    """Worker processes beside this one, started again when one dies, stopped with it."""
    stopping = threading.Event()
    watches = [threading.Thread(target=_keep_alive, args=(stopping,), daemon=True) for _ in range(number)]
    for watch in watches:
        watch.start()
    try:
        yield
    finally:
        stopping.set()
        for watch in watches:
            watch.join(timeout=PATIENCE_SECONDS + 5)


def _keep_alive(stopping: threading.Event) -> None:
    while not stopping.is_set():
        child = subprocess.Popen([sys.executable, "-m", "api.cli", "worker", "--beside"])  # same settings
        while child.poll() is None and not stopping.wait(0.2):
            pass
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
            return
        if not stopping.is_set():
            log.error("a worker process ended with %s and is started again", child.returncode)
            stopping.wait(RESTART_SECONDS)


@app.command()
@click.option("--beside", is_flag=True, hidden=True, help="end with the process that started this one")
def worker(beside: bool) -> None:
    """启动一个后台进程 / Run one worker process until it is told to stop."""
    settings = _settings()
    parent = os.getppid()
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with _services(settings) as (services, jobs), working(services, jobs):
        log.info("the worker is ready")
        while not stopping.wait(1.0):
            if beside and os.getppid() != parent:
                log.warning("the service is gone; the worker ends")
                break


@app.command()
def migrate() -> None:
    """更新数据库结构 / Bring the database to this version."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(settings.database)
    migrations.migrate(engine)
    Jobs(settings.jobs_database, settings.data_dir).migrate()
    click.echo("数据库已是本版本 / The database is at this version")


@app.command("draft-migration", hidden=True)
@click.argument("message")
def draft_migration(message: str) -> None:
    """由当前表结构生成迁移 / Write a migration from what the tables are now (for developers)."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = make_engine(f"sqlite:///{scratch}/before.sqlite")
        migrations.migrate(engine)
        migrations.draft(engine, message)


@app.command()
@click.option("--login", default=FIRST_LOGIN, show_default=True)
def administrator(login: str) -> None:
    """在空库中创建首位管理员 / Create the first administrator in an empty database."""
    with _services(_settings()) as (services, _):
        click.echo(tenants.create_first_administrator(services, login))


@app.command("settings")
def show_settings() -> None:
    """列出全部设置 / List every setting (docs/settings.md)."""
    click.echo(described(), nl=False)


# --- the trail -------------------------------------------------------------------------------------


@app.group("trail")
def trail_commands() -> None:
    """审计轨迹 / The audit trail."""


@trail_commands.command("verify")
def trail_verify() -> int:
    """核对哈希链与签名 / Check every chain and its signed checkpoints."""
    with _services(_settings()) as (services, _):
        sound = True
        for one in checkpoints.verify(services):
            sound = sound and not one.breaks
            click.echo(f"{'✓' if not one.breaks else '✗'} {one.tenant_id}: {one.events} events")
            for broken in one.breaks:
                click.echo(f"    {broken.seq}: {broken.kind}")
    return 0 if sound else BROKEN


@trail_commands.command("checkpoint")
def trail_checkpoint() -> None:
    """为每条链签名存证 / Sign a checkpoint of every chain."""
    with _services(_settings()) as (services, _):
        for one in checkpoints.checkpoint(services):
            click.echo(f"{one.tenant_id}: {one.seq} {one.sha256}")


# --- keys, backup ----------------------------------------------------------------------------------


@app.group("keys")
def key_commands() -> None:
    """密钥 / Keys."""


@key_commands.command("rotate-master")
def rotate_master() -> None:
    """新增主密钥并重新包裹所有数据密钥 / A new master key; every data key is put under it."""
    settings = _settings()
    if settings.master_keys.get_secret_value():
        raise UsageError(
            "keys_in_environment",
            Text(
                "主密钥由环境变量提供，不能在此更换",
                "The master keys come from the environment and cannot be changed here",
            ),
            Text(
                "在 VERIFIER_MASTER_KEYS 最前加入新密钥后运行 keys rewrap",
                "Put a new key first in VERIFIER_MASTER_KEYS, then run keys rewrap",
            ),
        )
    with _services(settings) as (services, _):
        name = add_master(settings.key_file)
        click.echo(f"{name}: {data_keys.rewrap(services)} keys")


@key_commands.command("rewrap")
def rewrap() -> None:
    """用当前主密钥重新包裹数据密钥 / Put every data key under the current master key."""
    with _services(_settings()) as (services, _):
        click.echo(f"{data_keys.rewrap(services)} keys")


@key_commands.command("rotate")
@click.argument("tenant_id")
def rotate(tenant_id: str) -> None:
    """更换某机构的数据密钥 / A new data key for an institution; what is stored still opens with the old one."""
    with _services(_settings()) as (services, _):
        _known_tenant(services, tenant_id)
        click.echo(f"{tenant_id}: key {data_keys.rotate(services, tenant_id)}")


@key_commands.command("reencrypt")
@click.argument("tenant_id")
def reencrypt(tenant_id: str) -> None:
    """用当前密钥重写已存内容，并销毁一天前停用的密钥 / Write all again under the current key; destroy keys retired a day ago."""
    with _services(_settings()) as (services, _):
        _known_tenant(services, tenant_id)
        written, destroyed = data_keys.reencrypt(services, tenant_id)
        click.echo(f"{tenant_id}: {written} objects, {destroyed} keys destroyed")


@key_commands.command("destroy")
@click.argument("tenant_id")
@click.confirmation_option(
    prompt="该机构的全部文件将永久无法读取，确定？ / All its files become unreadable for ever. Sure?"
)
def destroy(tenant_id: str) -> None:
    """销毁某机构的数据密钥及文件 / Destroy an institution's data keys and files, for good."""
    with _services(_settings()) as (services, _):
        _known_tenant(services, tenant_id)
        click.echo(f"{tenant_id}: {data_keys.destroy(services, tenant_id)} objects")


def _known_tenant(services: Services, tenant_id: str) -> None:
    with services.reading() as session:
        if session.get(Tenant, tenant_id) is None:
            raise UsageError(
                "unknown_institution",
                Text(f"没有机构 {tenant_id}", f"There is no institution {tenant_id}"),
                Text("编号见管理页面", "Its id stands on the administration page"),
            )


@app.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--with-keys", is_flag=True, help="包含主密钥文件（请妥善保管） / put the master key file in: guard it")
@click.option(
    "--rows-only", is_flag=True, help="不含文件（存储另行备份时） / without files, where the store has its own backup"
)
def backup(target: Path, with_keys: bool, rows_only: bool) -> None:
    """备份全部数据到 TARGET / Back up everything into TARGET."""
    with _services(_settings()) as (services, _):
        made = backups.back_up(services, target, blobs=not rows_only, with_keys=with_keys)
    click.echo(f"{target}: {made.rows} rows, {made.objects} objects, {made.bytes} bytes")


@app.command("check-backup")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check_backup(source: Path) -> None:
    """核对备份是否完整未改 / Check that a backup is whole and unchanged."""
    found = backups.check(source, master_keys(_settings())())
    click.echo(f"✓ {found.made_at}: {found.rows} rows, {found.objects} objects, {found.bytes} bytes")


@app.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--keys", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="主密钥文件 / master key file"
)
def restore(source: Path, keys: Path | None) -> None:
    """把备份恢复到空库 / Restore a backup into an empty database and storage."""
    made = backups.restore_into(_settings(), source, keys)
    click.echo(f"{made.rows} rows, {made.objects} objects, {made.bytes} bytes")


if __name__ == "__main__":
    main()
