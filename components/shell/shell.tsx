import { KeyRound } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { AccountMenu } from "@/components/account/account-menu";
import { NavLinks } from "@/components/shell/navigation";
import { PendingFrame, PendingNavigation } from "@/components/shell/pending-navigation";
import type { MemberActor } from "@/lib/actor";
import { RENDERED_FOR_META, renderedForId, type RenderedFor } from "@/lib/auth/rendered-for";

function renderedFor(member: MemberActor): string {
  const page: RenderedFor = { id: renderedForId(member), organisation: member.tenantName, name: member.name };
  return JSON.stringify(page);
}

/** The frame of every dashboard page: organisation, navigation, account. */
export function Shell({ member, children }: { member: MemberActor | null; children: ReactNode }) {
  return (
    <PendingNavigation>
      <div className="flex min-h-dvh flex-col">
        {member ? <meta name={RENDERED_FOR_META} content={renderedFor(member)} /> : null}
        <a
          href="#content"
          className="absolute top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0 print:hidden"
        >
          Skip to content
        </a>
        <header className="border-b border-line bg-surface print:hidden">
          <div className="mx-auto flex h-12 max-w-7xl items-center gap-3 px-4">
            <Link href="/" className="flex items-center gap-2 font-semibold">
              <span className="grid size-6 place-items-center rounded-md bg-accent text-on-accent">
                <KeyRound aria-hidden className="size-3.5" />
              </span>
              Neo
            </Link>
            {member ? (
              <>
                <span aria-hidden className="h-5 w-px bg-line" />
                <bdi className="min-w-0 truncate text-soft">{member.tenantName}</bdi>
                <span className="flex-1" />
                <AccountMenu
                  name={member.name}
                  email={member.email}
                  role={member.role}
                  tenantName={member.tenantName}
                />
              </>
            ) : null}
          </div>
          {member ? <NavLinks isAdmin={member.role === "Admin"} /> : null}
        </header>
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 outline-none print:max-w-none print:p-0"
        >
          <PendingFrame>{children}</PendingFrame>
        </main>
      </div>
    </PendingNavigation>
  );
}
