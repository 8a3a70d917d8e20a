import { clsx } from "clsx";
import { Lock, Mail } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { AGENTS_PATH } from "@/components/shell/paths";
import { SignOutButton } from "@/components/account/sign-out-button";
import { buttonClass } from "@/components/ui/button";
import { textLinkClass } from "@/components/ui/link";
import { Message } from "@/components/ui/message";
import { listAdmins } from "@/lib/members/admin-contacts";
import { requirePageAccess } from "@/lib/auth/guard";
import { safePath } from "@/lib/auth/safe-path";
import { answerWith } from "@/lib/http/page-status";

export const metadata: Metadata = { title: "Access denied" };

/** A draft e-mail that asks an admin for the Admin role. */
function mailto(email: string, who: string): string {
  const subject = encodeURIComponent("Access to Roles & Access in Neo");
  const body = encodeURIComponent(`Hello,\n\ncould you give me the Admin role in Neo?\n\n${who}`);
  return `mailto:${encodeURIComponent(email).replaceAll("%40", "@")}?subject=${subject}&body=${body}`;
}

/** The number of admins, and which of them are listed. */
function adminsText(total: number, listed: number): string {
  if (total > listed) return `The ${listed} most recently active of ${total} admins`;
  return total === 1 ? "The only admin" : `All ${total} admins, the most recently active first`;
}

/** Shown to people without the Admin role: why, which account they use, and whom to ask. */
export default async function AccessDeniedPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const from = safePath((await searchParams).from);
  const { actor: member } = await requirePageAccess(from);
  // The role may have changed since, or the address was opened by hand.
  if (member.role === "Admin") redirect(from);
  const { total, admins } = await listAdmins(member);
  await answerWith(403);
  return (
    <Message
      icon={Lock}
      tone="warn"
      title="You don’t have access to this page"
      text={
        <span>
          This page is for admins of <bdi>{member.tenantName}</bdi>. Signed in as{" "}
          <strong className="font-semibold text-ink">
            <bdi>{member.name}</bdi>
          </strong>
          <span>{member.email ? ` (${member.email})` : ""}</span> with the{" "}
          <strong className="font-semibold text-ink">{member.role}</strong> role.
        </span>
      }
      action={
        <Link href={from} className={buttonClass("primary")} prefetch={false}>
          Try again
        </Link>
      }
      more={
        <>
          <Link href={AGENTS_PATH} className={buttonClass("plain")}>
            Go to Agents
          </Link>
          <SignOutButton />
        </>
      }
    >
      <p className="text-xs text-soft">Just been given access? Try again. To use another account, sign out first.</p>
      <section
        aria-labelledby="admins"
        className="mt-3 w-full max-w-xl rounded-lg border border-line bg-surface text-start"
      >
        <div className="border-b border-line px-4 py-3">
          <h2 id="admins" className="font-semibold">
            Ask an admin for access
          </h2>
          {total > 0 ? <p className="text-xs text-soft">{adminsText(total, admins.length)}</p> : null}
        </div>
        {total > 0 ? (
          <ul className="divide-y divide-line">
            {admins.map((admin) => (
              <Contact key={admin.id} admin={admin} who={member.name} />
            ))}
          </ul>
        ) : (
          <p className="px-4 py-3 text-soft">
            Your organisation has no admin at the moment. Ask the people who run this service.
          </p>
        )}
      </section>
    </Message>
  );
}

function Contact({ admin, who }: { admin: { name: string; email: string | null }; who: string }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
      <bdi className="min-w-0 font-medium break-words">{admin.name}</bdi>
      {admin.email ? (
        <a
          href={mailto(admin.email, who)}
          className={clsx("inline-flex min-h-6 min-w-0 items-center gap-1.5", textLinkClass)}
        >
          <Mail aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 break-all">{admin.email}</span>
        </a>
      ) : null}
    </li>
  );
}
