import { type Language, LANGUAGES, type Program } from "@/lib/docs/languages";
import type { ReferenceOperation } from "@/lib/docs/reference";

/** Stands for every id in a path. */
const ID = "0190a1b2-0000-7000-8000-00000000000a";

/** A request to write as a program. */
interface SampleRequest {
  readonly method: string;
  readonly url: string;
  /** The environment variable that has the credential; null for a request without one. */
  readonly credential: string | null;
  readonly idempotent: boolean;
  /** JSON with two spaces for each level; null without a body. */
  readonly body: string | null;
}

const WRITERS: Readonly<Record<Language, (request: SampleRequest) => string>> = {
  curl: ({ method, url, credential, idempotent, body }) =>
    [
      `curl "${url}"`,
      ...(method === "GET" ? [] : [`--request ${method}`]),
      ...(credential ? [`--header "Authorization: Bearer $${credential}"`] : []),
      ...(idempotent ? [`--header "Idempotency-Key: $(openssl rand -hex 16)"`] : []),
      ...(body === null
        ? []
        : [`--header "Content-Type: application/json"`, `--data '${body.replaceAll("'", String.raw`'\''`)}'`]),
    ].join(" \\\n  "),

  powershell: ({ method, url, credential, idempotent, body }) => {
    const headers = [
      ...(credential ? [`    Authorization = "Bearer $env:${credential}"`] : []),
      ...(idempotent ? [`    "Idempotency-Key" = [guid]::NewGuid().ToString()`] : []),
    ];
    return [
      "$request = @{",
      `  Uri = "${url}"`,
      `  Method = "${method}"`,
      ...(headers.length > 0 ? ["  Headers = @{", ...headers, "  }"] : []),
      ...(body === null ? [] : ['  ContentType = "application/json"', "  Body = @'", body, "'@"]),
      "}",
      "Invoke-RestMethod @request | ConvertTo-Json -Depth 20",
    ].join("\n");
  },

  python: ({ method, url, credential, idempotent, body }) => {
    const headers = [
      ...(credential ? [`        "Authorization": f"Bearer {os.environ['${credential}']}",`] : []),
      ...(idempotent ? ['        "Idempotency-Key": str(uuid.uuid4()),'] : []),
      ...(body === null ? [] : ['        "Content-Type": "application/json",']),
    ];
    return [
      "import json",
      ...(credential ? ["import os"] : []),
      "import urllib.request",
      ...(idempotent ? ["import uuid"] : []),
      "",
      "request = urllib.request.Request(",
      `    "${url}",`,
      ...(method === "GET" ? [] : [`    method="${method}",`]),
      ...(headers.length > 0 ? ["    headers={", ...headers, "    },"] : []),
      ...(body === null ? [] : [`    data=json.dumps(${below(pythonOf(body), "    ")}).encode(),`]),
      ")",
      "with urllib.request.urlopen(request) as response:",
      "    print(json.dumps(json.load(response), indent=2))",
    ].join("\n");
  },

  typescript: ({ method, url, credential, idempotent, body }) => {
    const headers = [
      ...(credential ? [`    Authorization: \`Bearer \${process.env.${credential}}\`,`] : []),
      ...(idempotent ? ['    "Idempotency-Key": crypto.randomUUID(),'] : []),
      ...(body === null ? [] : ['    "Content-Type": "application/json",']),
    ];
    const options = [
      ...(method === "GET" ? [] : [`  method: "${method}",`]),
      ...(headers.length > 0 ? ["  headers: {", ...headers, "  },"] : []),
      ...(body === null ? [] : [`  body: JSON.stringify(${below(typescriptOf(body), "  ")}),`]),
    ];
    return [
      ...(options.length === 0
        ? [`const response = await fetch("${url}");`]
        : [`const response = await fetch("${url}", {`, ...options, "});"]),
      "if (!response.ok) throw new Error(await response.text());",
      "console.log(await response.json());",
    ].join("\n");
  },
};

/** The text with every line but the first indented. */
const below = (text: string, indent: string) => text.replaceAll("\n", `\n${indent}`);

/** JSON as a Python literal; what JSON escapes in a string, Python reads alike. */
function pythonOf(json: string): string {
  const words: Readonly<Record<string, string>> = { true: "True", false: "False", null: "None" };
  const wide = JSON.stringify(JSON.parse(json), null, 4);
  return wide.replaceAll(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (found) => words[found] ?? found);
}

/** JSON as a TypeScript literal, without needless quotation marks. */
const typescriptOf = (json: string) => json.replaceAll(/^( *)"([a-z_]\w*)":/gim, "$1$2:");

/** A request for an operation as a program in every language. @param baseUrl where the API is; without a path */
export function samplesOf(operation: ReferenceOperation, baseUrl: string): Program[] {
  const { method, path, credential, parameters, body } = operation;
  const request = {
    method,
    url: new URL(baseUrl).origin + path.replaceAll(/\{\w+\}/g, ID),
    credential: credential && { "API key": "NEO_API_KEY", "Access token": "NEO_ACCESS_TOKEN" }[credential],
    idempotent: parameters.some(({ name }) => name === "Idempotency-Key"),
    body: body ? (body.examples[0]?.json ?? "{}") : null,
  };
  return LANGUAGES.map((language) => [language, WRITERS[language](request)]);
}
