import { z } from "zod";

import { AppError } from "@/lib/errors/app-error";

/** Parameters that would name a tenant. The tenant comes from the credential alone, so these are ignored, not refused. */
const IGNORED = new Set(["tenant", "tenant_id", "tenantid", "client", "client_id", "clientid"]);

/** Characters of a parameter's name that a refusal repeats. */
const MAX_NAME = 64;

/** A schema of query parameters: every value is a string, every name is known. */
export type QuerySchema = z.ZodObject;

/** The schema of an endpoint without parameters. */
export const noQuery = z.strictObject({});

/** A cursor in the query. @param description where it comes from */
export const cursorQuery = (description: string) =>
  z
    .string()
    .refine((text) => text !== "" && text.length <= 512, "must be a next_cursor of this list")
    .meta({ minLength: 1, maxLength: 512 })
    .optional()
    .meta({ description });

/** `page_size` and `cursor`, of every list (docs/api.md, "Pagination"). */
export const pageQuery = {
  page_size: z
    .string()
    .regex(/^[0-9]{1,3}$/, "must be a whole number from 1 to 200")
    .transform(Number)
    .refine((size) => size >= 1 && size <= 200, "must be a whole number from 1 to 200")
    .default(50)
    .meta({
      description: "Results per page.",
      parameter: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    }),
  cursor: cursorQuery("`meta.pagination.next_cursor` of the page before."),
};

/**
 * Reads and checks the query of a request.
 * @param url the request's address
 * @throws AppError BAD_REQUEST whose `details.parameters` has a message for every parameter that is unknown, repeated or malformed
 */
export function parseQuery<S extends QuerySchema>(schema: S, url: string): z.infer<S> {
  const start = url.indexOf("?");
  if (start === -1 && (schema as QuerySchema) === noQuery) return {} as z.infer<S>;
  // Without a prototype, so that a parameter named __proto__ is one like any other.
  const values = Object.create(null) as Record<string, string>;
  const problems = Object.create(null) as Record<string, string>;
  if (start !== -1) {
    for (const [fullName, value] of new URLSearchParams(url.slice(start))) {
      const name = fullName.slice(0, MAX_NAME);
      if (IGNORED.has(name.toLowerCase())) continue;
      if (name === "") problems.query = "has a value without a name";
      else if (!Object.hasOwn(schema.shape, name)) problems[name] = "is not a parameter of this endpoint";
      else if (Object.hasOwn(values, name)) problems[name] = "must be given once";
      else values[name] = value;
    }
  }
  const result = schema.safeParse(values);
  if (!result.success) {
    for (const issue of result.error.issues) problems[String(issue.path[0])] ??= issue.message;
  } else if (Object.keys(problems).length === 0) {
    return result.data;
  }
  throw invalidParameters(problems);
}

/** The refusal of query parameters. @param problems what is wrong with each, by name */
export function invalidParameters(problems: Readonly<Record<string, string>>): AppError {
  const list = Object.keys(problems).map((name) => JSON.stringify(name));
  return new AppError("BAD_REQUEST", `Unknown or malformed parameter: ${list.join(", ")}.`, {
    reason: "invalid_parameter",
    details: { parameters: problems },
  });
}
