import { Mail, UserX } from "lucide-react";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import type { SearchParams } from "nuqs/server";

import { PlainFrame } from "@/components/shell/plain-frame";
import { buttonClass } from "@/components/ui/button";
import { Message } from "@/components/ui/message";
import type { AdmissionRefusal } from "@/lib/auth/admission";
import { readRefused, REFUSED_COOKIE, type RefusedVisitor } from "@/lib/auth/refused-visitor";
import { signInNotice } from "@/lib/auth/sign-in-errors";
import { env } from "@/lib/config/env";
import { answerWith } from "@/lib/http/page-status";

export const metadata: Metadata = { title: "Not in this organisation" };

/** Refusals that this page explains: what a disabled account means, the sign-in page says. */
type ExplainedRefusal = Exclude<AdmissionRefusal, "account-gone">;

/** The reason for each refusal, as the end of a sentence. */
const REASONS: Readonly<Record<ExplainedRefusal, string>> = {
  "not-a-member": "nobody has added you to Neo yet",
  removed: "an admin removed you from Neo",
  "guest-first": "you’re a guest of that organisation, and none of its own people has set it up in Neo yet",
  "tenant-not-allowed": "its organisation can’t sign in here right now",
  "tenant-disabled": "its organisation can’t sign in here right now",
};

/** What to do about each refusal, step by step. Reveals nothing about an organisation to strangers, not even its admins. */
const STEPS: Readonly<Record<ExplainedRefusal, readonly string[]>> = {
  "not-a-member": [
    "Ask a Neo admin in your organisation to invite you under Roles & Access › Members. If you don’t know who that is, ask your IT department.",
    "If you get an invitation link, open it and sign in with this same account.",
    "Otherwise sign in again once they’ve added you. It takes effect immediately.",
  ],
  removed: [
    "Ask a Neo admin in your organisation to restore you under Roles & Access › Members. Nothing you created is lost.",
    "Then sign in again with this same account. It takes effect immediately.",
  ],
  "guest-first": [
    "If your own organisation uses Neo, sign in with your account there.",
    "Otherwise ask someone with an account in the organisation you’re visiting to sign in to Neo first. They become its admin and can invite you.",
    "If Microsoft lists you as a guest by mistake, ask that organisation’s IT department to assign you the Admin app role.",
  ],
  "tenant-not-allowed": [
    "If your organisation uses Neo, you may have picked the wrong account. Sign in with your work account.",
    "Otherwise ask the operator of this service to allow your organisation, and send them its directory ID.",
    "Then sign in again. The first person to sign in sets the organisation up.",
  ],
  "tenant-disabled": [
    "Ask the operator of this service why your organisation was disabled, and send them its directory ID.",
    "Nothing is lost. Once it’s enabled again, sign in as before.",
  ],
};

/** Refusals that someone in the organisation can resolve, rather than the operator. */
const BETWEEN_PEOPLE: ReadonlySet<ExplainedRefusal> = new Set(["not-a-member", "removed", "guest-first"]);

/** A draft e-mail that asks for access; the person adds the address. */
function mailto(reason: ExplainedRefusal, { name, email, tid }: RefusedVisitor): string {
  const who = email ? `${name} (${email})` : name;
  const ask = BETWEEN_PEOPLE.has(reason)
    ? `could you ${reason === "removed" ? "restore me in" : "invite me to"} Neo, under Roles & Access › Members?\n\nMy account: ${who}`
    : `could you let our organisation into Neo?\n\nDirectory ID: ${tid}\nMy account: ${who}`;
  const body = `Hello,\n\n${ask}\n\n${env().NEXTAUTH_URL}`;
  return `mailto:?subject=${encodeURIComponent("Access to Neo")}&body=${encodeURIComponent(body)}`;
}

/** Shown after a refused sign-in: why, with which account, and what to do next. */
export default async function NotInOrganisationPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const asked = (await searchParams).reason;
  const reason =
    typeof asked === "string" && Object.hasOwn(STEPS, asked) ? (asked as ExplainedRefusal) : "not-a-member";
  await answerWith(403);
  const visitor = readRefused((await cookies()).get(REFUSED_COOKIE)?.value);
  return (
    <PlainFrame>
      <div role="alert">
        <Message
          align="start"
          icon={UserX}
          tone="warn"
          title={signInNotice(reason)?.title}
          text={`Your Microsoft account is fine, but ${REASONS[reason]}.`}
        />
      </div>
      {visitor ? (
        <dl className="grid gap-3 rounded-lg border border-line bg-surface px-4 py-3">
          <div>
            <dt className="text-xs text-soft">Signed in as</dt>
            <dd className="font-medium [overflow-wrap:anywhere]">
              <bdi>{visitor.name}</bdi>
              {visitor.email ? <span className="block font-normal">{visitor.email}</span> : null}
            </dd>
          </div>
          {BETWEEN_PEOPLE.has(reason) ? null : (
            <div>
              <dt className="text-xs text-soft">Your organisation’s directory ID</dt>
              <dd className="font-mono text-xs [overflow-wrap:anywhere]">{visitor.tid}</dd>
            </div>
          )}
        </dl>
      ) : null}
      <section aria-labelledby="next">
        <h2 id="next" className="mb-2 font-semibold">
          What to do next
        </h2>
        <ol className="grid list-decimal gap-2 pl-5">
          {STEPS[reason].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
      <div className="flex flex-wrap gap-2">
        {/* NextAuth still remembers where the person wanted to go. */}
        <form method="get" action="/api/auth/signin">
          <button type="submit" className={buttonClass("primary")}>
            Sign in with another account
          </button>
        </form>
        {visitor ? (
          <a href={mailto(reason, visitor)} className={buttonClass()}>
            <Mail aria-hidden className="size-4" />
            Draft an e-mail
          </a>
        ) : null}
      </div>
    </PlainFrame>
  );
}
