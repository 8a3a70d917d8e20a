// Checks the API's responses against its OpenAPI document.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

type Json = Record<string, unknown>;

/** A response of /public-api, and its request. */
export interface Received {
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** The `format` that was asked for. */
  readonly format?: string | null;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Operation {
  readonly template: string;
  readonly parts: RegExp;
  readonly methods: ReadonlyMap<string, Json>;
}

/** The part of the document at a JSON pointer. */
function at(document: Json, pointer: string): Json {
  return pointer
    .split("/")
    .slice(1)
    .reduce((part, name) => part[name.replaceAll("~1", "/").replaceAll("~0", "~")] as Json, document);
}

/** Statuses of an unknown path, and of a request refused before its path is read. */
const UNDOCUMENTED = new Set([400, 404, 431]);

const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/**
 * A copy in which described objects allow no further fields. Clients must ignore unknown fields, so the document
 * leaves objects open, but an undescribed field in a response is a mistake.
 */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== "object" || part === null) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, closed(inner)]));
  return copy.type === "object" && copy.properties && !("additionalProperties" in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}

/** Checks responses against an OpenAPI 3.1 document. */
export class Contract {
  readonly #document: Json;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #operations: readonly Operation[];

  constructor(document: Json) {
    this.#document = document;
    // Not strict: OpenAPI has its own keywords, such as the examples.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.#ajv);
    this.#ajv.addSchema(closed(document) as Json, "api");
    this.#operations = Object.entries(document.paths as Record<string, Json>)
      .map(([template, methods]) => ({
        template,
        parts: new RegExp(
          `^${template.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replace(/\{[^{}]+\}/g, "[^/]+")}$`,
        ),
        methods: new Map(
          Object.entries(methods).flatMap(([name, found]) =>
            typeof found === "object" ? [[name.toUpperCase(), found as Json]] : [],
          ),
        ),
      }))
      // A literal path takes precedence over one with parameters (OpenAPI 3.1, "Paths Object").
      .sort((a, b) => Number(a.template.includes("{")) - Number(b.template.includes("{")));
  }

  /** @throws Error that lists every difference between the response and the document */
  check(answer: Received): void {
    const problems = this.#problems(answer);
    if (problems.length === 0) return;
    const what = `${answer.method} ${answer.path} answered ${answer.status}`;
    throw new Error(
      `${what}, against the OpenAPI document:\n- ${problems.join("\n- ")}\n${answer.text.slice(0, 2_000)}`,
    );
  }

