// nginx reads 4 kB of an answer's headers by default and makes a 502 of every answer that has more.
import { once } from "node:events";
import { connect } from "node:net";

import { CookieJar, signInByForms } from "../tests/support/sign-in";

import { CONFIRM_FIELD } from "../lib/auth/confirmation-outcome";
import { pageHeaders, sessionOf } from "./access-calls";
import { PAGES } from "./access-table";
import { expect, setting, test } from "./fixtures";

const LIMIT = 4_096;
const LONG = `q=${"x".repeat(8_000)}`;
/** Each character is nine once it is encoded. */
const ENCODED = `q=${"%C3%A9".repeat(1_300)}`;

interface Head {
  readonly status: number;
  readonly bytes: number;
  readonly location: string | undefined;
  readonly lines: readonly string[];
}

/** Sends a request as it stands, and measures the head of the answer as it comes over the wire. */
async function headOf(target: string, fields: Readonly<Record<string, string>> = {}, body?: string): Promise<Head> {
  const { hostname, port, host } = new URL(setting("NEO_E2E_URL"));
  const socket = connect({ host: hostname, port: Number(port) });
  const sent = {
    Host: host,
    Connection: "close",
    ...fields,
    ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
  };
  const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${body === undefined ? "GET" : "POST"} ${target} HTTP/1.1\r\n${head.join("")}\r\n${body ?? ""}`);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  await once(socket, "close");
  const answer = Buffer.concat(chunks);
  const bytes = answer.indexOf("\r\n\r\n") + 4;
  const lines = answer.subarray(0, bytes).toString("latin1").split("\r\n");
  return {
    status: Number(lines[0]?.split(" ")[1]),
    bytes,
    location: lines.find((line) => /^location:/i.test(line))?.replace(/^location: */i, ""),
    lines,
  };
}

function expectShort(head: Head, what: string): void {
  expect(head.status, what).toBeGreaterThanOrEqual(200);
  expect(head.bytes, `${what}\n${head.lines.join("\n").slice(0, 6_000)}`).toBeLessThan(LIMIT);
}

const ADDRESSES = Object.entries(PAGES).map(([pattern, { path }]) => {
  const id = "11111111-2222-4333-8444-555555555555";
  return path?.({ agentId: id, keyId: id, keyName: "", agentName: "" } as never) ?? pattern;
});

test("the headers of every page stay below 4 kB, whatever the address says", async () => {
  const url = setting("NEO_E2E_URL");
  const sessions = new Map<string, string>([["nobody", ""]]);
  for (const person of ["Contoso Admin", "Contoso Viewer"])
    sessions.set(person, (await signInByForms(url, setting("NEO_E2E_STAND_IN_URL"), person)).header);

  for (const [person, cookie] of sessions) {
    for (const address of ADDRESSES) {
      const page = address === "/" ? "" : address;
      for (const target of [
        `${page}/?${LONG}`,
        `${address}?${LONG}`,
        `${address}?${ENCODED}`,
        `/${page}?${LONG}`,
        `${page}/${"x".repeat(8_000)}/`,
        `${address}?callbackUrl=%2F${"x".repeat(8_000)}&from=%2F${"x".repeat(4_000)}&error=${"x".repeat(1_000)}`,
      ]) {
        const what = `${person}: ${target.slice(0, 60)}`;
        expectShort(await headOf(target, { Cookie: cookie }), what);
        expectShort(await headOf(target, { Cookie: cookie, RSC: "1" }), `${what} (RSC)`);
      }
    }
  }
});

test("so do those of handlers and of the API", async () => {
  const url = setting("NEO_E2E_URL");
  const admin = (await signInByForms(url, setting("NEO_E2E_STAND_IN_URL"), "Contoso Admin")).header;
  for (const address of [
    "/roles-access/audit-log/export",
    "/roles-access/members/people",
    "/api/health",
    "/api/ready",
    "/api/metrics",
    "/icon.svg",
    "/_next/static/nothing-here.js",
    "/public-api/me",
    "/public-api/agents",
    "/public-api/nothing-here",
  ])
    for (const target of [`${address}?${LONG}`, `${address}/?${LONG}`, `${address}/${"x".repeat(8_000)}`])
      for (const fields of [{}, { Cookie: admin }] as Record<string, string>[])
        expectShort(await headOf(target, fields), target.slice(0, 60));
});

test("every step of a sign-in stays below 4 kB of headers, and ends at the page that was asked for", async () => {
  const url = setting("NEO_E2E_URL");
  const wanted = `/agents?${LONG}`;
  const begun = await headOf(`/api/auth/signin?callbackUrl=${encodeURIComponent(wanted)}`);
  expect(begun.location).toContain(`callbackUrl=${encodeURIComponent(`${url}/agents`)}`);
  expect(begun.lines.find((line) => /^set-cookie: next-auth\.callback-url=/i.test(line))).toContain(
    `=${encodeURIComponent(`${url}/agents`)};`,
  );

  for (const target of [
    `/api/auth/signin?callbackUrl=${encodeURIComponent(wanted)}`,
    `/api/auth/signin?error=${"x".repeat(8_000)}`,
    `/api/auth/error?error=${"x".repeat(8_000)}`,
    `/api/auth/callback/azure-ad?code=${"x".repeat(8_000)}&state=${"y".repeat(2_000)}`,
    `/api/auth/callback/azure-ad?error=${"x".repeat(8_000)}`,
    `/api/auth/csrf?${LONG}`,
    `/api/auth/nothing-here?${LONG}`,
  ]) {
    expectShort(await headOf(target), target.slice(0, 60));
    // Left in the cookie by an earlier release or by another page.
    const cookie = `next-auth.callback-url=${encodeURIComponent(url + wanted)}`;
    expectShort(await headOf(target, { Cookie: cookie }), `${target.slice(0, 60)} with a long cookie`);
  }

  const jar = new CookieJar();
  const { csrfToken } = (await (await jar.fetch(`${url}/api/auth/csrf`)).json()) as { csrfToken: string };
  const form = new URLSearchParams({ csrfToken, callbackUrl: `${url}${wanted}` });
  const fields = { Cookie: jar.header, Origin: url, "Content-Type": "application/x-www-form-urlencoded" };
  for (const action of ["signin/azure-ad", "signout"])
    expectShort(await headOf(`/api/auth/${action}`, fields, form.toString()), action);
});

test("so does a confirmation from the page with the longest address", async ({ db }) => {
  const url = setting("NEO_E2E_URL");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const jar = new CookieJar();
  const { csrfToken } = (await (await jar.fetch(`${url}/api/auth/csrf`)).json()) as { csrfToken: string };
  const callbackUrl = `${url}/roles-access/api-keys?q=${"x".repeat(900)}`;
  const form = new URLSearchParams({ csrfToken, callbackUrl, json: "true" });
  const head = await headOf(
    "/api/auth/signin/azure-ad",
    {
      ...pageHeaders(cookie),
      cookie: `${cookie}; ${jar.header}`,
      Origin: url,
      "Content-Type": "application/x-www-form-urlencoded",
      [CONFIRM_FIELD]: "1",
    },
    form.toString(),
  );
  expectShort(head, "the confirmation");
  expect(head.lines.filter((line) => /^set-cookie: neo-confirming=/i.test(line))).toHaveLength(1);
});
