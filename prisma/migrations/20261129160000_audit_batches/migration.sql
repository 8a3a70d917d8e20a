-- One transaction may append several events, so the end of a chain may move on by more than one, and never back. Verification still
-- finds every gap.
DROP TRIGGER "audit_chains_forward" ON "audit_chains";
CREATE TRIGGER "audit_chains_forward" BEFORE UPDATE ON "audit_chains"
    FOR EACH ROW WHEN (NEW."tenant_id" <> OLD."tenant_id" OR NEW."seq" <= OLD."seq") EXECUTE FUNCTION audit_refuse();
ALTER TABLE "audit_chains" ENABLE ALWAYS TRIGGER "audit_chains_forward";
