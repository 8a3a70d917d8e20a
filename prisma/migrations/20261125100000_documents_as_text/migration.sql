-- Documents are kept as the text that they were written as (docs/decisions/044): jsonb writes 1e308 out with 309 digits.

-- A document as JavaScript writes it: without blanks, indices first among the names of an object, numbers in their shortest form.
CREATE FUNCTION pg_temp.as_javascript(document JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
    number NUMERIC;
BEGIN
    CASE jsonb_typeof(document)
    WHEN 'object' THEN
        RETURN (
            SELECT '{' || coalesce(string_agg(to_json(name)::text || ':' || pg_temp.as_javascript(inside), ',' ORDER BY
                CASE WHEN name ~ '^(0|[1-9][0-9]{0,9})$' THEN CASE WHEN name::numeric < 4294967295 THEN name::numeric END END
                NULLS LAST, place), '') || '}'
            FROM jsonb_each(document) WITH ORDINALITY AS field(name, inside, place));
    WHEN 'array' THEN
        RETURN (
            SELECT '[' || coalesce(string_agg(pg_temp.as_javascript(inside), ',' ORDER BY place), '') || ']'
            FROM jsonb_array_elements(document) WITH ORDINALITY AS item(inside, place));
    WHEN 'number' THEN
        number := (document #>> '{}')::numeric;
        IF number = 0 THEN
            RETURN '0';
        ELSIF abs(number) NOT BETWEEN 5e-324 AND 1.7976931348623157e308 THEN
            RETURN document::text;
        ELSIF abs(number) >= 1e21 OR abs(number) < 1e-6 THEN
            RETURN regexp_replace(number::float8::text, 'e([+-])0+', 'e\1');
        END IF;
        RETURN trim_scale(number::float8::text::numeric)::text;
    ELSE
        RETURN document::text;
    END CASE;
END;
$$;

-- AlterTable
ALTER TABLE "agents" ALTER COLUMN "actions" DROP DEFAULT;
ALTER TABLE "agents"
    ALTER COLUMN "actions" SET DATA TYPE JSON USING pg_temp.as_javascript("actions")::json,
    ALTER COLUMN "agent_settings" SET DATA TYPE JSON USING pg_temp.as_javascript("agent_settings")::json,
    ALTER COLUMN "callback_settings" SET DATA TYPE JSON USING pg_temp.as_javascript("callback_settings")::json,
    ALTER COLUMN "schedule" SET DATA TYPE JSON USING pg_temp.as_javascript("schedule")::json,
    ALTER COLUMN "ticket_conditions" SET DATA TYPE JSON USING pg_temp.as_javascript("ticket_conditions")::json,
    ALTER COLUMN "time_entry_conditions" SET DATA TYPE JSON USING pg_temp.as_javascript("time_entry_conditions")::json,
    ALTER COLUMN "toolbox" SET DATA TYPE JSON USING pg_temp.as_javascript("toolbox")::json;
ALTER TABLE "agents" ALTER COLUMN "actions" SET DEFAULT '[]';

-- How large the documents are, so that a page of a list can be measured before it is read.
ALTER TABLE "agents" ADD COLUMN "document_bytes" INTEGER GENERATED ALWAYS AS (
    octet_length("actions"::text) + coalesce(octet_length("agent_settings"::text), 4)
    + coalesce(octet_length("callback_settings"::text), 4) + coalesce(octet_length("schedule"::text), 4)
    + coalesce(octet_length("ticket_conditions"::text), 4) + coalesce(octet_length("time_entry_conditions"::text), 4)
    + coalesce(octet_length("toolbox"::text), 4)
) STORED;

-- AlterTable
ALTER TABLE "idempotency_keys" ALTER COLUMN "data" SET DATA TYPE JSON USING pg_temp.as_javascript("data")::json;

DROP FUNCTION pg_temp.as_javascript(JSONB);
