import { publicSettings } from "@/lib/config/effective-settings";
import { env } from "@/lib/config/env";
import { VERSION } from "@/lib/config/version";

export const dynamic = "force-dynamic";

/** Liveness: this process answers, and says what it is. It asks nobody, so that a database that is away restarts no instance. */
export function GET(): Response {
  const settings = env();
  return Response.json(
    { status: "ok", version: VERSION, environment: settings.NEO_ENVIRONMENT, settings: publicSettings(settings) },
    { headers: { "Cache-Control": "no-store" } },
  );
}
