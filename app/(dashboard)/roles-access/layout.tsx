import type { ReactNode } from "react";

import { PageHeader } from "@/components/shell/page-header";
import { PendingFrame } from "@/components/shell/pending-frame";
import { CurrentTabs } from "@/components/shell/navigation";
import { SECTIONS } from "@/components/shell/sections";

/** Title and tabs of Roles & Access, which keep the focus between tabs. It guards nothing: every page does that itself. */
export default function RolesAccessLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title={SECTIONS.rolesAccess.title} description={SECTIONS.rolesAccess.description} />
      <CurrentTabs />
      <div className="pt-4">
        <PendingFrame inTabs>{children}</PendingFrame>
      </div>
    </>
  );
}
