"use client";

import { usePathname } from "next/navigation";

import { RolesAccessTabs } from "@/components/shell/navigation";
import { PageError } from "@/components/shell/page-error";
import { PageHeader } from "@/components/shell/page-header";
import { isWithin, SECTIONS } from "@/components/shell/sections";

/** One for all dashboard pages: Next prefetches the error pages of linked pages. */
export default function DashboardError(props: { error: Error & { digest?: string } }) {
  const pathname = usePathname();
  if (!isWithin(SECTIONS.rolesAccess, pathname)) return <PageError {...props} />;
  // It replaces the section's layout, so it shows the title and the tabs itself.
  return (
    <>
      <PageHeader title={SECTIONS.rolesAccess.title} description={SECTIONS.rolesAccess.description} />
      <RolesAccessTabs pathname={pathname} />
      <PageError as="h2" {...props} />
    </>
  );
}
