import { publicSettings } from "@/lib/effective-settings";
import { env } from "@/lib/env";
import { VERSION } from "@/lib/version";

export const dynamic = "force-dynamic";

/** Liveness: this process answers, and says what it is. It asks nobody, so that a database that is away restarts no instance. */
export function GET(): Response {
  const settings = env();
  return Response.json(
    { status: "ok", version: VERSION, environment: settings.NEO_ENVIRONMENT, settings: publicSettings(settings) },
    { headers: { "Cache-Control": "no-store" } },
  );
}
