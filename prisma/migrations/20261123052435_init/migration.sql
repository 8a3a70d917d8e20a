-- CreateEnum
CREATE TYPE "role" AS ENUM ('Admin', 'User', 'Viewer');

-- CreateEnum
CREATE TYPE "autonomy_type" AS ENUM ('CHAINED_ACTIONS', 'AGENTIC', 'CONVERSATIONAL');

-- CreateEnum
CREATE TYPE "trigger_type" AS ENUM ('SCHEDULED', 'TRIGGERED', 'NONE');

-- CreateTable
CREATE TABLE "tenants" (
    "id" UUID NOT NULL,
    "entra_tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "members" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "oid" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "lineage_id" UUID NOT NULL,
    "replaces_id" UUID,
    "rotated_at" TIMESTAMPTZ(3),
    "rotated_by_id" UUID,
    "grace_ends_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_id" UUID,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agents" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "autonomy_type" "autonomy_type" NOT NULL DEFAULT 'CHAINED_ACTIONS',
    "trigger_type" "trigger_type" NOT NULL,
    "entity_type" TEXT NOT NULL DEFAULT 'none',
    "actions" JSONB NOT NULL DEFAULT '[]',
    "agent_settings" JSONB,
    "callback_settings" JSONB,
    "schedule" JSONB,
    "ticket_conditions" JSONB,
    "time_entry_conditions" JSONB,
    "toolbox" JSONB,
    "audience" TEXT,
    "access" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_member_id" UUID,
    "created_by_key_id" UUID,

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenants_entra_tenant_id_key" ON "tenants"("entra_tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "members_tenant_id_oid_key" ON "members"("tenant_id", "oid");

-- CreateIndex
CREATE UNIQUE INDEX "members_tenant_id_id_key" ON "members"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "sessions_member_id_idx" ON "sessions"("member_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_replaces_id_key" ON "api_keys"("replaces_id");

-- CreateIndex
CREATE INDEX "api_keys_tenant_id_created_at_id_idx" ON "api_keys"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "api_keys_tenant_id_lineage_id_idx" ON "api_keys"("tenant_id", "lineage_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_tenant_id_id_key" ON "api_keys"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_tenant_id_replaces_id_key" ON "api_keys"("tenant_id", "replaces_id");

-- CreateIndex
CREATE INDEX "agents_tenant_id_created_at_id_idx" ON "agents"("tenant_id", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_created_by_id_fkey" FOREIGN KEY ("tenant_id", "created_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_rotated_by_id_fkey" FOREIGN KEY ("tenant_id", "rotated_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_revoked_by_id_fkey" FOREIGN KEY ("tenant_id", "revoked_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_replaces_id_fkey" FOREIGN KEY ("tenant_id", "replaces_id") REFERENCES "api_keys"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_tenant_id_created_by_member_id_fkey" FOREIGN KEY ("tenant_id", "created_by_member_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_tenant_id_created_by_key_id_fkey" FOREIGN KEY ("tenant_id", "created_by_key_id") REFERENCES "api_keys"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What follows cannot be said in schema.prisma: rules that hold for every row, whoever writes it.

-- AddCheck
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_name_length" CHECK (char_length("name") >= 1);

-- AddCheck
ALTER TABLE "api_keys"
    ADD CONSTRAINT "api_keys_name_length" CHECK (char_length("name") BETWEEN 1 AND 200),
    ADD CONSTRAINT "api_keys_environment_form" CHECK ("environment" ~ '^[a-z0-9]{2,12}$'),
    ADD CONSTRAINT "api_keys_last4_form" CHECK ("last4" ~ '^[A-Za-z0-9]{4}$'),
    ADD CONSTRAINT "api_keys_hash_is_sha256" CHECK (octet_length("hash") = 32),
    ADD CONSTRAINT "api_keys_replaces_another" CHECK ("replaces_id" <> "id"),
    -- A rotation writes its three columns together.
    ADD CONSTRAINT "api_keys_rotation_whole" CHECK (num_nonnulls("rotated_at", "rotated_by_id", "grace_ends_at") IN (0, 3)),
    -- The old key ends at min(its own expiry, rotation + 24 h): rotating never lengthens a life.
    ADD CONSTRAINT "api_keys_grace_at_most_24_hours" CHECK ("grace_ends_at" <= "rotated_at" + INTERVAL '24 hours'),
    ADD CONSTRAINT "api_keys_grace_within_expiry" CHECK ("grace_ends_at" <= "expires_at"),
    ADD CONSTRAINT "api_keys_revoker_needs_revocation" CHECK ("revoked_by_id" IS NULL OR "revoked_at" IS NOT NULL);

-- AddCheck
ALTER TABLE "agents"
    ADD CONSTRAINT "agents_name_length" CHECK (char_length("name") >= 1),
    ADD CONSTRAINT "agents_audience_known" CHECK ("audience" IN ('MSP', 'END_USER')),
    ADD CONSTRAINT "agents_access_known" CHECK ("access" IN ('ALL_USERS', 'ADMINS_ONLY', 'SPECIFIC_USERS')),
    ADD CONSTRAINT "agents_one_creator" CHECK (num_nonnulls("created_by_member_id", "created_by_key_id") <= 1);
