import "server-only";

import { createTransport, type Transporter } from "nodemailer";

import { env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";
import { type InvitationMail, invitationMail } from "@/lib/mail/invitation-text";

/** What became of a mail: `none` where there is no address, `off` where mail is not set up. */
export type Delivery = "sent" | "failed" | "off" | "none";

/** An admin waits for this: a server that does not answer by then counts as failed. */
const TIMEOUT_MS = 5_000;

let transporter: Transporter | undefined;

function transport(url: string): Transporter {
  return (transporter ??= createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Mail is made of texts, never of files or addresses that a name could smuggle in.
    disableFileAccess: true,
    disableUrlAccess: true,
  }));
}

/**
 * Mails an invitation, where mail is set up (`SMTP_URL`). A failure is logged and told, never thrown: the invitation stands,
 * and its link can be copied.
 */
export async function sendInvitation(mail: InvitationMail): Promise<Delivery> {
  const { SMTP_URL, MAIL_FROM } = env();
  const { name, email } = mail.to;
  // First: without an address the link is offered, whether or not mail is set up.
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
