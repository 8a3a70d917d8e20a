// What `npm run bench` compares with: the least that a route of this server can do, in as many bytes as /public-api/me.
// Only the benchmark's build knows this file's extension (next.config.ts).
export const dynamic = "force-dynamic";

const BODY = JSON.stringify({ data: "x".repeat(473) });

export function GET(): Response {
  return new Response(BODY, { headers: { "Content-Type": "application/json" } });
}
