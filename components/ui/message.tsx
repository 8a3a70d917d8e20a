import { clsx } from "clsx";
import type { ComponentType, ReactElement, ReactNode } from "react";

import { BADGE_TONES } from "@/components/ui/badge";

/**
 * A message in place of content: a page that isn't there, an empty list, an error.
 * @param as its heading; below the title of a page it is the second one
 * @param size of the heading: `page` for a message in place of a page
 * @param align `start` for a page that has more below the message
 * @param text what is the matter, in a sentence
 * @param action what to do next
 * @param more what else one can do
 * @param children below them
 */
export function Message({
  icon: Icon,
  tone = "quiet",
  title,
  as: Heading = "h1",
  size = Heading === "h1" ? "page" : "part",
  align = "center",
  text,
  action,
  more,
  children,
}: {
  icon: ComponentType<{ className?: string; "aria-hidden"?: boolean }>;
  tone?: keyof typeof BADGE_TONES;
  title: ReactNode;
  as?: "h1" | "h2";
  size?: "page" | "part";
  align?: "center" | "start";
  text?: ReactNode;
  action?: ReactElement | null;
  more?: ReactElement | null;
  children?: ReactNode;
}) {
  const centered = align === "center";
  return (
    <div className={clsx("grid gap-3", centered && "justify-items-center px-4 py-14 text-center")}>
      {/* The border shows only in forced colours. */}
      <span className={clsx("grid size-10 place-items-center rounded-lg border border-transparent", BADGE_TONES[tone])}>
        <Icon aria-hidden className="size-5" />
      </span>
      <div className={clsx("grid min-w-0 gap-1", centered && "max-w-md")}>
        <Heading
          className={clsx(
            "font-semibold text-balance [overflow-wrap:anywhere]",
            size === "page" ? "text-xl tracking-tight" : "text-base",
          )}
        >
          {title}
        </Heading>
        {text ? <p className="text-pretty [overflow-wrap:anywhere] text-soft">{text}</p> : null}
      </div>
      {action ? (
        <div className={clsx("mt-1 flex flex-wrap gap-2", centered && "justify-center")}>
          {action}
          {more}
        </div>
      ) : null}
      {children}
    </div>
  );
}
