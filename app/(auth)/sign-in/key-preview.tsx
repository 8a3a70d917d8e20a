import { clsx } from "clsx";
import { Check, RotateCw, ShieldCheck } from "lucide-react";

const ROWS = [
  { name: "Billing export script", key: "neo_sk_prod_…x7Qd", status: "Active", tone: "bg-good-wash text-good" },
  { name: "Ticket triage", key: "neo_sk_prod_…Lm2A", status: "Retiring", tone: "bg-accent-wash text-accent" },
  { name: "Nightly sync", key: "neo_sk_prod_…9fTe", status: "Expiring soon", tone: "bg-warn-wash text-warn" },
] as const;

const POINTS = [
  { icon: Check, text: "One key per integration, shown once" },
  { icon: RotateCw, text: "Rotate without downtime: the old key works for 24 more hours" },
  { icon: ShieldCheck, text: "Revoke a key and its next request is refused" },
] as const;

/** A picture of the keys page. Decoration, hidden from screen readers. */
export function KeyPreview() {
  return (
    <div className="grid w-full max-w-lg gap-8">
      <p className="text-2xl font-semibold tracking-tight text-balance">
        Every key that can reach your agents, and what it’s for.
      </p>
      <div className="overflow-hidden rounded-xl border border-line bg-surface shadow-xl">
        <div className="flex items-center justify-between border-b border-line px-4 py-2.5 text-xs font-medium text-soft">
          <span>API keys</span>
          <span>3 keys</span>
        </div>
        {ROWS.map((row) => (
          <div key={row.name} className="flex items-center gap-4 border-b border-line px-4 py-3 last:border-b-0">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{row.name}</span>
              <span className="block truncate font-mono text-xs text-soft">{row.key}</span>
            </span>
            <span className={clsx("rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap", row.tone)}>
              {row.status}
            </span>
          </div>
        ))}
      </div>
      <div className="grid gap-3">
        {POINTS.map(({ icon: Icon, text }) => (
          <p key={text} className="flex items-center gap-3">
            <span className="grid size-8 shrink-0 place-items-center rounded-full border border-line bg-surface text-accent">
              <Icon className="size-4" />
            </span>
            <span>{text}</span>
          </p>
        ))}
      </div>
    </div>
  );
}
