import { FileQuestionMark } from "lucide-react";
import Link from "next/link";
import type { ReactElement } from "react";

import { AGENTS_PATH } from "@/components/shell/paths";
import { buttonClass } from "@/components/ui/button";
import { Message } from "@/components/ui/message";

/**
 * The message of a page that does not exist, and a link to one that does.
 * @param as its heading; below the title of a section it is the second one
 * @param more a second link
 */
export function NotFound({
  title = "Page not found",
  text = "The address may be wrong, or the page was removed.",
  to = AGENTS_PATH,
  label = "Go to Agents",
  as,
  more,
}: {
  title?: string;
  text?: string;
  to?: string;
  label?: string;
  as?: "h1" | "h2";
  more?: ReactElement | null;
}) {
  return (
    <Message
      icon={FileQuestionMark}
      title={title}
      {...(as && { as })}
      size="page"
      text={text}
      action={
        <Link href={to} prefetch={false} className={buttonClass("primary")}>
          {label}
        </Link>
      }
      more={more}
    />
  );
}
