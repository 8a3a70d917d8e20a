import { Bot, SearchX } from "lucide-react";
import Link from "next/link";

import { QUICKSTART_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";
import { ClearFilters } from "@/components/list/clear-filters";

/** The list before the first agent. */
export function NoAgentsYet() {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <Bot aria-hidden className="size-8 text-accent" />
      <h2 className="text-lg font-semibold">No agents yet</h2>
      <p className="max-w-md text-soft">Agents created through the API appear here.</p>
      <Link href={QUICKSTART_PATH} className={buttonClass()}>
        Open the Quickstart
      </Link>
    </div>
  );
}

/** The list when search or filter leave nothing. */
export function NoAgentMatches({ path }: { path: string }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <SearchX aria-hidden className="size-8 text-soft" />
      <h2 className="text-lg font-semibold">No agent matches</h2>
      <p className="text-soft">Try other words or another filter.</p>
      <ClearFilters path={path} />
    </div>
  );
}
