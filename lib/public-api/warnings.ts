import { z } from "zod";

import { shownText } from "@/lib/text/name";
import type { Warning } from "@/lib/http/envelope";

/** Maximum number of unknown fields in a response, and maximum length of each name in characters. */
const MAX_WARNINGS = 20;
const MAX_NAME = 64;

/** Maximum edit distance between an unknown name and a suggested one. */
const MAX_EDITS = 2;

/** The warning for a body that isn't an object, for an operation that takes none. */
export const UNEXPECTED_BODY: Warning = {
  code: "unexpected_body",
  message: "This operation takes no body. The body was ignored.",
};

/** The schema inside any wrappers. */
function bare(schema: z.core.$ZodType, value: unknown): z.core.$ZodType | null {
  if (schema instanceof z.ZodUnion) {
    const option = schema.options.find((one) => z.safeParse(one, value).success);
    return option ? bare(option, value) : null;
  }
  if (schema instanceof z.ZodPipe) return bare(schema.in, value);
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType ? bare(innerType, value) : schema;
}

/** Levenshtein distance of two short texts. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that was probably meant; null if none is close. */
function nearest(name: string, known: readonly string[]): string | null {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[_-]/g, "");
  const distances = known.map((candidate) => ({ candidate, distance: edits(plain(name), plain(candidate)) }));
  const [best] = distances.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.min(MAX_EDITS, plain(name).length / 3) ? best.candidate : null;
}

/** The paths of unknown fields, each with the names allowed there. */
function* unknownFields(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; known: readonly string[] }, void, undefined> {
  if (typeof value !== "object" || value === null) return;
  const checkedBy = bare(schema, value);
  if (checkedBy instanceof z.ZodArray && Array.isArray(value)) {
    for (const [n, item] of value.entries()) yield* unknownFields(checkedBy.element, item, [...path, String(n)]);
  }
  if (!(checkedBy instanceof z.ZodObject) || Array.isArray(value)) return;
  const shape = checkedBy.shape as Readonly<Record<string, z.core.$ZodType>>;
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (known) yield* unknownFields(known, inner, [...path, name]);
    else yield { path: [...path, name], known: Object.keys(shape) };
  }
}

/**
 * Warnings for unknown fields of a body that is valid for this schema. Free-form documents aren't inspected.
 * @returns at most {@link MAX_WARNINGS} warnings, and one with the number of further fields
 */
export function unknownFieldWarnings(schema: z.core.$ZodType, value: unknown): readonly Warning[] {
  const fields = [...unknownFields(schema, value)];
  const warnings: Warning[] = fields.slice(0, MAX_WARNINGS).map(({ path, known }) => {
    const shown = path.map((part) => shownText(part, MAX_NAME) || '""').join(".");
    const meant = nearest((path.at(-1) ?? "").slice(0, MAX_NAME), known);
    const hint = meant ? ` Did you mean ${meant}?` : "";
    const message =
      known.length === 0 ? "This operation takes no body. The field was ignored." : `Unknown field, ignored.${hint}`;
    return { code: "unknown_field", message, path: shown };
  });
  const more = fields.length - MAX_WARNINGS;
  if (more > 0) warnings.push({ code: "more_unknown_fields", message: `${more} more unknown fields were ignored.` });
  return warnings;
}
