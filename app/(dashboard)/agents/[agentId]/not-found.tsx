import Link from "next/link";

import { AGENTS_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";

/** For an agent that is absent and for another organisation's: the same. */
export default function NoSuchAgent() {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-line bg-surface px-4 py-14 text-center">
      <h1 className="text-lg font-semibold">There is no such agent</h1>
      <p className="text-soft">It may have been deleted, or the address is mistyped.</p>
      <Link href={AGENTS_PATH} className={buttonClass()}>
        All agents
      </Link>
    </div>
  );
}
