/** The order of an object's keys in jsonb: by length, then by bytes, both of UTF-8. */
function byJsonbOrder(a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length - right.length || Buffer.compare(left, right);
}

/**
 * A JSON value as PostgreSQL writes jsonb, which is the text that the hashes of audit events cover. Numbers as JavaScript writes them: the
 * same text for those that details have.
 */
export function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => byJsonbOrder(a, b));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}: ${jsonbText(inner)}`).join(", ")}}`;
}
