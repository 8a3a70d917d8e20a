import { MailCheck, MailX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import type { SearchParams } from "nuqs/server";
import type { ComponentProps } from "react";

import { SignInForm } from "@/app/(auth)/sign-in/sign-in-form";
import { PlainFrame } from "@/components/shell/plain-frame";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { LocalTime } from "@/components/time/time";
import { Message } from "@/components/ui/message";
import { currentSession } from "@/lib/auth/guard";
import { renderedForId } from "@/lib/auth/rendered-for";
import { signInNotice } from "@/lib/auth/sign-in-errors";
import { env } from "@/lib/config/env";
import { readInvitation } from "@/lib/members/invitations";
import { answerWith } from "@/lib/http/page-status";

import { takeInvitationAlongAction } from "./actions";

// The address is a secret: keep it from search engines and from Referer headers (next.config.ts).
export const metadata: Metadata = { title: "Invitation", robots: "noindex" };

const ENDS = {
  accepted: "invitation-used",
  expired: "invitation-expired",
  withdrawn: "invitation-unknown",
} as const;

interface Props {
  params: Promise<{ token: string }>;
  searchParams: Promise<SearchParams>;
}

/** The page of an invitation link. Opening it does not use the invitation up: mail programs open links too. */
export default async function InvitationPage({ params, searchParams }: Props) {
  const { token } = await params;
  const { problem } = await searchParams;
  const link = await readInvitation(token);
  const member = (await currentSession())?.actor;
  const end = signInNotice(!link ? "invitation-unknown" : link.state === "open" ? undefined : ENDS[link.state]);
  const refused = typeof problem === "string" && problem.startsWith("invitation-") ? signInNotice(problem) : null;

  if (!link || end) {
    await answerWith(link ? 410 : 404);
    return (
      <Frame
        icon={MailX}
        tone="warn"
        title={end?.title}
        text={end?.text}
        action={
          <Link href="/" className={buttonClass("primary")}>
            {member ? "Continue to Neo" : "Sign in"}
          </Link>
        }
      />
    );
  }
  const title = (
    <span>
      You’re invited to <bdi translate="no">{link.organisation}</bdi>
    </span>
  );
  return (
    <Frame icon={MailCheck} tone="accent" title={title}>
      {refused ? (
        <Callout tone="bad" alert>
          <p className="font-semibold">{refused.title}</p>
          <p className="mt-0.5">{refused.text}</p>
        </Callout>
      ) : null}
      {member?.tenantId === link.tenantId ? (
        <>
          <p className="break-words text-soft">
            You’re signed in as{" "}
            <strong className="font-semibold text-ink">
              <bdi>{member.name}</bdi>
            </strong>{" "}
            and are already a member. The link still works for the person it was meant for.
          </p>
          <p>
            <Link href="/" className={buttonClass("primary")}>
              Continue to Neo
            </Link>
          </p>
        </>
      ) : (
        <>
          <p className="break-words text-soft">
            Sign in with your Microsoft work account at <bdi>{link.organisation}</bdi> to join with the{" "}
            <strong className="font-semibold text-ink">{link.role}</strong> role. The link works once, until{" "}
            <LocalTime at={link.expiresAt} />.
          </p>
          <div className="max-w-sm">
            <SignInForm
              callbackUrl="/"
              appOrigin={env().NEXTAUTH_URL}
              again={refused !== null}
              prepare={takeInvitationAlongAction.bind(null, token, member ? renderedForId(member) : null)}
            />
          </div>
        </>
      )}
    </Frame>
  );
}

function Frame(message: Omit<ComponentProps<typeof Message>, "align">) {
  return (
    <PlainFrame>
      <Message align="start" {...message} />
    </PlainFrame>
  );
}
