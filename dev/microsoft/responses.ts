import type { IncomingMessage, ServerResponse } from "node:http";

const MAX_BODY = 64 * 1024;

export function sendHtml(
  { appOrigin }: { readonly appOrigin: string },
  res: ServerResponse,
  status: number,
  html: string,
): void {
  res.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    // form-action also covers the form's redirect to the application.
    "Content-Security-Policy": `default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self' ${appOrigin}; frame-ancestors 'none'; base-uri 'none'`,
  });
  res.end(html);
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  res.end(JSON.stringify(body));
}

export function redirect(res: ServerResponse, to: string, params: Record<string, string | null>): void {
  const target = new URL(to);
  for (const [name, value] of Object.entries(params)) if (value !== null) target.searchParams.set(name, value);
  res.writeHead(303, { Location: target.href, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
  res.end();
}

/** @throws SyntaxError when the body is too large */
export async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) throw new SyntaxError("The body is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
