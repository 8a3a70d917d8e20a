import Link from "next/link";

import { AGENTS_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";

/** The message of a page that does not exist, and a link to one that does. */
export function NotFound({
  title = "Page not found",
  text = "The address may be wrong, or the page was removed.",
  to = AGENTS_PATH,
}) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-line bg-surface px-4 py-14 text-center">
      <h1 className="text-lg font-semibold">{title}</h1>
      <p className="text-soft">{text}</p>
      <Link href={to} prefetch={false} className={buttonClass()}>
        Go to Agents
      </Link>
    </div>
  );
}
