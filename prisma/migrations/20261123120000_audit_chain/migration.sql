-- The audit log becomes append-only and a chain of hashes for each tenant (docs/decisions/015).

-- AlterEnum: not used in this migration, so it may be added in its transaction.
ALTER TYPE "audit_actor_kind" ADD VALUE 'PERSON';

-- CreateTable
CREATE TABLE "audit_chains" (
    "tenant_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_chains_pkey" PRIMARY KEY ("tenant_id")
);

-- AddForeignKey
ALTER TABLE "audit_chains" ADD CONSTRAINT "audit_chains_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "audit_events" ADD COLUMN "seq" BIGINT, ADD COLUMN "prev_hash" BYTEA, ADD COLUMN "hash" BYTEA;

-- The rows that are there, in the order in which the log shows them, hashed as lib/audit-log/chain.ts does it.
DO $$
DECLARE
    tenant UUID;
    event RECORD;
    place BIGINT;
    previous BYTEA;
    own BYTEA;
BEGIN
    FOR tenant IN SELECT "id" FROM "tenants" LOOP
        place := 0;
        previous := decode(repeat('00', 32), 'hex');
        FOR event IN SELECT * FROM "audit_events" WHERE "tenant_id" = tenant ORDER BY "at", "id" LOOP
            place := place + 1;
            SELECT sha256(convert_to(
                string_agg(coalesce(octet_length(field)::text || ':' || field, '-') || ',', '' ORDER BY number), 'UTF8'))
            INTO own
            FROM unnest(ARRAY[
                'neo-audit-1', encode(previous, 'hex'), tenant::text, place::text, event."id"::text,
                (extract(epoch FROM event."at") * 1000)::bigint::text, event."action", event."actor_kind"::text,
                event."actor_id"::text, event."actor_name", event."target_type", event."target_id"::text,
                event."target_name", event."request_id"::text, event."client_address", event."user_agent",
                event."details"::text
            ]) WITH ORDINALITY AS fields (field, number);
            UPDATE "audit_events" SET "seq" = place, "prev_hash" = previous, "hash" = own WHERE "id" = event."id";
            previous := own;
        END LOOP;
        INSERT INTO "audit_chains" ("tenant_id", "seq", "hash") VALUES (tenant, place, previous);
    END LOOP;
END
$$;

ALTER TABLE "audit_events"
    ALTER COLUMN "seq" SET NOT NULL,
    ALTER COLUMN "prev_hash" SET NOT NULL,
    ALTER COLUMN "hash" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "audit_events_tenant_id_seq_key" ON "audit_events"("tenant_id", "seq");

-- What follows cannot be said in schema.prisma.

-- AddCheck
ALTER TABLE "audit_events"
    ADD CONSTRAINT "audit_events_seq_from_one" CHECK ("seq" >= 1),
    ADD CONSTRAINT "audit_events_hash_length" CHECK (octet_length("prev_hash") = 32 AND octet_length("hash") = 32);

-- A new tenant's chain is there from the first moment: a tenant without one has lost it.
CREATE FUNCTION audit_chain_begin() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "audit_chains" ("tenant_id", "seq", "hash") VALUES (NEW."id", 0, decode(repeat('00', 32), 'hex'));
    RETURN NULL;
END
$$;
CREATE TRIGGER "audit_chain_begin" AFTER INSERT ON "tenants" FOR EACH ROW EXECUTE FUNCTION audit_chain_begin();

CREATE FUNCTION audit_refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- ALWAYS: also while session_replication_role is replica.
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_events"
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE "audit_events" ENABLE ALWAYS TRIGGER "audit_events_append_only";

-- The end of a chain only ever moves on by one.
CREATE TRIGGER "audit_chains_kept" BEFORE DELETE OR TRUNCATE ON "audit_chains"
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE "audit_chains" ENABLE ALWAYS TRIGGER "audit_chains_kept";
CREATE TRIGGER "audit_chains_forward" BEFORE UPDATE ON "audit_chains"
    FOR EACH ROW WHEN (NEW."tenant_id" <> OLD."tenant_id" OR NEW."seq" <> OLD."seq" + 1) EXECUTE FUNCTION audit_refuse();
ALTER TABLE "audit_chains" ENABLE ALWAYS TRIGGER "audit_chains_forward";
