import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { SECRET_SETTINGS } from "@/lib/config/secret-files";
import { testEnvironment } from "@/tests/support/test-environment";

import { PRODUCTION_FLAGS } from "../../dev/launch";
import { ROOT } from "../../dev/root";
import { PROGRAMS } from "../../scripts/standalone-folder";
import { readCompose } from "./compose";
import { parseDockerfile, readDockerignore } from "./dockerfile";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const stages = parseDockerfile(read("Dockerfile"));
const app = stages.at(-1)!;

describe("the Dockerfile", () => {
  test("ends in an image that runs the standalone folder with the flags of production, as a user other than root", () => {
    expect(app.steps).toEqual([{ kind: "copy", from: "build", sources: ["/src/.next/standalone"], to: "/app" }]);
    expect(app.command).toEqual(["node", ...PRODUCTION_FLAGS, "server.js"]);
    expect(app).toMatchObject({ user: "node", folder: "/app", stopSignal: "SIGTERM" });
    expect(app.env).toMatchObject({ NODE_ENV: "production", HOSTNAME: "0.0.0.0" });
    expect(app.probe.join(" ")).toContain("/api/health");
  });

  test("builds with a Node that is new enough, in steps that do not change with the code first", () => {
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    for (const { base } of stages) {
      const version = Number(/^node:(\d+)-slim$/.exec(base)?.[1]);
      expect(version).toBeGreaterThanOrEqual(Number.parseInt(engines.node.replace(">=", ""), 10));
    }
    expect(stages[0]?.steps.map((step) => (step.kind === "run" ? step.command : step.sources.join(" ")))).toEqual([
      "package.json package-lock.json .npmrc",
      "npm ci --omit=dev --include=optional",
      ".",
      "npm run standalone",
    ]);
  });

  test("is read to the last word: what cannot be carried out by hand is refused", () => {
    expect(() => parseDockerfile("FROM a AS b\nADD https://example.com /")).toThrow("ADD");
    expect(() => parseDockerfile("FROM a AS b\nRUN --network=host true")).toThrow("--network=host");
    expect(() => parseDockerfile("FROM a AS b\nCMD node server.js")).toThrow();
    expect(() => parseDockerfile("RUN true")).toThrow("before the first FROM");
  });
});

describe("what the build is given", () => {
  const leftOut = readDockerignore(read(".dockerignore"));

  test.each([
    ".env",
    ".env.local",
    "lib/.env.production",
    "neo.env",
    "secrets/database-url",
    ".git/config",
    ".data/nextauth-secret",
    ".next/server/app.js",
    "node_modules/next/package.json",
    "lib/generated/prisma/client.ts",
    "lib/config/env.test.ts",
    "e2e/keys.spec.ts",
    "something.new",
  ])("is not %s", (name) => {
    expect(leftOut(name)).toBe(true);
  });

  test.each([
    "package.json",
    ".npmrc",
    "app/page.tsx",
    "lib/config/env.ts",
    "dev/bootstrap.mjs",
    "prisma/schema.prisma",
  ])("is %s", (name) => {
    expect(leftOut(name)).toBe(false);
  });

  test("names files that there are", () => {
    const names = read(".dockerignore")
      .split("\n")
      .flatMap((line) => /^!(.+)/.exec(line)?.[1] ?? []);
    // Of static files there are none yet but the icon.
    expect(names.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual(
      existsSync(path.join(ROOT, "public")) ? [] : ["public"],
    );
    expect(names.length).toBeGreaterThan(10);
  });
});

describe("compose.yaml", () => {
  const { services, secrets } = readCompose();

  test("migrates before the application starts, with a program that there is, when the database is well", () => {
    expect(services.migrate.command).toEqual(["node", "bin/migrate.mjs"]);
    expect(Object.keys(PROGRAMS)).toContain("migrate");
    expect(services.migrate.depends_on).toEqual({ database: { condition: "service_healthy" } });
    expect(services.app.depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
    expect(services.migrate.restart).toBe("no");
  });

  test("gives secrets as files only, under names that the application knows", () => {
    const known: readonly string[] = SECRET_SETTINGS.map((name) => `${name}_FILE`);
    for (const { environment = {}, secrets: given = [] } of [services.app, services.migrate]) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(Object.values(environment).toSorted()).toEqual(given.map((name) => `/run/secrets/${name}`).toSorted());
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining([...given]));
    }
    for (const name of ["DATABASE_URL", "AZURE_AD_CLIENT_SECRET", "NEXTAUTH_SECRET"])
      expect(services.app.environment).toHaveProperty(`${name}_FILE`);
    expect(SECRET_SETTINGS.filter((name) => !(name in testEnvironment("")))).toEqual([]);
    for (const { file } of Object.values(secrets))
      expect(readDockerignore(read(".gitignore").replaceAll(/\/$/gm, ""))(file.slice(2))).toBe(true);
  });

  test("runs everything read-only and without privileges, and opens one port, to this machine", () => {
    for (const service of Object.values(services)) {
      expect(service.read_only).toBe(true);
      expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    }
    for (const service of [services.app, services.migrate]) expect(service.cap_drop).toEqual(["ALL"]);
    expect(services.app.ports).toEqual(["127.0.0.1:${PORT:-3000}:3000"]);
    expect(services.database.ports).toBeUndefined();
    expect(services.database.networks).toEqual(["inside"]);
  });

  test("asks whether the application is ready, and a database that is new enough", () => {
    expect(services.app.healthcheck?.test?.join(" ")).toContain("127.0.0.1:3000/api/ready");
    expect(Number(/^postgres:(\d+)/.exec(services.database.image ?? "")?.[1])).toBeGreaterThanOrEqual(15);
  });
});
