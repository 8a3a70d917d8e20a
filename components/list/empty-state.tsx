import { SearchX, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { ClearFilters } from "@/components/list/list-toolbar";

/** What a list shows in place of its rows. */
export function EmptyState({
  icon: Icon,
  iconClass = "text-accent",
  title,
  children,
}: {
  icon: LucideIcon;
  iconClass?: "text-accent" | "text-soft";
  title: string;
  children: ReactNode;
}) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <Icon aria-hidden className={`size-8 ${iconClass}`} />
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </div>
  );
}

/** What a list shows when search and filters leave nothing. @param path the list without them */
export function NoMatch({ title, hint, path }: { title: string; hint: string; path: string }) {
  return (
    <EmptyState icon={SearchX} iconClass="text-soft" title={title}>
      <p className="text-soft">{hint}</p>
      <ClearFilters path={path} />
    </EmptyState>
  );
}
