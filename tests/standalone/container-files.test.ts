import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { SECRET_SETTINGS } from "@/lib/config/secret-files";
import { testEnvironment } from "@/tests/support/test-environment";

import { PRODUCTION_FLAGS } from "../../dev/launch";
import { ROOT } from "../../dev/root";
import { BUILD_INPUTS } from "../../scripts/build";
import { PROGRAMS } from "../../scripts/standalone-folder";
import { COMPOSE, DOCKER_CONTEXT, DOCKERFILE } from "./container-files";

describe("the Dockerfile", () => {
  test("ends in an image that runs the standalone folder with production's flags, as a user other than root", () => {
    expect(DOCKERFILE.stages).toEqual(["${NODE_IMAGE} AS build", "${NODE_IMAGE} AS app"]);
    expect(DOCKERFILE.copies.at(-1)).toBe("/src/.next/standalone ./");
    expect(DOCKERFILE.command).toEqual(["node", ...PRODUCTION_FLAGS, "server.js"]);
    expect(DOCKERFILE).toMatchObject({ user: "node", folder: "/app", stopSignal: "SIGTERM" });
    expect(DOCKERFILE.environment).toMatchObject({ NODE_ENV: "production", HOST: "0.0.0.0" });
    expect(DOCKERFILE.port).toBe(Number(DOCKERFILE.environment.PORT));
    expect(DOCKERFILE.healthCheck.join(" ")).toContain("/api/health");
  });

  test("has no instruction that the tests do not look at", () => {
    const known = [
      "ARG",
      "FROM",
      "WORKDIR",
      "COPY",
      "RUN",
      "ENV",
      "USER",
      "EXPOSE",
      "STOPSIGNAL",
      "HEALTHCHECK",
      "CMD",
    ];
    expect(known).toEqual(expect.arrayContaining([...DOCKERFILE.keywords]));
  });

  test("builds with a supported Node, and installs packages before it copies the code", () => {
    const { engines } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    expect(DOCKERFILE.baseImages).toHaveLength(1);
    const version = Number(/^node:(\d+)-slim$/.exec(DOCKERFILE.baseImages[0] ?? "")?.[1]);
    expect(version).toBeGreaterThanOrEqual(Number.parseInt(engines.node.replace(">=", ""), 10));
    expect(DOCKERFILE.keywords.slice(1, 7)).toEqual(["FROM", "WORKDIR", "COPY", "RUN", "COPY", "RUN"]);
    expect(DOCKERFILE.copies.slice(0, 2)).toEqual(["package.json package-lock.json .npmrc ./", ". ."]);
    expect(DOCKERFILE.runs).toEqual(["npm ci --omit=dev --include=optional", "npm run standalone"]);
  });
});

describe(".dockerignore", () => {
  test("excludes everything, lets in what the build needs, and no settings, tests or generated code among it", () => {
    expect(DOCKER_CONTEXT.first).toBe("*");
    expect(DOCKER_CONTEXT.excluded).toEqual(["lib/generated", "**/.env*", "**/*.test.ts", "**/*.test.tsx"]);
    const needed = BUILD_INPUTS.filter((name) => !name.startsWith(".env")).map((name) =>
      name.replace(/^(prisma|scripts)\/.*/, "$1"),
    );
    expect(DOCKER_CONTEXT.names).toEqual(
      expect.arrayContaining(["package.json", ".npmrc", "dev", "scripts", ...needed]),
    );
  });

  test("names only files that exist, none of which is a test's", () => {
    expect(DOCKER_CONTEXT.names.filter((name) => name !== "server" && !existsSync(path.join(ROOT, name)))).toEqual([]);
    for (const name of [".", ".git", ".data", ".next", "node_modules", "neo.env", "secrets", "tests", "e2e", "bench"])
      expect(DOCKER_CONTEXT.names).not.toContain(name);
  });
});

describe("compose.yaml", () => {
  const { services, secrets } = COMPOSE;

  test("migrates with an existing program once the database is healthy, and starts the application afterwards", () => {
    expect(services.migrate.command).toEqual(["node", "bin/migrate.mjs"]);
    expect(Object.keys(PROGRAMS)).toContain("migrate");
    expect(services.migrate.depends_on).toEqual({ database: { condition: "service_healthy" } });
    expect(services.app.depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
    expect(services.migrate.restart).toBe("no");
  });

  test("passes secrets as files only, by settings that the application knows", () => {
    const known: readonly string[] = SECRET_SETTINGS.map((name) => `${name}_FILE`);
    for (const { environment = {}, secrets: given = [] } of [services.app, services.migrate]) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(Object.values(environment).toSorted()).toEqual(given.map((name) => `/run/secrets/${name}`).toSorted());
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining([...given]));
    }
    for (const name of ["DATABASE_URL", "AZURE_AD_CLIENT_SECRET", "NEXTAUTH_SECRET"])
      expect(services.app.environment).toHaveProperty(`${name}_FILE`);
    expect(SECRET_SETTINGS.filter((name) => !(name in testEnvironment("")))).toEqual([]);
  });

  test("keeps its secrets in a folder that Git ignores", () => {
    const ignored = readFileSync(path.join(ROOT, ".gitignore"), "utf8").split("\n");
    expect(ignored).toContain("secrets/");
    for (const { file } of Object.values(secrets)) expect(file).toMatch(/^\.\/secrets\//);
  });

  test("runs everything read-only and unprivileged, and publishes one port, the image's, on loopback", () => {
    for (const service of Object.values(services)) {
      expect(service.read_only).toBe(true);
      expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    }
    for (const service of [services.app, services.migrate]) expect(service.cap_drop).toEqual(["ALL"]);
    expect(services.app.ports).toEqual([`127.0.0.1:\${PORT:-3000}:${DOCKERFILE.port}`]);
    expect(services.database.ports).toBeUndefined();
    expect(services.database.networks).toEqual(["inside"]);
  });

  test("checks that the application is ready, and has a supported PostgreSQL", () => {
    expect(services.app.healthcheck?.test?.join(" ")).toContain(`127.0.0.1:${DOCKERFILE.port}/api/ready`);
    expect(Number(/^postgres:(\d+)/.exec(services.database.image ?? "")?.[1])).toBeGreaterThanOrEqual(15);
  });
});
