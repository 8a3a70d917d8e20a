-- What the list is sorted by, derived by the database so that nobody can forget to write it.

-- Names without regard to case, in one order on every server whatever its collation.
ALTER TABLE "api_keys" ADD COLUMN "name_sort" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED;

-- The moment the list shows as the end: the grace's, else the key's own.
ALTER TABLE "api_keys" ADD COLUMN "ends_at" TIMESTAMPTZ(3) GENERATED ALWAYS AS (COALESCE("grace_ends_at", "expires_at")) STORED;
