"use client";

import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

import { API_KEYS_PATH, APPLICATIONS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";
import { PendingMark, usePendingPath } from "@/components/shell/pending-path";
import { isWithin, SECTIONS } from "@/components/shell/sections";

const TABS = [
  { href: API_KEYS_PATH, label: "API Keys" },
  { href: APPLICATIONS_PATH, label: "Applications" },
  { href: MEMBERS_PATH, label: "Members" },
  { href: AUDIT_LOG_PATH, label: "Audit log" },
];

/** The main navigation, without links that the person may not open. Beside the brand where there is room, below it elsewhere. */
export function NavLinks({ isAdmin }: { isAdmin: boolean }) {
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="order-last -mx-2 flex w-full gap-x-1 max-sm:mx-0 max-sm:grid max-sm:auto-cols-fr max-sm:grid-flow-col lg:order-none lg:mx-0 lg:w-auto lg:self-stretch"
    >
      {Object.values(SECTIONS)
        .filter((section) => isAdmin || !("adminOnly" in section))
        .map((section) => (
          <Tab
            key={section.href}
            href={section.href}
            icon={section.icon}
            label={section.title}
            current={isWithin(section, pathname)}
          />
        ))}
    </nav>
  );
}

/** Links to the pages of Roles & Access. @param pathname the page that is shown, or about to be */
export function RolesAccessTabs({ pathname }: { pathname: string }) {
  return (
    <nav aria-label="Roles & Access" className="-mt-2 flex gap-1 border-b border-line print:hidden">
      {TABS.map(({ href, label }) => (
        <Tab key={href} href={href} label={label} current={isWithin({ path: href }, pathname)} />
      ))}
    </nav>
  );
}

/** The tabs on a page of Roles & Access. They show where a click leads before that page has loaded. */
export function CurrentTabs() {
  const pathname = usePathname();
  const pending = usePendingPath();
  return (
    <RolesAccessTabs pathname={pending !== null && isWithin(SECTIONS.rolesAccess, pending) ? pending : pathname} />
  );
}

function Tab({
  href,
  icon: Icon,
  label,
  current,
}: {
  href: string;
  icon?: LucideIcon;
  label: string;
  current: boolean;
}) {
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      className={clsx(
        "tab-line inline-flex items-center gap-1.5 px-2.5 py-2.5 font-medium -outline-offset-2 transition-colors",
        // On a phone all of them fit, with the icon above the word.
        Icon ? "max-sm:flex-col max-sm:gap-0.5 max-sm:px-0 max-sm:text-center max-sm:text-xs" : "max-sm:px-1.5",
        current || "text-soft hover:text-ink",
      )}
    >
      {Icon ? <Icon aria-hidden className="size-4" /> : null}
      <span>{label}</span>
      <PendingMark href={href} />
    </Link>
  );
}
