import type { ReferenceOperation } from "@/lib/docs/reference";

/** An operation, as far as a form needs it that sends a request. */
export type TryableOperation = ReturnType<typeof tryable>;

/** What was entered for a request. */
export interface Entered {
  readonly credential: string;
  /** By name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that can be sent, or why it can't: a message for each field, `credential` and `body` among them. */
export type Prepared =
  | { readonly url: string; readonly init: { method: string; headers: Record<string, string>; body?: string } }
  | { readonly problems: Readonly<Record<string, string>> };

/** The part of an operation that its form needs. */
export function tryable({ id, method, path, summary, credential, parameters, body }: ReferenceOperation) {
  return {
    id,
    method,
    path,
    summary,
    credential,
    parameters: parameters.map(({ name, place, schema }) => ({ name, place, required: schema.required === true })),
    body: body ? (body.examples[0]?.json ?? "{}") : null,
  };
}

function bodyProblem(body: string): string | null {
  try {
    JSON.parse(body);
    return null;
  } catch {
    return "This isn’t valid JSON.";
  }
}

function parameterProblem(value: string, place: string, required: boolean): string | null {
  if (value === "") return required ? "Enter a value." : null;
  // A URL takes these two for steps in its path, which would lead to another operation.
  if (place === "path" && /^\.{1,2}$/.test(value)) return "A dot or two can’t be part of a path.";
  if (place === "header" && !/^[ -~]+$/.test(value)) return "A header can only have printable ASCII characters.";
  return null;
}

/** What is sent for what was entered. The address is a path: the credential never goes to another site. */
export function prepareRequest(operation: TryableOperation, { credential, parameters, body }: Entered): Prepared {
  const token = credential.trim();
  const given = operation.parameters.map((parameter) => ({
    ...parameter,
    value: (parameters[parameter.name] ?? "").trim(),
  }));
  const found: [name: string, problem: string | null][] = [
    ["credential", operation.credential && !/^[!-~]+$/.test(token) ? "Paste it without spaces." : null],
    ...given.map(({ name, place, required, value }): [string, string | null] => [
      name,
      parameterProblem(value, place, required),
    ]),
    ["body", operation.body === null ? null : bodyProblem(body)],
  ];
  const problems = Object.fromEntries(found.flatMap(([name, problem]) => (problem ? [[name, problem]] : [])));
  if (Object.keys(problems).length > 0) return { problems };

  const sent = given.filter(({ value }) => value !== "");
  const valuesOf = (place: string) =>
    sent.filter((parameter) => parameter.place === place).map(({ name, value }) => [name, value] as [string, string]);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(Object.fromEntries(valuesOf("path"))[name] ?? ""),
  );
  const query = new URLSearchParams(valuesOf("query")).toString();
  return {
    url: query ? `${path}?${query}` : path,
    init: {
      method: operation.method,
      headers: {
        ...Object.fromEntries(valuesOf("header")),
        ...(operation.credential && { Authorization: `Bearer ${token}` }),
        ...(operation.body !== null && { "Content-Type": "application/json" }),
      },
      ...(operation.body !== null && { body }),
    },
  };
}
