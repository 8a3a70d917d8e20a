import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { SMTPServer } from "smtp-server";

/** A mail as the server received it. */
interface ReceivedMail {
  readonly from: string;
  readonly to: string[];
  /** Headers and body. */
  readonly body: string;
}

/** A real mail server on loopback that keeps what it gets. */
export interface MailServer {
  /** The SMTP_URL for it. */
  readonly url: string;
  readonly received: ReceivedMail[];
  /** While set, every recipient is refused. */
  refusing: boolean;
  stop(): Promise<void>;
}

/** Starts a mail server without authentication. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) => {
      done(server.refusing ? Object.assign(new Error("mailbox unavailable"), { responseCode: 550 }) : null);
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
  smtp.listen(0, "127.0.0.1");
  await once(smtp.server, "listening");
  const { port } = smtp.server.address() as AddressInfo;
  const server: MailServer = {
    url: `smtp://127.0.0.1:${String(port)}`,
    received,
    refusing: false,
    stop: () =>
      new Promise<void>((done) => {
        smtp.close(done);
      }),
  };
  return server;
}

/** A part of a multipart mail, decoded from quoted-printable or base64. */
export function mailPart(body: string, type: string): string {
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
