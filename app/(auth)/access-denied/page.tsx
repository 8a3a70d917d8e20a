import { Lock, Mail } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";

import { Shell } from "@/components/shell/shell";
import { SignOutButton } from "@/components/shell/sign-out-button";
import { buttonClass } from "@/components/ui/button";
import { listAdmins, type AdminContact } from "@/lib/auth/admins";
import { guardPage } from "@/lib/auth/guard";
import { safePath } from "@/lib/auth/safe-path";

export const metadata: Metadata = { title: "Access denied" };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A mail to an admin that already says what is asked for. */
function mailto(email: string, who: string): string {
  const subject = encodeURIComponent("Access to Roles & Access in Neo");
  const body = encodeURIComponent(`Hello,\n\ncould you give me the Admin role in Neo?\n\n${who}`);
  return `mailto:${encodeURIComponent(email).replaceAll("%40", "@")}?subject=${subject}&body=${body}`;
}

/** Where someone lands whose role is too small: why, who they are, whom to ask. */
export default async function AccessDeniedPage({ searchParams }: Props) {
  const from = safePath((await searchParams).from);
  const member = await guardPage(from);
  // The role may have come since, or the address was opened by hand.
  if (member.role === "Admin") redirect(from);
  const admins = await listAdmins(member);
  return (
    <Shell member={{ name: member.name, email: member.email, role: member.role, tenantName: member.tenantName }}>
      <div className="mx-auto grid max-w-xl gap-6 py-6 sm:py-12">
        <div className="grid gap-3">
          <span className="grid size-10 place-items-center rounded-lg bg-warn-wash text-warn">
            <Lock aria-hidden className="size-5" />
          </span>
          <h1 className="text-2xl font-semibold tracking-tight">You don’t have access to this page</h1>
          <p className="text-base break-words text-soft">
            It is for admins of <bdi>{member.tenantName}</bdi>. You are signed in as{" "}
            <strong className="font-semibold text-ink">
              <bdi>{member.name}</bdi>
            </strong>
            {member.email ? ` (${member.email})` : ""} with the{" "}
            <strong className="font-semibold text-ink">{member.role}</strong> role.
          </p>
        </div>
        <section aria-labelledby="admins" className="rounded-lg border border-line bg-surface">
          <h2 id="admins" className="border-b border-line px-4 py-3 font-semibold">
            Ask an admin for access
          </h2>
          {admins.length > 0 ? (
            <ul className="divide-y divide-line">
              {admins.map((admin) => (
                <Contact key={admin.id} admin={admin} who={member.name} />
              ))}
            </ul>
          ) : (
            <p className="px-4 py-3 text-soft">
              Your organisation has no admin at the moment. Ask whoever runs this service.
            </p>
          )}
        </section>
        <div className="flex flex-wrap gap-2">
          <Link href={from} className={buttonClass("primary")} prefetch={false}>
            Try again
          </Link>
          <Link href="/" className={buttonClass("plain")}>
            Back to the start
          </Link>
          <SignOutButton />
        </div>
        <p className="text-xs text-soft">
          Someone gave you the role just now? Try again: it counts at once. To use another account, sign out first.
        </p>
      </div>
    </Shell>
  );
}

function Contact({ admin, who }: { admin: AdminContact; who: string }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
      <bdi className="min-w-0 font-medium break-words">{admin.name}</bdi>
      {admin.email ? (
        <a
          href={mailto(admin.email, who)}
          className="inline-flex min-w-0 items-center gap-1.5 text-accent underline underline-offset-4"
        >
          <Mail aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 break-all">{admin.email}</span>
        </a>
      ) : null}
    </li>
  );
}
