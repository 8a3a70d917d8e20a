import { clsx } from "clsx";
import { AppWindow, Bot, CircleAlert, KeyRound, User, UserX } from "lucide-react";
import Link from "next/link";

import { AUDIT_LOG_COLUMNS } from "@/components/list/columns";
import { AuditLogRow } from "@/components/audit-log/audit-log-row";
import { auditPath } from "@/components/audit-log/audit-path";
import { labelOf } from "@/components/audit-log/labels";
import { Cell, DataTable, RowHeader } from "@/components/list/data-table";
import { LocalDateAndClock } from "@/components/time/time";
import { IpAddress } from "@/components/ui/ip-address";
import { textLinkClass } from "@/components/ui/link";
import { AUDIT_LABELS, NO_ID, TARGET_LABELS } from "@/lib/audit-log/actions";
import type { AuditUrl } from "@/lib/audit-log/list-url";
import type { AuditEventModel } from "@/lib/generated/prisma/models";

type AuditEventView = Omit<AuditEventModel, "prevHash" | "hash">;

const ACTORS = {
  MEMBER: { icon: User, word: "Member" },
  API_KEY: { icon: KeyRound, word: "API key" },
  APPLICATION: { icon: AppWindow, word: "Application" },
  PERSON: { icon: UserX, word: "Not a member" },
} as const;

/** One page of the audit log, newest first. */
export function AuditLogTable({
  rows,
  targets,
  url,
}: {
  rows: readonly AuditEventView[];
  /** The pages of targets, by id. */
  targets: ReadonlyMap<string, string>;
  url: AuditUrl;
}) {
  return (
    <DataTable caption="Audit log of your organisation" columns={AUDIT_LOG_COLUMNS}>
      {rows.map((row) => (
        <AuditLogRow
          key={row.id}
          id={row.id}
          label={`Details of ${labelOf(AUDIT_LABELS, row.action)}, ${row.targetName}`}
          cells={<Cells row={row} href={targets.get(row.targetId)} />}
        >
          <Details row={row} url={url} />
        </AuditLogRow>
      ))}
    </DataTable>
  );
}

function Cells({ row, href }: { row: AuditEventView; href: string | undefined }) {
  const { icon: Icon, word } = ACTORS[row.actorKind];
  const refused = row.action.endsWith(".refused");
  return (
    <>
      <Cell label="When">
        <LocalDateAndClock at={row.at} />
      </Cell>
      <RowHeader className="max-md:order-first max-md:pr-8">
        <span className={clsx("inline-flex items-start gap-1.5", refused && "text-bad")}>
          {refused ? <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" /> : null}
          <span>{labelOf(AUDIT_LABELS, row.action)}</span>
        </span>
        <Summary details={row.details as Record<string, unknown>} />
      </RowHeader>
      <Cell label="Who">
        <span className="flex items-start gap-1.5">
          <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-soft" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <span className="sr-only">{`${word} `}</span>
            <bdi>{row.actorName}</bdi>
          </span>
        </span>
      </Cell>
      <Cell label="Target">
        <span className="flex items-start gap-1.5">
          {row.targetType === "agent" ? <Bot aria-hidden className="mt-0.5 size-4 shrink-0 text-soft" /> : null}
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {href ? (
              <Link href={href} prefetch={false} className={clsx("inline-block min-h-6 min-w-6", textLinkClass)}>
                <bdi>{row.targetName}</bdi>
              </Link>
            ) : (
              <bdi>{row.targetName}</bdi>
            )}
            <span className="block text-xs text-soft">{labelOf(TARGET_LABELS, row.targetType)}</span>
          </span>
        </span>
      </Cell>
      <Cell label="IP address" wide>
        <IpAddress address={row.clientAddress} />
      </Cell>
    </>
  );
}

/** What a change was about, where its details say: "name, owner", "User → Viewer". */
function Summary({ details: { changed, from, to } }: { details: Record<string, unknown> }) {
  const text = Array.isArray(changed)
    ? changed.map((name) => factLabel(String(name))).join(", ")
    : typeof from === "string" && typeof to === "string"
      ? `${from} → ${to}`
      : null;
  return text ? <span className="block text-xs font-normal text-soft">{text}</span> : null;
}

/** `expires_at` as "expires at", `last4` as "last 4". */
const factLabel = (name: string) => name.replaceAll("_", " ").replace(/(?=\d)/, " ");

function factText(value: unknown): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const moreLink = clsx("min-w-0 py-1 [overflow-wrap:anywhere]", textLinkClass);

function Details({ row, url }: { row: AuditEventView; url: AuditUrl }) {
  const details = Object.entries(row.details as Record<string, unknown>);
  const facts = [
    ["Time", row.at.toISOString()],
    ["Action", row.action],
    ...details.map(([name, value]) => [factLabel(name), factText(value)]),
    ["Actor id", row.actorId],
    ...(row.targetId === NO_ID ? [] : [["Target id", row.targetId]]),
    ["Request id", row.requestId],
    ["Client address", row.clientAddress ?? "unknown"],
    ["User agent", row.userAgent ?? "unknown"],
    ["Row", row.seq.toString()],
  ];
  return (
    <div className="grid gap-2 text-xs">
      <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-3 gap-y-1">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft first-letter:uppercase">{name}</dt>
            <dd className="font-mono [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap gap-x-4 print:hidden">
        <Link href={auditPath(url, { actor: row.actorId })} prefetch={false} className={moreLink}>
          Everything by <bdi>{row.actorName}</bdi>
        </Link>
        {row.targetId === NO_ID ? null : (
          <Link href={auditPath(url, { target_id: row.targetId })} prefetch={false} className={moreLink}>
            Everything about <bdi>{row.targetName}</bdi>
          </Link>
        )}
      </div>
    </div>
  );
}
