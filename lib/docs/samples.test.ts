import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { ROOT } from "@/dev/root";

import { type Language, LANGUAGES } from "./languages";
import { readReference } from "./reference";
import { samplesOf } from "./samples";

const operations = readReference(apiDocument("https://neo.example").document).groups.flatMap(
  (group) => group.operations,
);

const received: { request: IncomingMessage; body: string }[] = [];
let server: Server;
let baseUrl: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ request, body });
      response.setHeader("Content-Type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const code = (operation: (typeof operations)[number], language: Language) =>
  Object.fromEntries(samplesOf(operation, baseUrl))[language] ?? "";

/** How all samples of a language run as one program. */
const RUNNERS: Readonly<Partial<Record<Language, { needs: string[]; file: string; command: string[]; wrap: string }>>> =
  {
    curl: { needs: ["bash", "curl", "openssl"], file: "all.sh", command: ["bash", "-e"], wrap: "CODE" },
    powershell: { needs: ["pwsh"], file: "all.ps1", command: ["pwsh", "-NoProfile", "-File"], wrap: "CODE" },
    python: { needs: ["python3"], file: "all.py", command: ["python3"], wrap: "CODE" },
    typescript: {
      needs: [],
      file: "all.mts",
      command: [process.execPath, path.join(ROOT, "node_modules", "tsx", "dist", "cli.mjs")],
      wrap: "{\nCODE\n}",
    },
  };

/** Runs the program. @returns what it wrote to stderr, where it failed */
async function run(command: readonly string[], file: string, program: string): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-samples-"));
  try {
    writeFileSync(path.join(folder, file), program);
    const [first = "", ...rest] = command;
    const env = { ...process.env, NEO_API_KEY: "the-key", NEO_ACCESS_TOKEN: "the-token" };
    const child = spawn(first, [...rest, path.join(folder, file)], { env, stdio: ["ignore", "ignore", "pipe"] });
    const [errors] = await Promise.all([text(child.stderr), once(child, "exit")]);
    return child.exitCode === 0 ? "" : errors;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the samples of every operation", () => {
  it.each(Object.entries(RUNNERS))("send what the reference says: %s", async (language, runner) => {
    const missing = runner.needs.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
    if (missing.length > 0) return console.log(`${language} is skipped: no ${missing.join(", ")} here`);
    received.length = 0;
    const programs = operations.map((operation) =>
      runner.wrap.replace("CODE", () => code(operation, language as Language)),
    );
    expect(await run(runner.command, runner.file, programs.join("\n"))).toBe("");
    expect(received).toHaveLength(operations.length);
    for (const [n, { method, path: template, credential, parameters, body }] of operations.entries()) {
      const { request, body: sent } = received[n]!;
      const what = `${method} ${template}`;
      expect(request.method, what).toBe(method);
      expect(request.url, what).toMatch(new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[0-9a-f-]{36}")}$`));
      const authorization = { "API key": "Bearer the-key", "Access token": "Bearer the-token" };
      expect(request.headers.authorization, what).toBe(credential ? authorization[credential] : undefined);
      const isIdempotent = parameters.some(({ name }) => name === "Idempotency-Key");
      expect(/^[!-~]{32,}$/.test(request.headers["idempotency-key"] as string), what).toBe(isIdempotent);
      expect(sent && JSON.parse(sent), what).toEqual(body ? JSON.parse(body.examples[0]!.json) : "");
    }
  });

  it("quote apostrophes and words that only look like literals", async () => {
    const tricky = { name: 'It\'s "true": null', on: true, off: null, "not-a-name": [] };
    const [put] = operations.filter(({ method }) => method === "PUT");
    const examples = [{ title: null, json: JSON.stringify(tricky, null, 2) }];
    const operation = { ...put!, body: { ...put!.body!, examples } };
    for (const [language, { needs, command, file }] of Object.entries(RUNNERS)) {
      if (needs.some((program) => spawnSync(program, ["--version"]).error !== undefined)) continue;
      received.length = 0;
      expect(await run(command, file, code(operation, language as Language)), language).toBe("");
      expect(JSON.parse(received[0]!.body), language).toEqual(tricky);
    }
  });

  it("are short enough to read", () => {
    const lines = operations.flatMap((operation) =>
      LANGUAGES.flatMap((language) => code(operation, language).split("\n")),
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
