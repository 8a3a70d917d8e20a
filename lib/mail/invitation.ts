import "server-only";

import { createTransport, type Transporter } from "nodemailer";

import { env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";
import { type InvitationMail, invitationMail } from "@/lib/mail/invitation-text";

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
