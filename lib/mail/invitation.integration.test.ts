import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";

import { type MailServer, mailPart, startMailServer } from "@/tests/support/mail-server";

import type { InvitationMail } from "./invitation";

let server: MailServer;

const MAIL: InvitationMail = {
  to: { name: "Gus <b>Guest</b>", email: "gus@example.com" },
  from: "Ada & Co",
  organisation: "Contoso",
  role: "User",
  url: "https://neo.example.com/invitation/AbC_-123",
  expiresAt: new Date("2026-11-30T09:00:00.000Z"),
};

beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
  server.refusing = false;
  vi.resetModules();
  vi.unstubAllEnvs();
});

/** The module, loaded with these settings. */
async function sender(smtpUrl?: string) {
  vi.stubEnv("SMTP_URL", smtpUrl ?? server.url);
  vi.stubEnv("MAIL_FROM", "neo@contoso.example");
  return (await import("./invitation")).sendInvitation;
}

it("sends an invitation as text and HTML, with the link in both", async () => {
  expect(await (await sender())(MAIL)).toBe("sent");
  expect(server.received).toHaveLength(1);
  const { from, to, body } = server.received[0]!;
  expect([from, to]).toEqual(["neo@contoso.example", ["gus@example.com"]]);
  expect(body).toMatch(/^Subject: Invitation to Contoso on Neo\r?$/m);
  const text = mailPart(body, "text/plain");
  expect(text).toContain("Ada & Co invites you to Contoso on Neo, with the User role.");
  expect(text).toContain(MAIL.url);
  expect(text).toContain("until 30 November 2026, 09:00 UTC");
  const html = mailPart(body, "text/html");
  expect(html).toContain(`href="${MAIL.url}"`);
  expect(html).toContain("Gus &lt;b&gt;Guest&lt;/b&gt;");
  expect(html).toContain("Ada &amp; Co");
  expect(html).not.toContain("<b>");
});

it("adds no recipient or header injected by a name", async () => {
  const name = 'x"\r\nBcc: all@example.com\r\n\r\nhello';
  const organisation = "Contoso\r\nBcc: all@example.com";
  await (
    await sender()
  )({ ...MAIL, organisation, to: { name, email: "gus@example.com" } });
  expect(server.received[0]?.to).toEqual(["gus@example.com"]);
  expect(server.received[0]?.body.split(/\r?\n\r?\n/)[0]).not.toMatch(/^Bcc:/im);
});

it("reports a refused mail and an unreachable server as failed", async () => {
  server.refusing = true;
  expect(await (await sender())(MAIL)).toBe("failed");
  vi.resetModules();
  expect(await (await sender("smtp://127.0.0.1:1"))(MAIL)).toBe("failed");
});

it("sends nothing without mail settings or without an address", async () => {
  expect(await (await sender())({ ...MAIL, to: { name: "Gus", email: null } })).toBe("none");
  vi.resetModules();
  expect(await (await sender(""))(MAIL)).toBe("off");
  expect(await (await sender(""))({ ...MAIL, to: { name: "Gus", email: null } })).toBe("none");
  expect(server.received).toEqual([]);
});
