export const dynamic = "force-dynamic";

/** Liveness: this process answers. It asks nobody, so that a database that is away restarts no instance. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "Cache-Control": "no-store" } });
}
