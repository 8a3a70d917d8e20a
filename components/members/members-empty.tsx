import { SearchX } from "lucide-react";
import Link from "next/link";

import { buttonClass } from "@/components/ui/button";

/** The list when search or filter leave nothing; without them there is always whoever looks at it. */
export function NoMemberMatches({ path }: { path: string }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <SearchX aria-hidden className="size-8 text-soft" />
      <h2 className="text-lg font-semibold">No member matches</h2>
      <p className="text-soft">Try other words, another role or another status.</p>
      <Link href={path} className={buttonClass()}>
        Clear search and filters
      </Link>
    </div>
  );
}
