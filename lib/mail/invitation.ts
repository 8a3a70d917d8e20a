import "server-only";

import { createTransport, type Transporter } from "nodemailer";

import { env } from "@/lib/config/env";
import type { Role } from "@/lib/generated/prisma/enums";
import { log } from "@/lib/logging/log";

/** The content of an invitation mail. */
export interface InvitationMail {
  readonly to: { readonly name: string; readonly email: string | null };
  /** The admin who invites. */
  readonly from: string;
  readonly organisation: string;
  readonly role: Role;
  readonly url: string;
  /** Null where the URL is not a single-use link. */
  readonly expiresAt: Date | null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for HTML. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** `30 November 2026, 09:00 UTC`: the reader's time zone is unknown. */
function inUtc(moment: Date): string {
  const form = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat("en-GB", form).format(moment).replace(" at ", ", ")} UTC`;
}

/** Subject, text and HTML of an invitation. */
function invitationMail(mail: InvitationMail): { subject: string; text: string; html: string } {
  const { to, from, organisation, role, url, expiresAt } = mail;
  const paragraphs = [
    `Hello ${to.name},`,
    `${from} invites you to ${organisation} on Neo, with the ${role} role.`,
    expiresAt
      ? `Open this link and sign in with your Microsoft work account. It works once, until ${inUtc(expiresAt)}:`
      : "Sign in with your Microsoft work account:",
  ];
  const end = "If you weren’t expecting this, you can ignore it. Nothing happens until someone signs in.";
  const html = [
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    `<p><a href="${escapeHtml(url)}">${expiresAt ? "Accept the invitation" : "Open Neo"}</a></p>`,
    `<p style="word-break:break-all">${escapeHtml(url)}</p>`,
    `<p>${escapeHtml(end)}</p>`,
  ];
  return {
    subject: `Invitation to ${organisation} on Neo`,
    text: [...paragraphs, url, end].join("\n\n") + "\n",
    html: `<!doctype html><html lang="en"><body style="font-family:sans-serif">${html.join("")}</body></html>`,
  };
}

/** The outcome of a mail: `none` without an address, `off` where mail is not configured. */
export type Delivery = "sent" | "failed" | "off" | "none";

/** An admin waits for this; a slower server counts as failed. */
const TIMEOUT_MS = 5_000;

let transporter: Transporter | undefined;

function transport(url: string): Transporter {
  return (transporter ??= createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Names must not smuggle in files or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  }));
}

/**
 * Mails an invitation, where mail is configured (`SMTP_URL`). A failure is logged and returned, never thrown: the invitation
 * remains valid, and its link can be copied.
 */
export async function sendInvitation(mail: InvitationMail): Promise<Delivery> {
  const { SMTP_URL, MAIL_FROM } = env();
  const { name, email } = mail.to;
  // Without an address the link is offered, whether or not mail is configured.
  if (!email) return "none";
  if (!SMTP_URL || !MAIL_FROM) return "off";
  try {
    await transport(SMTP_URL).sendMail({
      from: { name: "Neo", address: MAIL_FROM },
      to: { name, address: email },
      ...invitationMail(mail),
    });
    return "sent";
  } catch (err) {
    log().error({ err }, "an invitation could not be mailed");
    return "failed";
  }
}
