// The baseline for a page of agents: the same bytes, which the benchmark uploads before it measures.
export const dynamic = "force-dynamic";

let body = "";

export async function PUT(request: Request): Promise<Response> {
  body = await request.text();
  return new Response(null, { status: 204 });
}

export function GET(): Response {
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}
