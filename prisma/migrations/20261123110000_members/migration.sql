-- AlterTable
ALTER TABLE "members" ADD COLUMN     "joined_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "last_active_at" TIMESTAMPTZ(3),
ADD COLUMN     "removed_at" TIMESTAMPTZ(3),
ADD COLUMN     "removed_by_id" UUID,
ALTER COLUMN "oid" DROP NOT NULL;

-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "name_read_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "invitations" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_tenant_id_member_id_idx" ON "invitations"("tenant_id", "member_id");

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_tenant_id_removed_by_id_fkey" FOREIGN KEY ("tenant_id", "removed_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "members"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the list is sorted by, derived by the database: without regard to case, in one order whatever the collation.
ALTER TABLE "members"
    ADD COLUMN "name_sort" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED,
    ADD COLUMN "email_sort" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("email")) STORED;

-- Whoever was there before had signed in, or was given access by whoever set the database up.
UPDATE "members" SET
    "joined_at" = "created_at",
    "last_active_at" = (SELECT max("last_seen_at") FROM "sessions" WHERE "sessions"."member_id" = "members"."id");

-- What follows cannot be said in schema.prisma: rules that hold for every row, whoever writes it.

-- AddCheck
ALTER TABLE "members"
    -- Nobody joins without being somebody.
    ADD CONSTRAINT "members_joined_is_somebody" CHECK ("joined_at" IS NULL OR "oid" IS NOT NULL),
    ADD CONSTRAINT "members_remover_needs_removal" CHECK ("removed_by_id" IS NULL OR "removed_at" IS NOT NULL);

-- AddCheck
ALTER TABLE "invitations"
    ADD CONSTRAINT "invitations_hash_is_sha256" CHECK (octet_length("token_hash") = 32),
    ADD CONSTRAINT "invitations_expire_later" CHECK ("expires_at" > "created_at"),
    ADD CONSTRAINT "invitations_accepted_in_time" CHECK ("accepted_at" < "expires_at"),
    ADD CONSTRAINT "invitations_one_end" CHECK (num_nonnulls("accepted_at", "withdrawn_at") <= 1);

-- Of a person's links at most one works: a new one takes the old one's place.
CREATE UNIQUE INDEX "invitations_one_open" ON "invitations"("member_id") WHERE "accepted_at" IS NULL AND "withdrawn_at" IS NULL;
