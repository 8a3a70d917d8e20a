// The baseline of `npm run bench`: a route that does the least possible work and returns as many bytes as /public-api/me.
export const dynamic = "force-dynamic";

const BODY = JSON.stringify({ data: "x".repeat(505) });

export function GET(): Response {
  return new Response(BODY, { headers: { "Content-Type": "application/json" } });
}
