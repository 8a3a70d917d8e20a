// The baseline for a page of agents: the same bytes, uploaded before the measurement.
export const dynamic = "force-dynamic";

let body = "";

export async function PUT(request: Request): Promise<Response> {
  body = await request.text();
  return new Response(null, { status: 204 });
}

export function GET(): Response {
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}
