-- CreateEnum
CREATE TYPE "application_role" AS ENUM ('Integration', 'Auditor');

-- AlterEnum
ALTER TYPE "audit_actor_kind" ADD VALUE 'APPLICATION';

-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "created_by_application_id" UUID;

-- CreateTable
CREATE TABLE "applications" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "oid" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" "application_role" NOT NULL,
    "note" TEXT,
    "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "expires_at" TIMESTAMPTZ(3),
    "bound_at" TIMESTAMPTZ(3) NOT NULL,
    "bound_by_id" UUID NOT NULL,
    "unbound_at" TIMESTAMPTZ(3),
    "unbound_by_id" UUID,
    "last_used_at" TIMESTAMPTZ(3),
    "name_sort" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED,

    CONSTRAINT "applications_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "applications_tenant_id_oid_key" ON "applications"("tenant_id", "oid");

-- CreateIndex
CREATE UNIQUE INDEX "applications_tenant_id_id_key" ON "applications"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "applications" ADD CONSTRAINT "applications_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applications" ADD CONSTRAINT "applications_tenant_id_bound_by_id_fkey" FOREIGN KEY ("tenant_id", "bound_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applications" ADD CONSTRAINT "applications_tenant_id_unbound_by_id_fkey" FOREIGN KEY ("tenant_id", "unbound_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_tenant_id_created_by_application_id_fkey" FOREIGN KEY ("tenant_id", "created_by_application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddCheck
ALTER TABLE "applications"
    ADD CONSTRAINT "applications_name_length" CHECK (char_length("name") >= 1),
    ADD CONSTRAINT "applications_note_length" CHECK (char_length("note") BETWEEN 1 AND 500),
    ADD CONSTRAINT "applications_networks_number" CHECK (cardinality("networks") <= 50),
    ADD CONSTRAINT "applications_unbound_by" CHECK (("unbound_at" IS NULL) = ("unbound_by_id" IS NULL));
ALTER TABLE "agents"
    DROP CONSTRAINT "agents_one_creator",
    ADD CONSTRAINT "agents_one_creator" CHECK (num_nonnulls("created_by_member_id", "created_by_key_id", "created_by_application_id") <= 1);
