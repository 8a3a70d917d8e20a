// What the test of generated clients reads from an OpenAPI document.

/** The parts of an OpenAPI document read here. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>> };
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
}

interface Media {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Every operation, with its method and path. */
export function operationsOf(document: OpenApi): (Operation & { readonly method: string; readonly path: string })[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, found]) => typeof found === "object")
      .map(([method, found]) => ({ ...(found as Operation), method: method.toUpperCase(), path })),
  );
}

/** The operations that no request matches. */
export function unmatched(
  operations: readonly { readonly method: string; readonly path: string; readonly operationId: string }[],
  requests: readonly { readonly method: string; readonly path: string }[],
): string[] {
  return operations
    .filter(({ method, path }) => {
      const parts = new RegExp(`^${path.replaceAll(".", String.raw`\.`).replace(/\{[^{}]+\}/g, "[^/]+")}$`);
      return !requests.some((request) => request.method === method && parts.test(request.path));
    })
    .map(({ operationId, method, path }) => `${operationId}: ${method} ${path}`);
}

const declaration = (type: string, value: unknown, n: number) =>
  `export const example${n}: ${type} = ${JSON.stringify(value)};\n`;

/** TypeScript that assigns every named schema's examples to the type of that name. */
export function modelExamples({ components }: OpenApi, typeOf: (model: string) => string): string {
  return Object.entries(components.schemas)
    .flatMap(([name, { examples = [] }]) => examples.map((example) => [typeOf(name), example] as const))
    .map(([type, example], n) => declaration(type, example, n))
    .join("");
}

/** TypeScript that assigns the examples of every request body to its openapi-typescript type. */
export function requestExamples(document: OpenApi): string {
  return operationsOf(document)
    .flatMap(({ operationId, requestBody }) => {
      const media = requestBody?.content["application/json"];
      const named = Object.values(media?.examples ?? {}).map(({ value }) => value);
      const type = `NonNullable<operations["${operationId}"]["requestBody"]>["content"]["application/json"]`;
      return [...(media && "example" in media ? [media.example] : []), ...named].map((value) => [type, value] as const);
    })
    .map(([type, value], n) => declaration(type, value, n))
    .join("");
}
