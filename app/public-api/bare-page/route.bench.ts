// What `npm run bench` compares a page of agents with: the least that a route of this server can do in the same bytes, which
// the benchmark puts here before it measures. Only the benchmark's build knows this file's extension (next.config.ts).
export const dynamic = "force-dynamic";

let body = "";

export async function PUT(request: Request): Promise<Response> {
  body = await request.text();
  return new Response(null, { status: 204 });
}

export function GET(): Response {
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}
