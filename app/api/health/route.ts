import { publicSettings } from "@/lib/config/effective-settings";
import { env } from "@/lib/config/env";
import { VERSION } from "@/lib/config/version";

export const dynamic = "force-dynamic";

/** Liveness, version and settings of this process. It queries nothing, so an unavailable database restarts no instance. */
export function GET(): Response {
  const settings = env();
  return Response.json(
    { status: "ok", version: VERSION, environment: settings.NEO_ENVIRONMENT, settings: publicSettings(settings) },
    { headers: { "Cache-Control": "no-store" } },
  );
}
