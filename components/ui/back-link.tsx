import { ChevronLeft } from "lucide-react";
import Link from "next/link";

/** The link from a page to the list it belongs to. */
export function BackLink({ href, label }: { href: string; label: string }) {
  return (
    <Link
      href={href}
      className="-ml-1 inline-flex min-h-6 items-center gap-0.5 rounded-sm text-xs text-soft hover:text-ink"
    >
      <ChevronLeft aria-hidden className="size-3.5" />
      <span>{label}</span>
    </Link>
  );
}