  #problems(answer: Received): string[] {
    const { method, path, status, headers, text } = answer;
    const found = this.#operations.find(({ parts }) => parts.test(path));
    if (!found && method === "OPTIONS" && status === 204) return [];
    if (!found) return [...(UNDOCUMENTED.has(status) ? [] : ["this path is not documented"]), ...this.#failure(answer)];
    if (method === "OPTIONS") {
      const empty = status === 204 && text === "" && headers.has("x-request-id");
      return [...(empty ? [] : ["OPTIONS is 204 without a body"]), ...this.#allow(found, headers)];
    }
    const documented = found.methods.get(method === "HEAD" ? "GET" : method);
    if (!documented) {
      const refused = status === 405 ? [] : ["this method is not documented"];
      return [...refused, ...this.#allow(found, headers), ...this.#failure(answer)];
    }
    const name = method === "HEAD" ? "get" : method.toLowerCase();
    const where = `/paths/${escaped(found.template)}/${name}/responses/${String(status)}`;
    const given = (documented.responses as Record<string, Json>)[String(status)];
    if (!given) return ["this status is not documented"];
    const pointer = typeof given.$ref === "string" ? given.$ref.slice(1) : where;
    const response = at(this.#document, pointer);
    if (status === 304) return [...this.#headers(response, headers), ...(text === "" ? [] : ["304 has no body"])];
    const schema = `${pointer}/content/application~1json/schema`;
    const isLines =
      documented["x-ndjson"] === true && /^application\/x-ndjson(;|$)/.test(headers.get("content-type") ?? "");
    const otherItem = (documented["x-formats"] as Record<string, string> | undefined)?.[answer.format ?? ""]?.slice(1);
    const item = otherItem ?? `${schema}/properties/data/items`;
    if (isLines) return [...this.#headers(response, headers), ...this.#lines(text, item)];
    if (!otherItem || status !== 200) return [...this.#headers(response, headers), ...this.#body(answer, schema)];
    const { data, ...rest } = JSON.parse(text) as { data: unknown[] };
    const lines = data.map((found) => `${JSON.stringify(found)}\n`).join("");
    const envelope = { ...answer, text: JSON.stringify({ ...rest, data: [] }) };
    return [...this.#headers(response, headers), ...this.#lines(lines, otherItem), ...this.#body(envelope, schema)];
  }

  /** 405 and OPTIONS list the documented methods, HEAD with GET, and OPTIONS. */
  #allow({ methods }: Operation, headers: Headers): string[] {
    const all = new Set([...methods.keys(), ...(methods.has("GET") ? ["HEAD"] : []), "OPTIONS"]);
    const sent = (headers.get("allow") ?? "").split(", ");
    return sent.length === all.size && sent.every((method) => all.has(method))
      ? []
      : [`Allow is ${JSON.stringify(headers.get("allow"))}, not ${[...all].join(", ")}`];
  }

  /** Without an operation, the response must match the error schema. */
  #failure(answer: Received): string[] {
    return this.#body(answer, "/components/schemas/ErrorResponse");
  }

  #headers(response: Json, headers: Headers): string[] {
    return Object.entries((response.headers ?? {}) as Record<string, Json>).flatMap(([name, given]) => {
      const reference = typeof given.$ref === "string" ? given.$ref.slice(1) : null;
      const header = reference === null ? given : at(this.#document, reference);
      const value = headers.get(name);
      if (value === null) return header.required === true ? [`the header ${name} is missing`] : [];
      const { type } = header.schema as Json;
      const validate = this.#ajv.compile(header.schema as Json);
      return validate(type === "integer" ? Number(value) : value)
        ? []
        : [`the header ${name} is ${JSON.stringify(value)}: ${this.#ajv.errorsText(validate.errors)}`];
    });
  }

  /** Each line of NDJSON is an item of the list. */
  #lines(text: string, pointer: string): string[] {
    if (text !== "" && !text.endsWith("\n")) return ["the last line has no end"];
    const validate = this.#validator(pointer);
    return text
      .split("\n")
      .slice(0, -1)
      .flatMap((line, n) =>
        validate(JSON.parse(line)) ? [] : [`line ${n + 1}: ${this.#ajv.errorsText(validate.errors)}`],
      );
  }

  #body({ method, headers, text }: Received, pointer: string): string[] {
    const type = headers.get("content-type") ?? "none";
    const problems = /^application\/json(;|$)/.test(type) ? [] : [`the content type is ${type}`];
    // A server sends none; the route itself treats HEAD as GET.
    if (method === "HEAD" && text === "") return problems;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return [...problems, "the body is not JSON"];
    }
    const validate = this.#validator(pointer);
    if (!validate(body)) {
      for (const { instancePath, message, params } of validate.errors ?? [])
        problems.push(`body${instancePath} ${message ?? ""} ${JSON.stringify(params)}`);
    }
    const meta = (body as { meta?: { request_id?: unknown } } | null)?.meta;
    if (!headers.has("x-request-id")) problems.push("the header X-Request-Id is missing");
    else if (meta && meta.request_id !== headers.get("x-request-id"))
      problems.push("X-Request-Id is not meta.request_id");
    return problems;
  }

  #validator(pointer: string): ValidateFunction {
    const known = this.#validators.get(pointer);
    if (known) return known;
    const made = this.#ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
    this.#validators.set(pointer, made);
    return made;
  }
}

/** The contract that a running application serves. */
export async function servedContract(appUrl: string): Promise<Contract> {
  const response = await fetch(new URL("/public-api/openapi.json", appUrl));
  return new Contract((await response.json()) as Json);
}

/** Fetches from a running application, and checks the response against the contract; does not follow redirects. */
export async function fetchChecked(contract: Contract, url: URL, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  const { status, headers } = response;
  const text = await response.clone().text();
  const format = url.searchParams.get("format");
  contract.check({ method: init.method ?? "GET", path: url.pathname, format, status, headers, text });
  return response;
}
