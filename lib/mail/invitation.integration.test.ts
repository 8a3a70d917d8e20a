import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";

import type { InvitationMail } from "./invitation";

/** What the server was handed. */
interface Received {
  readonly from: string;
  readonly to: string[];
  readonly body: string;
}

const received: Received[] = [];
let refusing = false;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onRcptTo: (_address, _session, done) => {
    done(refusing ? Object.assign(new Error("mailbox unavailable"), { responseCode: 550 }) : null);
  },
  onData: (stream, session, done) => {
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom ? mailFrom.address : "";
      received.push({ from, to: rcptTo.map(({ address }) => address), body: Buffer.concat(parts).toString() });
      done();
    });
  },
});

const MAIL: InvitationMail = {
  to: { name: "Gus <b>Guest</b>", email: "gus@example.com" },
  from: "Ada & Co",
  organisation: "Contoso",
  role: "User",
  url: "https://neo.example.com/invitation/AbC_-123",
  expiresAt: new Date("2026-11-30T09:00:00.000Z"),
};

/** A part of a multipart body, its quoted-printable or base64 undone. */
function part(body: string, type: string): string {
  const [head = "", ...rest] = (body.split(/^--.*$/m).find((piece) => piece.includes(type)) ?? "")
    .trim()
    .split(/\r?\n\r?\n/);
  const text = rest.join("\n\n");
  if (/base64/i.test(head)) return Buffer.from(text, "base64").toString();
  if (!/quoted-printable/i.test(head)) return text;
  return decodeURIComponent(
    text
      .replace(/=\r?\n/g, "")
      .replace(/%/g, "%25")
      .replace(/=([0-9A-F]{2})/g, "%$1"),
  );
}

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
});
afterAll(() => new Promise<void>((done) => server.close(done)));
beforeEach(() => {
  received.length = 0;
  refusing = false;
  vi.resetModules();
  vi.unstubAllEnvs();
});

/** The module as a process with these settings has it. */
async function sender(smtpUrl?: string) {
  const { port } = server.server.address() as AddressInfo;
  vi.stubEnv("SMTP_URL", smtpUrl ?? `smtp://127.0.0.1:${String(port)}`);
  vi.stubEnv("MAIL_FROM", "neo@contoso.example");
  return (await import("./invitation")).sendInvitation;
}

it("hands an invitation to the mail server, as text and as HTML, with the link in both", async () => {
  expect(await (await sender())(MAIL)).toBe("sent");
  expect(received).toHaveLength(1);
  const { from, to, body } = received[0]!;
  expect([from, to]).toEqual(["neo@contoso.example", ["gus@example.com"]]);
  expect(body).toMatch(/^Subject: Invitation to Contoso on Neo\r?$/m);
  const text = part(body, "text/plain");
  expect(text).toContain("Ada & Co invites you to Contoso on Neo, with the User role.");
  expect(text).toContain(MAIL.url);
  expect(text).toContain("until 30 November 2026, 09:00 UTC");
  const html = part(body, "text/html");
  expect(html).toContain(`href="${MAIL.url}"`);
  expect(html).toContain("Gus &lt;b&gt;Guest&lt;/b&gt;");
  expect(html).toContain("Ada &amp; Co");
  expect(html).not.toContain("<b>");
});

it("adds no recipient and no header that a name brings along", async () => {
  const name = 'x"\r\nBcc: all@example.com\r\n\r\nhello';
  const organisation = "Contoso\r\nBcc: all@example.com";
  await (
    await sender()
  )({ ...MAIL, organisation, to: { name, email: "gus@example.com" } });
  expect(received[0]?.to).toEqual(["gus@example.com"]);
  expect(received[0]?.body.split(/\r?\n\r?\n/)[0]).not.toMatch(/^Bcc:/im);
});

it("says of a refused mail and of a server that is not there that it failed", async () => {
  refusing = true;
  expect(await (await sender())(MAIL)).toBe("failed");
  vi.resetModules();
  expect(await (await sender("smtp://127.0.0.1:1"))(MAIL)).toBe("failed");
});

it("sends nothing where mail is not set up, nor without an address", async () => {
  expect(await (await sender())({ ...MAIL, to: { name: "Gus", email: null } })).toBe("none");
  vi.resetModules();
  expect(await (await sender(""))(MAIL)).toBe("off");
  expect(received).toEqual([]);
});
