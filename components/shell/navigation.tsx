"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { usePathname } from "next/navigation";

import {
  AGENTS_PATH,
  API_KEYS_PATH,
  API_REFERENCE_PATH,
  AUDIT_LOG_PATH,
  MEMBERS_PATH,
  QUICKSTART_PATH,
} from "@/components/shell/paths";
import { PendingMark } from "@/components/shell/pending-navigation";

const LINKS = [
  { href: AGENTS_PATH, section: "/agents", label: "Agents", adminOnly: false },
  // Directly to the first tab: a redirect would cost a round trip.
  { href: API_KEYS_PATH, section: "/roles-access", label: "Roles & Access", adminOnly: true },
  { href: QUICKSTART_PATH, section: QUICKSTART_PATH, label: "Quickstart", adminOnly: false },
  { href: API_REFERENCE_PATH, section: API_REFERENCE_PATH, label: "API reference", adminOnly: false },
];

const TABS = [
  { href: API_KEYS_PATH, label: "API Keys" },
  { href: MEMBERS_PATH, label: "Members" },
  { href: AUDIT_LOG_PATH, label: "Audit log" },
];

/** The main navigation, without links that the person may not open. */
export function NavLinks({ isAdmin }: { isAdmin: boolean }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="mx-auto flex max-w-7xl flex-wrap gap-x-1 px-2">
      {LINKS.filter((link) => isAdmin || !link.adminOnly).map(({ href, section, label }) => {
        const current = pathname === section || pathname.startsWith(`${section}/`);
        return <Tab key={href} href={href} label={label} current={current} className="px-2" />;
      })}
    </nav>
  );
}

/** Links to the pages of Roles & Access. */
export function RolesAccessTabs() {
  const pathname = usePathname();
  return (
    <nav aria-label="Roles & Access" className="mt-3 flex gap-1 border-b border-line print:hidden">
      {TABS.map(({ href, label }) => (
        <Tab
          key={href}
          href={href}
          label={label}
          current={href === pathname || pathname.startsWith(`${href}/`)}
          className="px-2.5"
        />
      ))}
    </nav>
  );
}

/** Forced colours make transparent borders visible, so there they have the page's colour. */
function Tab({
  href,
  label,
  current,
  className,
}: {
  href: string;
  label: string;
  current: boolean;
  className: string;
}) {
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      className={clsx(
        "-mb-px border-b-2 py-2",
        className,
        current
          ? "border-accent font-semibold forced-colors:border-[Highlight]"
          : "border-transparent text-soft hover:text-ink forced-colors:border-[Canvas]",
      )}
    >
      <span>{label}</span>
      <PendingMark href={href} />
    </Link>
  );
}
