import type { ReactNode } from "react";

import { PendingFrame } from "@/components/shell/pending-navigation";
import { RolesAccessTabs } from "@/components/shell/navigation";

/** Title and tabs of Roles & Access, which keep the focus between tabs. It guards nothing: every page does that itself. */
export default function RolesAccessLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <h1 className="text-xl font-semibold">Roles &amp; Access</h1>
      <RolesAccessTabs />
      <div className="pt-4">
        <PendingFrame inTabs>{children}</PendingFrame>
      </div>
    </>
  );
}
