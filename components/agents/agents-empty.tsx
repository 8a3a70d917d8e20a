import { Bot } from "lucide-react";
import Link from "next/link";

import { EmptyState } from "@/components/list/empty-state";
import { QUICKSTART_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";

/** The list before the first agent. */
export function NoAgentsYet() {
  return (
    <EmptyState icon={Bot} title="No agents yet">
      <p className="max-w-md text-soft">Agents created through the API appear here.</p>
      <Link href={QUICKSTART_PATH} className={buttonClass()}>
        Open the Quickstart
      </Link>
    </EmptyState>
  );
}
