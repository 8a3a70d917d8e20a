-- CreateIndex
CREATE INDEX IF NOT EXISTS "audit_events_tenant_id_target_id_at_id_idx" ON "audit_events"("tenant_id", "target_id", "at" DESC, "id" DESC);
