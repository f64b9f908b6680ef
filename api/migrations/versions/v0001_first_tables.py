"""first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "answered",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("who", sa.String(36), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("who", "key"),
    )
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answered_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_answered_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "branch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    with op.batch_alter_table("branch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_branch_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "data_key",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "serial"),
    )
    with op.batch_alter_table("data_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_key_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "pack_draft",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("base", sa.String(201), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(60), nullable=False),
        sa.Column("proposed_by", sa.String(60), nullable=True),
        sa.Column("sent_back", sa.JSON(), nullable=False),
        sa.Column("published_by", sa.String(60), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("pack_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_draft_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "pack_edition",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=True),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("pack_edition", schema=None) as batch_op:
        batch_op.create_index("edition_by_name", ["tenant_id", "pack", "edition"], unique=False)

    op.create_table(
        "population",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("population", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_population_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "reaudit",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("pack_sha256", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("adopt", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.String(60), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("reaudit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaudit_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("work", sa.String(20), nullable=False),
        sa.Column("cron", sa.String(100), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_schedule_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "trail_checkpoint",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("tenant_id", "seq"),
    )
    op.create_table(
        "trail_event",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.String(60), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject_kind", sa.String(30), nullable=False),
        sa.Column("subject_id", sa.String(120), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("tenant_id", "seq"),
    )
    with op.batch_alter_table("trail_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_event_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_trail_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_trail_event_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "trail_head",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("tenant_id"),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(1000), nullable=False),
        sa.Column("secret", sa.String(1000), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("login", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String(300), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(500), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("totp_pending", sa.String(500), nullable=False),
        sa.Column("recovery_codes", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("oidc_subject", sa.String(300), nullable=True),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grant_start", sa.Date(), nullable=True),
        sa.Column("grant_end", sa.Date(), nullable=True),
        sa.Column("grant_branches", sa.JSON(), nullable=False),
        sa.Column("grant_unmasked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
        sa.UniqueConstraint("oidc_subject"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "api_key",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("prefix", sa.String(20), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(36), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "batch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("origin", sa.String(12), nullable=False),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("delivery_by_hook", ["webhook_id", "id"], unique=False)
        batch_op.create_index("delivery_due", ["state", "next_at"], unique=False)

    op.create_table(
        "draw",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("population_id", sa.String(), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("seed", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population_size", sa.Integer(), nullable=False),
        sa.Column("population_sha256", sa.String(64), nullable=False),
        sa.Column("sample_sha256", sa.String(64), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["population_id"],
            ["population.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "watch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("location", sa.String(1000), nullable=False),
        sa.Column("access", sa.String(2000), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("after", sa.String(4), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "check_tally",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("batch_id", "check_id", "outcome"),
    )
    with op.batch_alter_table("check_tally", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_tally_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "reference_list",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("reference_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reference_list_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reference_list_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "sale_case",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("declared", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("machine_verdict", sa.String(16), nullable=True),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("critical_fails", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("open_findings", sa.Integer(), nullable=False),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("policyholder", sa.String(200), nullable=False),
        sa.Column("policy_no", sa.String(100), nullable=False),
        sa.Column("application_no", sa.String(100), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("product_kind", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("seller_number", sa.String(100), nullable=False),
        sa.Column("seller_name", sa.String(200), nullable=False),
        sa.Column("sale_date", sa.Date(), nullable=True),
        sa.Column("premium", sa.String(40), nullable=False),
        sa.Column("judgement_id", sa.String(36), nullable=True),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("keep_basis", sa.String(200), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "name"),
    )
    with op.batch_alter_table("sale_case", schema=None) as batch_op:
        batch_op.create_index(
            "case_by_age",
            [
                "tenant_id",
                "id",
                "verdict",
                "state",
                "branch_id",
                "batch_id",
                "channel",
                "product_kind",
                "product",
                "seller_number",
                "sale_date",
                "assigned_to",
            ],
            unique=False,
        )
        batch_op.create_index("case_by_application", ["tenant_id", "application_no"], unique=False)
        batch_op.create_index("case_by_branch", ["tenant_id", "branch_id", "id"], unique=False)
        batch_op.create_index(
            "case_by_figure",
            [
                "tenant_id",
                "sale_date",
                "branch_id",
                "verdict",
                "seller_number",
                "product",
                "open_findings",
                "created_at",
                "batch_id",
            ],
            unique=False,
        )
        batch_op.create_index("case_by_holder", ["tenant_id", "policyholder"], unique=False)
        batch_op.create_index("case_by_keep", ["tenant_id", "keep_until"], unique=False)
        batch_op.create_index("case_by_name", ["tenant_id", "name"], unique=False)
        batch_op.create_index("case_by_policy", ["tenant_id", "policy_no"], unique=False)
        batch_op.create_index(
            "case_by_risk",
            [
                "tenant_id",
                "risk",
                "id",
                "verdict",
                "state",
                "branch_id",
                "batch_id",
                "channel",
                "product_kind",
                "product",
                "seller_number",
                "sale_date",
                "assigned_to",
            ],
            unique=False,
        )
        batch_op.create_index("case_by_sale", ["tenant_id", "sale_date", "id"], unique=False)
        batch_op.create_index("case_by_seller", ["tenant_id", "seller_number", "id"], unique=False)
        batch_op.create_index("case_by_state", ["batch_id", "state", "verdict"], unique=False)
        batch_op.create_index(batch_op.f("ix_sale_case_assigned_to"), ["assigned_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_sale_case_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(1000), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("declared_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("code", sa.String(40), nullable=True),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "path"),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("upload_by_state", ["batch_id", "state", "received"], unique=False)

    op.create_table(
        "watched",
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("problem", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["watch_id"],
            ["watch.id"],
        ),
        sa.PrimaryKeyConstraint("watch_id", "name", "fingerprint"),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(1000), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(20), nullable=False),
        sa.Column("field", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before", sa.String(2000), nullable=False),
        sa.Column("value", sa.String(2000), nullable=False),
        sa.Column("box", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_case_id"), ["case_id"], unique=False)

    op.create_table(
        "history_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("case_name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("policyholder", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("history_contact", schema=None) as batch_op:
        batch_op.create_index("contact_by_key", ["tenant_id", "kind", "key"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_contact_case_id"), ["case_id"], unique=False)

    op.create_table(
        "history_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("list_id", sa.String(), nullable=True),
        sa.Column("case_name", sa.String(200), nullable=False),
        sa.Column("policyholder_id", sa.String(100), nullable=False),
        sa.Column("policyholder", sa.String(200), nullable=False),
        sa.Column("payer", sa.String(200), nullable=False),
        sa.Column("payer_account", sa.String(100), nullable=False),
        sa.Column("serial", sa.String(200), nullable=False),
        sa.Column("payment", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["reference_list.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("history_payment", schema=None) as batch_op:
        batch_op.create_index("history_by_account", ["tenant_id", "payer_account"], unique=False)
        batch_op.create_index("history_by_case_name", ["tenant_id", "case_name"], unique=False)
        batch_op.create_index("history_by_holder", ["tenant_id", "policyholder"], unique=False)
        batch_op.create_index("history_by_id", ["tenant_id", "policyholder_id"], unique=False)
        batch_op.create_index("history_by_payer", ["tenant_id", "payer"], unique=False)
        batch_op.create_index("history_by_serial", ["tenant_id", "serial"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_payment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_payment_list_id"), ["list_id"], unique=False)

    op.create_table(
        "history_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("case_name", sa.String(200), nullable=False),
        sa.Column("file", sa.String(1000), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(16), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("history_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_picture_case_id"), ["case_id"], unique=False)
        batch_op.create_index("picture_by_band", ["tenant_id", "band", "value"], unique=False)

    op.create_table(
        "hold",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_case_id"), ["case_id"], unique=False)

    op.create_table(
        "judgement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("pack_sha256", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("software", sa.JSON(), nullable=False),
        sa.Column("cause", sa.String(12), nullable=False),
        sa.Column("reaudit_id", sa.String(36), nullable=True),
        sa.Column("audit_sha256", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgement_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgement_reaudit_id"), ["reaudit_id"], unique=False)

    op.create_table(
        "reaudit_case",
        sa.Column("reaudit_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("verdict_before", sa.String(16), nullable=False),
        sa.Column("verdict_after", sa.String(16), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("judgement_id", sa.String(36), nullable=True),
        sa.Column("problem", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reaudit_id"],
            ["reaudit.id"],
        ),
        sa.PrimaryKeyConstraint("reaudit_id", "case_id"),
    )
    op.create_table(
        "sold_policy",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("population_id", sa.String(), nullable=False),
        sa.Column("policy_no", sa.String(100), nullable=False),
        sa.Column("application_no", sa.String(100), nullable=False),
        sa.Column("case_name", sa.String(200), nullable=False),
        sa.Column("branch", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("product_kind", sa.String(40), nullable=False),
        sa.Column("seller_number", sa.String(100), nullable=False),
        sa.Column("premium", sa.String(40), nullable=False),
        sa.Column("sale_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("excluded_because", sa.String(1000), nullable=False),
        sa.Column("excluded_by", sa.String(60), nullable=True),
        sa.Column("excluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["population_id"],
            ["population.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("population_id", "policy_no"),
    )
    with op.batch_alter_table("sold_policy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sold_policy_case_id"), ["case_id"], unique=False)
        batch_op.create_index("sold_by_application", ["tenant_id", "application_no"], unique=False)
        batch_op.create_index("sold_by_case_name", ["tenant_id", "case_name"], unique=False)
        batch_op.create_index("sold_by_policy", ["tenant_id", "policy_no"], unique=False)
        batch_op.create_index("sold_by_state", ["population_id", "state"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(1000), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("code", sa.String(40), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("reader", sa.String(300), nullable=False),
        sa.Column("upload_id", sa.String(36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "file"),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_sha256"), ["sha256"], unique=False)
        batch_op.create_index("source_by_batch", ["batch_id", "state"], unique=False)

    op.create_table(
        "upload_chunk",
        sa.Column("upload_id", sa.String(36), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.id"],
        ),
        sa.PrimaryKeyConstraint("upload_id", "start"),
    )
    op.create_table(
        "blind_look",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("judgement_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(4), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draw", sa.JSON(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("by", sa.String(60), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_to"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["judgement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("judgement_id", "check_id"),
    )
    with op.batch_alter_table("blind_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blind_look_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blind_look_tenant_id"), ["tenant_id"], unique=False)

    op.create_table(
        "drawn",
        sa.Column("draw_id", sa.String(36), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("judgement_id", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("stratum", sa.String(200), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["draw.id"],
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["judgement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["sold_policy.id"],
        ),
        sa.PrimaryKeyConstraint("draw_id", "rank"),
    )
    with op.batch_alter_table("drawn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_case_id"), ["case_id"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("judgement_id", sa.String(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(4), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(30), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("rule_digest", sa.String(64), nullable=False),
        sa.Column("effective", sa.String(16), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("stands", sa.String(16), nullable=True),
        sa.Column("cured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cures", sa.String(36), nullable=True),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.Column("waived_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["judgement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("judgement_id", "check_id"),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index("finding_by_check", ["tenant_id", "check_id", "outcome"], unique=False)
        batch_op.create_index(
            "finding_by_figure",
            ["tenant_id", "current", "effective", "check_id", "stage", "confidential", "branch_id", "case_id"],
            unique=False,
        )
        batch_op.create_index("finding_by_risk", ["tenant_id", "current", "risk", "id"], unique=False)
        batch_op.create_index(
            "finding_by_stage",
            ["tenant_id", "stage", "effective", "current", "case_id", "confidential", "branch_id"],
            unique=False,
        )
        batch_op.create_index("finding_by_state", ["tenant_id", "state", "risk"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_waived_until"), ["waived_until"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["finding.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("of", sa.String(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["finding.id"],
        ),
        sa.ForeignKeyConstraint(
            ["of"],
            ["decision.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "paper_request",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=True),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("paper", sa.String(20), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_source", sa.String(36), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cured_judgement", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["sale_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["finding.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_request_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_request_case_id"))

    op.drop_table("paper_request")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_finding_id"))
        batch_op.drop_index(batch_op.f("ix_decision_case_id"))

    op.drop_table("decision")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_case_id"))

    op.drop_table("comment")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_waived_until"))
        batch_op.drop_index(batch_op.f("ix_finding_case_id"))
        batch_op.drop_index("finding_by_state")
        batch_op.drop_index("finding_by_stage")
        batch_op.drop_index("finding_by_risk")
        batch_op.drop_index("finding_by_figure")
        batch_op.drop_index("finding_by_check")

    op.drop_table("finding")
    with op.batch_alter_table("drawn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_case_id"))

    op.drop_table("drawn")
    with op.batch_alter_table("blind_look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blind_look_tenant_id"))
        batch_op.drop_index(batch_op.f("ix_blind_look_case_id"))

    op.drop_table("blind_look")
    op.drop_table("upload_chunk")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index("source_by_batch")
        batch_op.drop_index(batch_op.f("ix_source_sha256"))
        batch_op.drop_index(batch_op.f("ix_source_case_id"))

    op.drop_table("source")
    with op.batch_alter_table("sold_policy", schema=None) as batch_op:
        batch_op.drop_index("sold_by_state")
        batch_op.drop_index("sold_by_policy")
        batch_op.drop_index("sold_by_case_name")
        batch_op.drop_index("sold_by_application")
        batch_op.drop_index(batch_op.f("ix_sold_policy_case_id"))

    op.drop_table("sold_policy")
    op.drop_table("reaudit_case")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgement_reaudit_id"))
        batch_op.drop_index(batch_op.f("ix_judgement_case_id"))

    op.drop_table("judgement")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_case_id"))

    op.drop_table("hold")
    with op.batch_alter_table("history_picture", schema=None) as batch_op:
        batch_op.drop_index("picture_by_band")
        batch_op.drop_index(batch_op.f("ix_history_picture_case_id"))

    op.drop_table("history_picture")
    with op.batch_alter_table("history_payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_payment_list_id"))
        batch_op.drop_index(batch_op.f("ix_history_payment_case_id"))
        batch_op.drop_index("history_by_serial")
        batch_op.drop_index("history_by_payer")
        batch_op.drop_index("history_by_id")
        batch_op.drop_index("history_by_holder")
        batch_op.drop_index("history_by_case_name")
        batch_op.drop_index("history_by_account")

    op.drop_table("history_payment")
    with op.batch_alter_table("history_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_contact_case_id"))
        batch_op.drop_index("contact_by_key")

    op.drop_table("history_contact")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_case_id"))

    op.drop_table("correction")
    op.drop_table("watched")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index("upload_by_state")
        batch_op.drop_index(batch_op.f("ix_upload_batch_id"))

    op.drop_table("upload")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("sale_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sale_case_batch_id"))
        batch_op.drop_index(batch_op.f("ix_sale_case_assigned_to"))
        batch_op.drop_index("case_by_state")
        batch_op.drop_index("case_by_seller")
        batch_op.drop_index("case_by_sale")
        batch_op.drop_index("case_by_risk")
        batch_op.drop_index("case_by_policy")
        batch_op.drop_index("case_by_name")
        batch_op.drop_index("case_by_keep")
        batch_op.drop_index("case_by_holder")
        batch_op.drop_index("case_by_figure")
        batch_op.drop_index("case_by_branch")
        batch_op.drop_index("case_by_application")
        batch_op.drop_index("case_by_age")

    op.drop_table("sale_case")
    with op.batch_alter_table("reference_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reference_list_tenant_id"))
        batch_op.drop_index(batch_op.f("ix_reference_list_batch_id"))

    op.drop_table("reference_list")
    with op.batch_alter_table("check_tally", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_tally_tenant_id"))

    op.drop_table("check_tally")
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_tenant_id"))

    op.drop_table("watch")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_tenant_id"))

    op.drop_table("draw")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("delivery_due")
        batch_op.drop_index("delivery_by_hook")

    op.drop_table("delivery")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_tenant_id"))
        batch_op.drop_index(batch_op.f("ix_batch_state"))

    op.drop_table("batch")
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_key_tenant_id"))

    op.drop_table("api_key")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_tenant_id"))

    op.drop_table("account")
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_tenant_id"))

    op.drop_table("webhook")
    op.drop_table("trail_head")
    with op.batch_alter_table("trail_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trail_event_subject_id"))
        batch_op.drop_index(batch_op.f("ix_trail_event_at"))
        batch_op.drop_index(batch_op.f("ix_trail_event_action"))

    op.drop_table("trail_event")
    op.drop_table("trail_checkpoint")
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_tenant_id"))
        batch_op.drop_index(batch_op.f("ix_schedule_next_at"))

    op.drop_table("schedule")
    with op.batch_alter_table("reaudit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reaudit_tenant_id"))

    op.drop_table("reaudit")
    with op.batch_alter_table("population", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_population_tenant_id"))

    op.drop_table("population")
    with op.batch_alter_table("pack_edition", schema=None) as batch_op:
        batch_op.drop_index("edition_by_name")

    op.drop_table("pack_edition")
    with op.batch_alter_table("pack_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pack_draft_tenant_id"))

    op.drop_table("pack_draft")
    with op.batch_alter_table("data_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_key_tenant_id"))

    op.drop_table("data_key")
    with op.batch_alter_table("branch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_branch_tenant_id"))

    op.drop_table("branch")
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answered_tenant_id"))
        batch_op.drop_index(batch_op.f("ix_answered_created_at"))

    op.drop_table("answered")
    op.drop_table("tenant")
