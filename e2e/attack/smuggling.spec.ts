// Raw requests that a proxy and the server could parse differently.
import { newKey, sessionOf } from "../access-calls";
import { expect, KEYS_PATH, test } from "../fixtures";
import { dial, head, hear, say } from "../wire";

import { tried } from "./tried";

const VICTIM = "GET /public-api/tenant HTTP/1.1\r\nHost: localhost\r\n";

/** The responses, by their status lines: one follows the body of another without a line break. */
const answers = (raw: Buffer) => raw.toString("latin1").match(/HTTP\/1\.1 \d{3}/g) ?? [];

test("a hidden second request is never answered: CL+TE, TE.TE, two lengths, odd chunks, folded fields", async ({
  db,
}) => {
  const key = await newKey(db);
  // A proxy would treat this as a body, so the server must not answer it as a request.
  const hidden = `${VICTIM}Authorization: Bearer ${key}\r\n\r\n`;
  const chunked = `0\r\n\r\n${hidden}`;
  const length = (text: string) => `Content-Length: ${String(Buffer.byteLength(text))}`;
  const bent: [what: string, fields: string[], body: string][] = [
    ["CL.TE", [length(chunked), "Transfer-Encoding: chunked"], chunked],
    ["TE.CL", ["Transfer-Encoding: chunked", "Content-Length: 4"], `5c\r\n${hidden}\r\n0\r\n\r\n`],
    ["TE, not chunked", ["Transfer-Encoding: identity", length(hidden)], hidden],
    ["TE of two", ["Transfer-Encoding: chunked, identity", length(hidden)], hidden],
    ["TE twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], chunked],
    ["TE with a sign", ["Transfer-Encoding: xchunked", length(hidden)], hidden],
    ["TE with a tab", ["Transfer-Encoding:\tchunked", length(chunked)], chunked],
    ["TE with a blank before the colon", ["Transfer-Encoding : chunked", length(chunked)], chunked],
    ["TE folded", ["Transfer-Encoding:\r\n chunked", length(chunked)], chunked],
    ["TE in another field's line feed", ["X: y\nTransfer-Encoding: chunked", length(chunked)], chunked],
    ["TE after a carriage return", ["X: y\rTransfer-Encoding: chunked", length(chunked)], chunked],
    ["two lengths", ["Content-Length: 0", length(hidden)], hidden],
    ["a list of lengths", [`Content-Length: 0, ${String(hidden.length)}`], hidden],
    ["a length with a plus", [`Content-Length: +0`], hidden],
    ["a length below nothing", ["Content-Length: -1"], hidden],
    ["a length in hexadecimal", ["Content-Length: 0x0"], hidden],
    ["a length beyond every number", ["Content-Length: 99999999999999999999999"], hidden],
    ["a chunk of a bent size", ["Transfer-Encoding: chunked"], `0x0\r\n\r\n${hidden}`],
    ["a chunk of a size that overflows", ["Transfer-Encoding: chunked"], `ffffffffffffffff1\r\n\r\n${hidden}`],
    ["a chunk that ends with a bare line feed", ["Transfer-Encoding: chunked"], `1\r\nx\n0\r\n\r\n${hidden}`],
    ["two Hosts", ["Host: evil.example", length(hidden)], hidden],
    ["a NUL", ["X: a\0b", length(hidden)], hidden],
  ];
  let attempts = 0;
  for (const line of [
    "POST /public-api/agents HTTP/1.1",
    `POST ${KEYS_PATH} HTTP/1.1`,
    "POST /api/auth/signout HTTP/1.1",
  ]) {
    for (const [what, fields, body] of bent) {
      const raw = await say(head(line, [...fields, "Connection: close"]) + body);
      const label = `${what}: ${line}: ${raw.toString("latin1").slice(0, 400)}`;
      expect(answers(raw).length, label).toBeLessThanOrEqual(1);
      expect(raw.toString("latin1"), label).not.toContain("Contoso");
      attempts++;
    }
  }
  // Control: the same request is answered when pipelined correctly.
  const open = await say(
    head("GET /public-api/health HTTP/1.1") + hidden.replace("Host: localhost", "Host: localhost\r\nConnection: close"),
  );
  expect(answers(open)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200"]);
  expect(open.toString()).toContain("Contoso");
  tried(attempts);
});

test("header fields of a mebibyte are refused: in one line, in many, in a cookie and in a credential", async ({
  db,
}) => {
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const million = "x".repeat(1_048_576);
  const floods = [
    `X: ${million}`,
    `Authorization: Bearer ${million}`,
    `Cookie: ${cookie}; x=${million}`,
    `${million}: x`,
    Array.from({ length: 20_000 }, (_, n) => `X-${String(n)}: ${"y".repeat(40)}`).join("\r\n"),
    Array.from({ length: 60_000 }, () => "Cookie: a=b").join("\r\n"),
  ];
  let attempts = 0;
  for (const target of ["/public-api/me", KEYS_PATH, "/api/auth/session", `/${million}`]) {
    for (const flood of floods) {
      const socket = await dial();
      const heard = hear(socket);
      socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${flood}\r\n\r\n`);
      // The response may be lost when the server closes during the upload, but the request must not succeed.
      expect((await heard).toString("latin1"), target.slice(0, 40)).toMatch(/^(?:HTTP\/1\.1 431 |HTTP\/1\.1 4\d\d |$)/);
      attempts++;
    }
  }
  tried(attempts);
});
