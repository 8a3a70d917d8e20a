import Link from "next/link";
import type { ReactNode } from "react";

import { AccountMenu } from "@/components/account/account-menu";
import { PaletteButton } from "@/components/command-palette/palette-button";
import { BrandMark } from "@/components/shell/brand";
import { NavLinks } from "@/components/shell/navigation";
import { PendingFrame } from "@/components/shell/pending-frame";
import { PendingNavigation } from "@/components/shell/pending-path";
import type { MemberActor } from "@/lib/actor";
import { RENDERED_FOR_META, renderedForId, type RenderedFor } from "@/lib/auth/rendered-for";

function renderedFor(member: MemberActor): string {
  const page: RenderedFor = { id: renderedForId(member), organisation: member.tenantName, name: member.name };
  return JSON.stringify(page);
}

/**
 * The frame of every dashboard page: organisation, navigation, account.
 * @param environment the deployment that keys belong to, such as "prod"; shown to members
 */
export function Shell({
  member,
  environment,
  children,
}: {
  member: MemberActor | null;
  environment?: string;
  children: ReactNode;
}) {
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
          <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-3 px-4 lg:min-h-14 lg:flex-nowrap">
            <div className="flex h-13 min-w-0 items-center gap-2.5">
              <Link href="/" className="flex items-center gap-2 text-base font-semibold">
                <BrandMark />
                Neo
              </Link>
              {member && environment ? <Organisation name={member.tenantName} environment={environment} /> : null}
            </div>
            {member ? (
              <>
                <span aria-hidden className="mx-1 h-5 w-px bg-line max-lg:hidden" />
                <NavLinks isAdmin={member.role === "Admin"} />
                <span className="flex-1" />
                <PaletteButton isAdmin={member.role === "Admin"} />
                <AccountMenu
                  name={member.name}
                  email={member.email}
                  role={member.role}
                  tenantName={member.tenantName}
                />
              </>
            ) : null}
          </div>
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

/** Whose dashboard this is. */
function Organisation({ name, environment }: { name: string; environment: string }) {
  return (
    <>
      <span aria-hidden className="text-line select-none">
        /
      </span>
      <bdi className="min-w-0 truncate font-medium">{name}</bdi>
      <span
        title={`Keys of this deployment begin with neo_sk_${environment}_`}
        translate="no"
        className="rounded-full border border-line bg-sunken px-2 font-mono text-xs text-soft"
      >
        {environment}
      </span>
    </>
  );
}
