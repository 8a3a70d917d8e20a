import { clsx } from "clsx";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const TONES = {
  info: { icon: Info, className: "bg-accent-wash text-ink" },
  warn: { icon: TriangleAlert, className: "bg-warn-wash text-warn" },
  bad: { icon: CircleAlert, className: "bg-bad-wash text-bad" },
} as const;

/** A short message; `alert` makes screen readers announce it when it appears. */
export function Callout({
  tone,
  alert = false,
  children,
}: {
  tone: keyof typeof TONES;
  alert?: boolean;
  children: ReactNode;
}) {
  const { icon: Icon, className } = TONES[tone];
  return (
    <div
      role={alert ? "alert" : undefined}
      className={clsx("flex items-start gap-2 rounded-md border border-transparent px-3 py-2", className)}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
