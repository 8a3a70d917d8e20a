-- CreateTable
CREATE TABLE "application_usage_hours" (
    "tenant_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "hour" INTEGER NOT NULL,
    "served" INTEGER NOT NULL,
    "client_errors" INTEGER NOT NULL,
    "rate_limited" INTEGER NOT NULL,
    "refused" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,

    CONSTRAINT "application_usage_hours_pkey" PRIMARY KEY ("tenant_id","application_id","hour")
);

-- CreateTable
CREATE TABLE "application_usage_days" (
    "tenant_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "day" INTEGER NOT NULL,
    "served" BIGINT NOT NULL,
    "client_errors" BIGINT NOT NULL,
    "rate_limited" BIGINT NOT NULL,
    "refused" BIGINT NOT NULL,
    "failed" BIGINT NOT NULL,

    CONSTRAINT "application_usage_days_pkey" PRIMARY KEY ("tenant_id","application_id","day")
);

-- CreateTable
CREATE TABLE "application_usage_callers" (
    "tenant_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "day" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "last_seen" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "application_usage_callers_pkey" PRIMARY KEY ("tenant_id","application_id","day","kind","value")
);

-- CreateTable
CREATE TABLE "application_usage_refusals" (
    "tenant_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "request_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "address" TEXT,

    CONSTRAINT "application_usage_refusals_pkey" PRIMARY KEY ("tenant_id","application_id","at","request_id")
);

-- CreateTable
CREATE TABLE "application_usage_latest" (
    "tenant_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "address" TEXT,
    "client" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,

    CONSTRAINT "application_usage_latest_pkey" PRIMARY KEY ("tenant_id","application_id")
);

-- CreateIndex
CREATE INDEX "application_usage_hours_hour_idx" ON "application_usage_hours"("hour");

-- CreateIndex
CREATE INDEX "application_usage_days_day_idx" ON "application_usage_days"("day");

-- CreateIndex
CREATE INDEX "application_usage_callers_day_idx" ON "application_usage_callers"("day");

-- CreateIndex
CREATE INDEX "application_usage_refusals_at_idx" ON "application_usage_refusals"("at");

-- AddForeignKey
ALTER TABLE "application_usage_hours" ADD CONSTRAINT "application_usage_hours_tenant_id_application_id_fkey" FOREIGN KEY ("tenant_id", "application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_usage_days" ADD CONSTRAINT "application_usage_days_tenant_id_application_id_fkey" FOREIGN KEY ("tenant_id", "application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_usage_callers" ADD CONSTRAINT "application_usage_callers_tenant_id_application_id_fkey" FOREIGN KEY ("tenant_id", "application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_usage_refusals" ADD CONSTRAINT "application_usage_refusals_tenant_id_application_id_fkey" FOREIGN KEY ("tenant_id", "application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_usage_latest" ADD CONSTRAINT "application_usage_latest_tenant_id_application_id_fkey" FOREIGN KEY ("tenant_id", "application_id") REFERENCES "applications"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
