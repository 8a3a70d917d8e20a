import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

import { API_KEYS_PATH } from "@/components/shell/paths";

const TABS = [{ href: API_KEYS_PATH, label: "API Keys" }] as const;

/** Title and tabs of Roles & Access, with the current tab's panel. A frame of the page, not a layout: it shows nothing to whom the page's guard sends away. */
export function RolesAccessFrame({ current, children }: { current: (typeof TABS)[number]["href"]; children: ReactNode }) {
  return (
    <>
      <h1 className="text-xl font-semibold">Roles &amp; Access</h1>
      <div role="tablist" aria-label="Roles & Access" className="border-line mt-3 flex gap-1 border-b">
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
              href === current ? "border-accent font-semibold" : "text-soft hover:text-ink border-transparent",
            )}
          >
            {label}
          </Link>
        ))}
      </div>
      <div id="roles-access-panel" role="tabpanel" aria-label={TABS.find((tab) => tab.href === current)?.label} className="pt-4">
        {children}
      </div>
    </>
  );
}
