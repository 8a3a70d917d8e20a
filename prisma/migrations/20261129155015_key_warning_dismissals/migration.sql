-- CreateTable
CREATE TABLE "key_warning_dismissals" (
    "tenant_id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "dismissed_at" TIMESTAMPTZ(3) NOT NULL,
    "dismissed_by_id" UUID NOT NULL,

    CONSTRAINT "key_warning_dismissals_pkey" PRIMARY KEY ("tenant_id","key_id","reason")
);

-- CreateIndex
CREATE INDEX IF NOT EXISTS "api_keys_tenant_id_created_by_id_created_at_id_idx" ON "api_keys"("tenant_id", "created_by_id", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "key_warning_dismissals" ADD CONSTRAINT "key_warning_dismissals_tenant_id_key_id_fkey" FOREIGN KEY ("tenant_id", "key_id") REFERENCES "api_keys"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_warning_dismissals" ADD CONSTRAINT "key_warning_dismissals_tenant_id_dismissed_by_id_fkey" FOREIGN KEY ("tenant_id", "dismissed_by_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
