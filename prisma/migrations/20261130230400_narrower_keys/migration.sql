-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "read_only" BOOLEAN NOT NULL DEFAULT false,
ADD CONSTRAINT "api_keys_networks_number" CHECK (cardinality("networks") <= 50);

-- CreateTable
CREATE TABLE "rule_refusals" (
    "tenant_id" UUID NOT NULL,
    "caller_id" UUID NOT NULL,
    "hour" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "addresses" TEXT[],

    CONSTRAINT "rule_refusals_pkey" PRIMARY KEY ("tenant_id","caller_id","hour","reason")
);

-- CreateIndex
CREATE INDEX "rule_refusals_hour_idx" ON "rule_refusals"("hour");
