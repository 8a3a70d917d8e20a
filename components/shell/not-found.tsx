import Link from "next/link";

import { AGENTS_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";

/**
 * The message of a page that does not exist, and a link to one that does.
 * @param as its heading; below the title of a section it is the second one
 */
export function NotFound({
  title = "Page not found",
  text = "The address may be wrong, or the page was removed.",
  to = AGENTS_PATH,
  label = "Go to Agents",
  as: Heading = "h1",
}: {
  title?: string;
  text?: string;
  to?: string;
  label?: string;
  as?: "h1" | "h2";
}) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-line bg-surface px-4 py-14 text-center">
      <Heading className="text-lg font-semibold">{title}</Heading>
      <p className="text-soft">{text}</p>
      <Link href={to} prefetch={false} className={buttonClass()}>
        {label}
      </Link>
    </div>
  );
}
