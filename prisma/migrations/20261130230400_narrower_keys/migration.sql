-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "read_only" BOOLEAN NOT NULL DEFAULT false,
ADD CONSTRAINT "api_keys_networks_number" CHECK (cardinality("networks") <= 50),
ADD CONSTRAINT "api_keys_networks_inet" CHECK ("networks"::inet[] IS NOT NULL);

-- The lookup of a call reads them so: one that is no network would fail all calls that are looked up with it.
ALTER TABLE "applications" ADD CONSTRAINT "applications_networks_inet" CHECK ("networks"::inet[] IS NOT NULL);

-- CreateTable
CREATE TABLE "refusal_hours" (
    "tenant_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "hour" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "refusals" TEXT[],

    CONSTRAINT "refusal_hours_pkey" PRIMARY KEY ("tenant_id","actor_id","hour","kind")
);

-- CreateIndex
CREATE INDEX "refusal_hours_hour_idx" ON "refusal_hours"("hour");
