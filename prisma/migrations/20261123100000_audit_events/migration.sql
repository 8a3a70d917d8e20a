-- CreateEnum
CREATE TYPE "audit_actor_kind" AS ENUM ('MEMBER', 'API_KEY');

-- CreateTable
CREATE TABLE "audit_events" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "actor_kind" "audit_actor_kind" NOT NULL,
    "actor_id" UUID NOT NULL,
    "actor_name" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "target_name" TEXT NOT NULL,
    "request_id" UUID NOT NULL,
    "client_address" TEXT,
    "user_agent" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_at_id_idx" ON "audit_events"("tenant_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_action_at_id_idx" ON "audit_events"("tenant_id", "action", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_actor_id_at_id_idx" ON "audit_events"("tenant_id", "actor_id", "at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What follows cannot be said in schema.prisma: rules that hold for every row, whoever writes it.

-- AddCheck
ALTER TABLE "audit_events"
    ADD CONSTRAINT "audit_events_action_form" CHECK ("action" ~ '^[a-z_]+\.[a-z_]+$'),
    ADD CONSTRAINT "audit_events_target_type_form" CHECK ("target_type" ~ '^[a-z_]+$'),
    ADD CONSTRAINT "audit_events_details_object" CHECK (jsonb_typeof("details") = 'object');
