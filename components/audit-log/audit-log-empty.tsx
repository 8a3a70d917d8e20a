import { ScrollText, SearchX } from "lucide-react";

import { ClearFilters } from "@/components/list/clear-filters";

/** The log before anything happened, or beyond its end. @param path where the newest rows are, when this is not there */
export function NoEvents({ path }: { path: string | null }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <ScrollText aria-hidden className="size-8 text-accent" />
      <h2 className="text-lg font-semibold">{path ? "No more events" : "No events yet"}</h2>
      <p className="max-w-md text-soft">
        Every sign-in, every refusal and every change to members, keys and agents is recorded here as it happens, and
        can be neither changed nor removed.
      </p>
      {path ? <ClearFilters path={path} label="Go to the newest" /> : null}
    </div>
  );
}

/** The log when search and filters leave nothing. */
export function NoMatch({ path }: { path: string }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <SearchX aria-hidden className="size-8 text-soft" />
      <h2 className="text-lg font-semibold">Nothing matches</h2>
      <p className="text-soft">Try other words, other filters or a longer time.</p>
      <ClearFilters path={path} />
    </div>
  );
}
