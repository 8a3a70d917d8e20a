import { SearchX } from "lucide-react";

import { ClearFilters } from "@/components/list/clear-filters";

/** The list when search or filter leave nothing; without them the person looking at it is always there. */
export function NoMemberMatches({ path }: { path: string }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <SearchX aria-hidden className="size-8 text-soft" />
      <h2 className="text-lg font-semibold">No member matches</h2>
      <p className="text-soft">Try other words, another role or another status.</p>
      <ClearFilters path={path} />
    </div>
  );
}
