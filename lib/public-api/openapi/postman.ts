import "server-only";

import type { oas31 } from "zod-openapi";

import { type OpenApiDocument, resolve } from "@/lib/docs/schema-tree";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** A row of a request: a header, a query parameter, or a part of the path. Postman doesn't send a disabled one. */
interface Row {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly disabled?: true;
}

const bearer = (variable: string) => ({
  type: "bearer",
  bearer: [{ key: "token", value: `{{${variable}}}`, type: "string" }],
});

/** The `auth` of a request; nothing where the collection's, an API key, will do. */
function authOf({ security = [] }: oas31.OperationObject) {
  if (security.length === 0) return { auth: { type: "noauth" } };
  return security.some((scheme) => "apiKey" in scheme) ? {} : { auth: bearer("accessToken") };
}

/** What Postman shows beside a value: only what there is. */
const described = (description: string | undefined) => (description === undefined ? {} : { description });

/** The most telling value of a parameter, as the text that is sent; empty where its schema has none. */
function startingValue(schema: oas31.SchemaObject): string {
  const value: unknown = schema.default ?? schema.examples?.[0] ?? schema.enum?.[0] ?? "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function rowOf(document: OpenApiDocument, parameter: oas31.ParameterObject): Row {
  const { name, required = false, description, schema } = parameter;
  // Each sending is a request of its own: the example would get the first response again.
  if (name === "Idempotency-Key") return { key: name, value: "{{$guid}}", ...described(description) };
  const value = schema ? startingValue(resolve(document, schema)) : "";
  return { key: name, value, ...described(description), ...(!required && { disabled: true as const }) };
}

/** The first example of a request body. */
function exampleOf(document: OpenApiDocument, { requestBody }: oas31.OperationObject): unknown {
  const media = requestBody && resolve(document, requestBody).content["application/json"];
  const [named] = Object.values(media?.examples ?? {});
  return media?.example ?? (named && resolve(document, named).value);
}

function requestOf(document: OpenApiDocument, method: string, path: string, operation: oas31.OperationObject) {
  const parameters = (operation.parameters ?? []).map((given) => resolve(document, given));
  const rows = (place: string) => parameters.filter((it) => it.in === place).map((it) => rowOf(document, it));
  const example = exampleOf(document, operation);
  const colons = path.replaceAll(/\{(\w+)\}/g, ":$1");
  return {
    name: operation.summary ?? colons,
    request: {
      method: method.toUpperCase(),
      ...described(operation.description),
      ...authOf(operation),
      header: [
        ...(example === undefined ? [] : [{ key: "Content-Type", value: "application/json" }]),
        ...rows("header"),
      ] as Row[],
      ...(example !== undefined && {
        body: { mode: "raw", raw: JSON.stringify(example, null, 2), options: { raw: { language: "json" } } },
      }),
      url: {
        raw: `{{baseUrl}}${colons}`,
        host: ["{{baseUrl}}"],
        path: colons.split("/").slice(1),
        query: rows("query"),
        variable: rows("path"),
      },
    },
    response: [],
  };
}

/** A Postman collection (format 2.1) of an OpenAPI document: a folder for each tag, a request for each operation. */
export function postmanCollection(document: OpenApiDocument & Pick<oas31.OpenAPIObject, "servers">) {
  const { info, tags = [], paths = {}, servers = [] } = document;
  const all = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ tag: operation.tags?.[0], item: requestOf(document, method, path, operation) }] : [];
    }),
  );
  return {
    info: {
      name: info.title,
      version: info.version,
      description:
        "Set the variable `apiKey`, and `accessToken` for what API keys aren't allowed to do. " +
        "Variables are saved with the collection: enter secrets as current values only, which stay with you.",
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: bearer("apiKey"),
    variable: [
      { key: "baseUrl", value: servers[0]?.url ?? "", type: "string", description: "The address of this deployment." },
      { key: "apiKey", value: "", type: "string", description: "An API key." },
      { key: "accessToken", value: "", type: "string", description: "A person's Microsoft Entra access token." },
    ],
    item: tags.map(({ name, description }) => ({
      name,
      ...described(description),
      item: all.filter(({ tag }) => tag === name).map(({ item }) => item),
    })),
  };
}
