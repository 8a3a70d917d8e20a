"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

import { API_KEYS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";
import { PendingMark } from "@/components/shell/pending-navigation";
import { tabClass } from "@/components/shell/tab-class";

const TABS: readonly { href: string; label: string }[] = [
  { href: API_KEYS_PATH, label: "API Keys" },
  { href: MEMBERS_PATH, label: "Members" },
  { href: AUDIT_LOG_PATH, label: "Audit log" },
];

/** Links to the pages of Roles & Access. */
export function RolesAccessTabs() {
  const pathname = usePathname();
  return (
    <nav aria-label="Roles & Access" className="mt-3 flex gap-1 border-b border-line print:hidden">
      {TABS.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === pathname ? "page" : undefined}
          className={tabClass(href === pathname, "px-2.5 py-2")}
        >
          <span>{label}</span>
          <PendingMark href={href} />
        </Link>
      ))}
    </nav>
  );
}
