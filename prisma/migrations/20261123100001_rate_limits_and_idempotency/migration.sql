-- CreateTable: unlogged, so that counting a call writes no WAL; a crash of the database empties it.
CREATE UNLOGGED TABLE "rate_limits" (
    "tenant_id" UUID NOT NULL,
    "ring" INTEGER[],
    "head" BIGINT NOT NULL,
    "oldest" BIGINT NOT NULL,
    "used" INTEGER NOT NULL,
    "granted" INTEGER NOT NULL,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("tenant_id")
) WITH (fillfactor = 20);

-- Counts `asked` calls at the slot `at` and lets through as many as the window of `slots` slots has room for.
-- A ring of another length is that of a new row: all its calls are in its head.
CREATE FUNCTION rate_limit_take(
    INOUT ring INTEGER[], INOUT head BIGINT, INOUT oldest BIGINT, INOUT used INTEGER, OUT granted INTEGER,
    IN at BIGINT, IN asked INTEGER, IN allowed INTEGER, IN slots INTEGER
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    place INTEGER;
BEGIN
    -- A statement that waited for the row has an older clock than the one it waited for.
    at := greatest(at, head);
    IF cardinality(ring) <> slots THEN
        ring := array_fill(0, ARRAY[slots]);
        ring[(head % slots)::INTEGER + 1] := used;
    END IF;
    IF at - head >= slots THEN
        ring := array_fill(0, ARRAY[slots]);
        used := 0;
    ELSE
        FOR step IN 1 .. (at - head)::INTEGER LOOP
            place := ((head + step) % slots)::INTEGER + 1;
            used := used - ring[place];
            ring[place] := 0;
        END LOOP;
    END IF;
    head := at;
    granted := least(asked, greatest(allowed - used, 0));
    place := (at % slots)::INTEGER + 1;
    ring[place] := ring[place] + granted;
    used := used + granted;
    oldest := CASE WHEN used = 0 THEN at ELSE greatest(oldest, at - slots + 1) END;
    WHILE oldest < at AND ring[(oldest % slots)::INTEGER + 1] = 0 LOOP
        oldest := oldest + 1;
    END LOOP;
END $$;

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "tenant_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "claim_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "data" JSONB,
    "made_id" UUID,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("tenant_id","actor_id","path","key")
);

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");
