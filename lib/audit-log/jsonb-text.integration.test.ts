import fc from "fast-check";
import { expect, it } from "vitest";

import { jsonbText } from "@/lib/audit-log/jsonb-text";
import { prisma } from "@/lib/db/client";

/** Text as the database takes it: well-formed, without NUL. */
const text = fc.string({ unit: "binary", maxLength: 12 }).map((drawn) => drawn.replaceAll("\0", "").toWellFormed());

/** The values that details have. */
const value = fc.oneof(
  text,
  fc.integer(),
  fc.constantFrom(0, -0, 0.5, 1e-6, 123456789.25, Number.MAX_SAFE_INTEGER),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 4 }),
);

it("writes JSON as the database writes jsonb", async () => {
  const details = fc.sample(fc.dictionary(text, value, { maxKeys: 8 }), 500).map((drawn) => JSON.stringify(drawn));
  details.push(JSON.stringify({ long: 1, b: "\u2028", é: 2, aa: '"\\/\b\f\n\r\t\u001f\u007f', "1": [], z: "😀" }));
  const rows = await prisma().$queryRaw<{ text: string; json: object }[]>`
    select d::jsonb::text as text, d::jsonb as json from unnest(${details}::text[]) with ordinality as t(d, n) order by n`;
  expect(rows.map(({ json }) => jsonbText(json))).toEqual(rows.map((row) => row.text));
});
