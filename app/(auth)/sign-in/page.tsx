import { clsx } from "clsx";
import { Check, RotateCw, ShieldCheck } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { Brand } from "@/components/shell/brand";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import type { MemberActor } from "@/lib/actor";
import { currentSession } from "@/lib/auth/guard";
import { safeLocalPath } from "@/lib/auth/safe-path";
import { signInNotice } from "@/lib/auth/sign-in-errors";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import { readiness } from "@/lib/db/readiness";
import { log } from "@/lib/logging/log";

import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

/** The person who is already signed in; "down" when the database is unavailable. */
async function visitor(): Promise<MemberActor | "down" | null> {
  try {
    const member = (await currentSession())?.actor ?? null;
    // Without a session nothing has asked the database yet.
    return !member && (await readiness()).database === "unreachable" ? "down" : member;
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    log().error({ err }, "the session could not be read");
    return "down";
  }
}

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { callbackUrl, error } = await searchParams;
  const origin = env().NEXTAUTH_URL;
  const goOn = safeLocalPath(callbackUrl, origin);
  const member = await visitor();
  const reason = typeof error === "string" ? error : undefined;
  if (member && member !== "down" && !reason) redirect(goOn);
  const notice = signInNotice(reason ?? (member === "down" ? "database-down" : undefined));

  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="flex flex-col px-5 py-6 sm:px-10">
        <Brand />
        <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          <h1 className="text-display font-semibold tracking-tight text-balance">Sign in to Neo</h1>
          <p className="mt-2 text-base text-soft">
            Manage your organisation’s agents and the API keys that reach them.
          </p>
          {notice ? (
            <div className="mt-6">
              <Callout tone={notice.tone === "info" ? "info" : "bad"} alert>
                <p className="font-semibold">{notice.title}</p>
                <p className="mt-0.5">{notice.text}</p>
                {notice.code ? (
                  <p className="mt-1 text-xs">
                    Microsoft’s code, for your IT department: <span translate="no">{notice.code}</span>
                  </p>
                ) : null}
              </Callout>
            </div>
          ) : null}
          <SignInForm callbackUrl={goOn} appOrigin={origin} again={notice?.tone === "error" && member !== "down"} />
          {member && member !== "down" ? (
            <div className="mt-4 grid gap-2">
              <p className="text-soft">
                You’re still signed in as <bdi className="font-medium break-words text-ink">{member.name}</bdi> (
                <bdi>{member.tenantName}</bdi>).
              </p>
              <Link href={goOn} className={buttonClass("plain")}>
                Continue to Neo
              </Link>
            </div>
          ) : null}
          <p className="mt-6 text-xs text-soft">
            Use your work account. We ask Microsoft for your name and e-mail address, nothing else, and never see your
            password.
          </p>
        </div>
      </main>
      <aside
        aria-hidden
        className="hidden place-items-center overflow-hidden border-l border-line bg-linear-to-br from-accent-wash to-sunken p-10 lg:grid"
      >
        <KeyPreview />
      </aside>
    </div>
  );
}

const ROWS = [
  { name: "Billing export script", key: "neo_sk_prod_…x7Qd", status: "Active", tone: "bg-good-wash text-good" },
  { name: "Ticket triage", key: "neo_sk_prod_…Lm2A", status: "Retiring", tone: "bg-accent-wash text-accent" },
  { name: "Nightly sync", key: "neo_sk_prod_…9fTe", status: "Expiring soon", tone: "bg-warn-wash text-warn" },
] as const;

const POINTS = [
  { icon: Check, text: "One key per integration, shown once" },
  { icon: RotateCw, text: "Rotate without downtime: the old key works for 24 more hours" },
  { icon: ShieldCheck, text: "Revoke a key and its next request is refused" },
] as const;

/** A picture of the keys page. Decoration, hidden from screen readers. */
function KeyPreview() {
  return (
    <div className="grid w-full max-w-lg gap-8">
      <p className="text-display font-semibold tracking-tight text-balance">
        Every key that can reach your agents, and what it’s for.
      </p>
      <div className="overflow-hidden rounded-lg border border-line bg-surface shadow-overlay">
        <div className="flex items-center justify-between border-b border-line px-4 py-2.5 text-xs font-medium text-soft">
          <span>API keys</span>
          <span>3 keys</span>
        </div>
        {ROWS.map((row) => (
          <div key={row.name} className="flex items-center gap-4 border-b border-line px-4 py-3 last:border-b-0">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{row.name}</span>
              <span className="block truncate font-mono text-xs text-soft">{row.key}</span>
            </span>
            <span className={clsx("rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap", row.tone)}>
              {row.status}
            </span>
          </div>
        ))}
      </div>
      <div className="grid gap-3">
        {POINTS.map(({ icon: Icon, text }) => (
          <p key={text} className="flex items-center gap-3">
            <span className="grid size-8 shrink-0 place-items-center rounded-full border border-line bg-surface text-accent">
              <Icon className="size-4" />
            </span>
            <span>{text}</span>
          </p>
        ))}
      </div>
    </div>
  );
}
