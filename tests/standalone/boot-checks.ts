import path from "node:path";

import { until } from "../support/checks";
import { COMPOSE, DOCKERFILE } from "./container-files";
import { environmentOf, get, MIGRATE, type Scene, statusOf } from "./scene";

/** Starts with settings that are missing or wrong. */
export async function checkRefusedSettings({ checks, release, scratch, settings }: Scene): Promise<void> {
  const none = await release.runToEnd(DOCKERFILE.command, {});
  const names = ["DATABASE_URL", "AZURE_AD_CLIENT_ID", "AZURE_AD_CLIENT_SECRET", "NEXTAUTH_URL", "NEXTAUTH_SECRET"];
  checks.expect(
    "without settings the server exits with 1 and names all that are missing, without a stack trace",
    none.code === 1 &&
      names.every((name) => none.output.includes(`${name} is missing`)) &&
      !/^\s+at /m.test(none.output),
    { code: none.code },
  );
  const absent = path.join(scratch, "secrets", "absent");
  const wrong = await release.runToEnd(DOCKERFILE.command, {
    ...settings,
    NEXTAUTH_SECRET_FILE: absent,
    RATE_LIMIT_PER_MINUTE: "many",
  });
  checks.expect(
    "a missing secret file is named together with the other wrong settings",
    wrong.code === 1 &&
      wrong.output.includes(`NEXTAUTH_SECRET_FILE: ${absent} cannot be read (ENOENT)`) &&
      wrong.output.includes("RATE_LIMIT_PER_MINUTE must be"),
    { code: wrong.code },
  );
}

/** The migration step, and an instance before and after it. */
export async function checkMigrations(scene: Scene): Promise<void> {
  const { checks, release, scratch, url } = scene;
  await until("the server answers", async () => (await statusOf(`${url}/api/health`)) === 200);
  const [health, ready] = [await statusOf(`${url}/api/health`), await get(`${url}/api/ready`)];
  checks.expect(
    "before the migrations an instance is alive but not ready",
    health === 200 && ready.status === 503 && (await ready.text()).includes('"behind"'),
    { health, ready: ready.status },
  );
  const nothing = await release.runToEnd(MIGRATE, {});
  checks.expect(
    "the migration step without DATABASE_URL says so",
    nothing.code === 1 && nothing.output.startsWith("DATABASE_URL is missing"),
  );
  const unreachable = await release.runToEnd(MIGRATE, {
    DATABASE_URL: "postgresql://neo@127.0.0.1:1/neo",
    DATABASE_WAIT_SECONDS: "0",
  });
  checks.expect(
    "the migration step reports an unreachable database in one line",
    unreachable.code === 1 &&
      unreachable.output.includes("ECONNREFUSED") &&
      unreachable.output.trim().split("\n").length === 1,
  );
  const steps = [0, 1].map(() => release.runToEnd(MIGRATE, environmentOf("migrate", scratch)));
  const results = await Promise.all(steps);
  const saying = (words: string) => results.filter(({ code, output }) => code === 0 && output.includes(words)).length;
  checks.expect(
    "of two simultaneous migration steps one applies everything and the other finds nothing to apply",
    saying("Applied 2") === 1 && saying("Nothing to apply") === 1,
    { applied: results.flatMap(({ output }) => output.match(/\d{14}_/g) ?? []).length },
  );
  await until("the instance is ready", async () => (await statusOf(`${url}/api/ready`)) === 200);
  await checkHealthChecks(scene);
}

async function checkHealthChecks({ checks, release, listen }: Scene): Promise<void> {
  const commands = [DOCKERFILE.healthCheck, (COMPOSE.services.app.healthcheck?.test ?? []).slice(1)];
  // A container listens on 3000, this machine on a free port.
  const run = (port: string) =>
    Promise.all(
      commands.map((command) =>
        release.runToEnd(
          command.map((word) => word.replace("127.0.0.1:3000", `127.0.0.1:${port}`)),
          { PORT: port },
        ),
      ),
    );
  const [alive, dead] = [await run(listen.PORT ?? ""), await run("1")];
  checks.expect(
    "the health checks of the Dockerfile and of compose.yaml pass here, and fail where nothing listens",
    alive.every(({ code }) => code === 0) && dead.every(({ code }) => code === 1),
    { codes: [...alive, ...dead].map(({ code }) => code).join(" ") },
  );
}
