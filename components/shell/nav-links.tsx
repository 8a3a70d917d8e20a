"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

import { AGENTS_PATH, API_KEYS_PATH, API_REFERENCE_PATH, QUICKSTART_PATH } from "@/components/shell/paths";
import { PendingMark } from "@/components/shell/pending-navigation";
import { tabClass } from "@/components/shell/tab-class";

const LINKS = [
  { href: AGENTS_PATH, section: "/agents", label: "Agents", adminOnly: false },
  // Directly to the first tab: a redirect would cost a round trip.
  { href: API_KEYS_PATH, section: "/roles-access", label: "Roles & Access", adminOnly: true },
  { href: QUICKSTART_PATH, section: QUICKSTART_PATH, label: "Quickstart", adminOnly: false },
  { href: API_REFERENCE_PATH, section: API_REFERENCE_PATH, label: "API reference", adminOnly: false },
];

/** The main navigation, without links that the person may not open. */
export function NavLinks({ isAdmin }: { isAdmin: boolean }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="mx-auto flex max-w-7xl flex-wrap gap-x-1 px-2">
      {LINKS.filter((link) => isAdmin || !link.adminOnly).map(({ href, section, label }) => {
        const current = pathname === section || pathname.startsWith(`${section}/`);
        return (
          <Link key={href} href={href} aria-current={current ? "page" : undefined} className={tabClass(current)}>
            <span>{label}</span>
            <PendingMark href={href} />
          </Link>
        );
      })}
    </nav>
  );
}
