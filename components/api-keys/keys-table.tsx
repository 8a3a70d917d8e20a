import { clsx } from "clsx";
import { ArrowDown, ArrowUp, CornerDownRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { KeyRowActions } from "@/components/api-keys/key-row-actions";
import { KEYS_COLUMNS, type KeysColumn } from "@/components/api-keys/keys-columns";
import { StatusBadge } from "@/components/api-keys/status-badge";
import { LocalTime, RelativeTime } from "@/components/ui/moment";
import type { KeyGroup, KeyRow } from "@/lib/keys/list";
import { keyListHref, type KeyListUrl } from "@/lib/keys/list-url";

/** One page of keys. Below a key stand the older keys of its rotations that still work. */
export function KeysTable({ groups, url, path }: { groups: readonly KeyGroup[]; url: KeyListUrl; path: string }) {
  return (
    <table className="w-full border-collapse text-left max-lg:block">
      <caption className="sr-only">API keys of your organisation</caption>
      <thead className="border-b border-line max-lg:block max-lg:border-0">
        <tr className="max-lg:flex max-lg:flex-wrap max-lg:gap-x-3 max-lg:px-3 max-lg:py-2">
          {KEYS_COLUMNS.map((column) => (
            <ColumnHeader key={column.id} column={column} url={url} path={path} />
          ))}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody
          key={group.id}
          className="border-t border-line first-of-type:border-t-0 max-lg:block max-lg:first-of-type:border-t"
        >
          <Row row={group} inPair={group.olderKeys.length > 0} />
          {group.olderKeys.map((older) => (
            <Row key={older.id} row={older} inPair isOldKey />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function ColumnHeader({ column, url, path }: { column: KeysColumn; url: KeyListUrl; path: string }) {
  const cell = "text-soft px-3 py-2 text-xs font-medium whitespace-nowrap max-lg:p-0";
  if (column.id === "actions") {
    return (
      <th scope="col" className={clsx(cell, "text-right max-lg:sr-only")}>
        <span className="sr-only">{column.label}</span>
      </th>
    );
  }
  if (!column.sort) {
    return (
      <th scope="col" className={clsx(cell, "max-lg:sr-only")}>
        {column.label}
      </th>
    );
  }
  const sorted = url.sort === column.sort.by;
  const next = sorted ? (url.dir === "asc" ? "desc" : "asc") : column.sort.first;
  const Arrow = url.dir === "asc" ? ArrowUp : ArrowDown;
  return (
    <th scope="col" className={cell} aria-sort={sorted ? (url.dir === "asc" ? "ascending" : "descending") : undefined}>
      <Link
        href={path + keyListHref({ ...url, sort: column.sort.by, dir: next, page: 1 })}
        scroll={false}
        prefetch={false}
        className={clsx("inline-flex items-center gap-1 rounded-sm hover:text-ink", sorted && "text-ink")}
      >
        {column.label}
        {sorted ? <Arrow aria-hidden className="size-3.5" /> : null}
      </Link>
    </th>
  );
}

function Row({ row, inPair, isOldKey = false }: { row: KeyRow; inPair: boolean; isOldKey?: boolean }) {
  const works = row.refusal === null;
  return (
    <tr
      className={clsx(
        "max-lg:grid max-lg:gap-1 max-lg:px-3 max-lg:py-3",
        isOldKey && "bg-sunken max-lg:border-t max-lg:border-line",
        !works && "text-soft",
      )}
    >
      <th scope="row" className="max-w-80 min-w-40 px-3 py-2 align-top font-medium max-lg:max-w-none max-lg:p-0">
        <span className="flex items-start gap-1.5">
          {isOldKey ? <CornerDownRight aria-hidden className="mt-0.5 size-4 shrink-0 text-soft" /> : null}
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <bdi>{row.name}</bdi>
            <RotationNote row={row} inPair={inPair} isOldKey={isOldKey} />
          </span>
        </span>
      </th>
      <Cell label="Key">
        <code className="font-mono text-xs whitespace-nowrap">{row.display}</code>
      </Cell>
      <Cell label="Status">
        <StatusBadge status={row.status} refusal={row.refusal} />
        <StatusNote row={row} />
      </Cell>
      <Cell label="Created">
        <RelativeTime at={row.createdAt.toISOString()} />
        <Note>
          by <bdi>{row.createdBy}</bdi>
        </Note>
      </Cell>
      <Cell label="Expires">
        {row.endsAt ? <RelativeTime at={row.endsAt.toISOString()} /> : <span className="text-soft">Never</span>}
      </Cell>
      <Cell label="Last used">
        {row.lastUsedAt ? <RelativeTime at={row.lastUsedAt.toISOString()} /> : <span className="text-soft">Never</span>}
      </Cell>
      <td className={clsx("px-3 py-2 align-top max-lg:p-0", works ? "max-lg:pt-1" : "max-lg:hidden")}>
        {works ? (
          <KeyRowActions
            target={{
              id: row.id,
              name: row.name,
              display: row.display,
              expiresAt: row.endsAt?.toISOString() ?? null,
              lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
              lifetime: row.lifetime,
              isOldKey,
            }}
          />
        ) : null}
      </td>
    </tr>
  );
}

/** A cell that carries its column's name along on narrow screens, where the row is a card. */
function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className="px-3 py-2 align-top max-lg:grid max-lg:grid-cols-[6rem_minmax(0,1fr)] max-lg:p-0">
      <span aria-hidden className="text-xs/6 text-soft lg:hidden">
        {label}
      </span>
      <div>{children}</div>
    </td>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <div className="max-w-48 min-w-28 text-xs [overflow-wrap:anywhere] text-soft max-lg:max-w-none">{children}</div>
  );
}

/** How a key belongs to a rotation: which key it replaced, or which one replaced it. */
function RotationNote({ row, inPair, isOldKey }: { row: KeyRow; inPair: boolean; isOldKey: boolean }) {
  if (isOldKey) {
    return (
      <span className="block text-xs font-normal text-soft">
        Old key, rotated {row.rotatedAt ? <RelativeTime at={row.rotatedAt.toISOString()} /> : null} by{" "}
        <bdi>{row.rotatedBy}</bdi>
      </span>
    );
  }
  if (inPair && row.replaces) {
    return <span className="block text-xs font-normal text-soft">New key, replaces {lastPart(row.replaces)}</span>;
  }
  if (row.replacedBy) {
    return <span className="block text-xs font-normal text-soft">Replaced by {lastPart(row.replacedBy)}</span>;
  }
  return null;
}

/** `…AbCd` of `neo_sk_prod_…AbCd`. */
function lastPart(display: string): string {
  return display.slice(display.indexOf("…"));
}

/** What the status alone does not say: until when, since when, and by whom. */
function StatusNote({ row }: { row: KeyRow }) {
  if (row.status === "rotating" && row.endsAt) {
    return (
      <Note>
        old key works until <LocalTime at={row.endsAt.toISOString()} />
      </Note>
    );
  }
  if (row.revokedAt) {
    return (
      <Note>
        <RelativeTime at={row.revokedAt.toISOString()} /> by <bdi>{row.revokedBy}</bdi>
      </Note>
    );
  }
  if (row.refusal === "rotated_out" && row.rotatedAt) {
    return (
      <Note>
        rotated <RelativeTime at={row.rotatedAt.toISOString()} /> by <bdi>{row.rotatedBy}</bdi>
      </Note>
    );
  }
  return null;
}
