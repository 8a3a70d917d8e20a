import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

import { API_KEYS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";

const TABS: readonly { href: string; label: string }[] = [
  { href: API_KEYS_PATH, label: "API Keys" },
  { href: MEMBERS_PATH, label: "Members" },
  { href: AUDIT_LOG_PATH, label: "Audit log" },
];

/** Title and tabs of Roles & Access, with the current tab's panel. A frame of the page, not a layout: it shows nothing to whom the page's guard sends away. */
export function RolesAccessFrame({ current, children }: { current: string; children: ReactNode }) {
  return (
    <>
      <h1 className="text-xl font-semibold">Roles &amp; Access</h1>
      <div role="tablist" aria-label="Roles & Access" className="mt-3 flex gap-1 border-b border-line">
        {TABS.map(({ href, label }) => (
          <Link
            key={href}
            id={`tab-${label.replace(" ", "-")}`}
            role="tab"
            aria-selected={href === current}
            aria-controls="roles-access-panel"
            href={href}
            className={clsx(
              "-mb-px border-b-2 px-2.5 py-2",
              href === current ? "border-accent font-semibold" : "border-transparent text-soft hover:text-ink",
            )}
          >
            {label}
          </Link>
        ))}
      </div>
      <div
        id="roles-access-panel"
        role="tabpanel"
        aria-label={TABS.find((tab) => tab.href === current)?.label}
        className="pt-4"
      >
        {children}
      </div>
    </>
  );
}
