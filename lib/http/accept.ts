const NDJSON = "application/x-ndjson";

/** The weight of a media range (RFC 9110 §12.4.2); 1 where it has none. */
function weightOf(parameters: readonly string[]): number {
  const weight = parameters.map((text) => /^\s*q=([\d.]+)\s*$/i.exec(text)?.[1]).find((text) => text !== undefined);
  return weight === undefined ? 1 : Number(weight);
}

/**
 * Whether an `Accept` field prefers NDJSON to JSON (RFC 9110 §12.5.1). NDJSON has to be named; with equal weights, JSON does too.
 * @param field null where it was not sent
 */
export function prefersLines(field: string | null): boolean {
  if (!field) return false;
  const weights = new Map<string, number>();
  for (const range of field.split(",")) {
    const [type = "", ...parameters] = range.split(";");
    const name = type.trim().toLowerCase();
    if (!weights.has(name)) weights.set(name, weightOf(parameters));
  }
  const lines = weights.get(NDJSON) ?? 0;
  const named = weights.get("application/json");
  if (named !== undefined) return lines > named;
  return lines > 0 && lines >= (weights.get("application/*") ?? weights.get("*/*") ?? 0);
}
