import { ScrollText } from "lucide-react";

import { ClearFilters } from "@/components/list/clear-filters";
import { EmptyState } from "@/components/list/empty-state";

/** An empty log, or a page beyond its end. @param path the newest events, when this page is beyond the end */
export function NoEvents({ path }: { path: string | null }) {
  return (
    <EmptyState icon={ScrollText} title={path ? "No more events" : "No events yet"}>
      <p className="max-w-md text-soft">
        Every sign-in, every refusal and every change to members, keys and agents is recorded here, and can’t be changed
        or removed.
      </p>
      {path ? <ClearFilters path={path} label="Go to the newest" /> : null}
    </EmptyState>
  );
}
