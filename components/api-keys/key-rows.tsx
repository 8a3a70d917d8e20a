"use client";

import { clsx } from "clsx";
import { CornerDownRight, UserX } from "lucide-react";
import Link from "next/link";

import { CallOrigin } from "@/components/api-keys/call-origin";
import { ContactGone, REMOVED } from "@/components/api-keys/contact-gone";
import { keyView } from "@/components/api-keys/dialog/steps";
import { DismissButton } from "@/components/api-keys/dismiss-button";
import { KeyRowButtons } from "@/components/api-keys/key-dialog-provider";
import { StatusBadge } from "@/components/api-keys/key-status-badge";
import { SelectKey } from "@/components/api-keys/selection/key-selection";
import { Sparkline } from "@/components/api-keys/sparkline";
import { TakeOverButton } from "@/components/api-keys/take-over-button";
import { ActionsCell, Cell, Note, RowGroup, RowHeader, SelectCell } from "@/components/list/data-table";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { LocalDate, LocalDateAndDistance, LocalTime, RelativeTime } from "@/components/time/time";
import { linkClass } from "@/components/ui/link";
import { Mono } from "@/components/ui/mono";
import type { AttentionReason } from "@/lib/api-keys/attention-reasons";
import type { KeyGroup, KeyRow, ListedKey } from "@/lib/api-keys/list";

/**
 * The rows of a page of keys, rendered from their data alone: sent as rendered elements, they took the server twice as long
 * and were seven times as large. Below each key are the older keys of its rotations that still work.
 * @param query the list's state, which the pages of keys lead back to
 * @param attention why the listed keys need attention; it can be dismissed in their rows
 */
export function KeyRows({
  groups,
  query,
  attention,
}: {
  groups: readonly KeyGroup[];
  query: string;
  attention: AttentionReason | null;
}) {
  return groups.map((group) => (
    <RowGroup key={group.id}>
      <Row row={group} query={query} inPair={group.olderKeys.length > 0} attention={attention} />
      {group.olderKeys.map((older) => (
        <Row key={older.id} row={older} query={query} inPair isOldKey />
      ))}
    </RowGroup>
  ));
}

/** `…AbCd` of `neo_sk_prod_…AbCd`. */
const lastFour = (display: string) => display.slice(display.indexOf("…"));

function Row({
  row,
  query,
  inPair,
  isOldKey = false,
  attention = null,
}: {
  row: ListedKey;
  query: string;
  inPair: boolean;
  isOldKey?: boolean;
  attention?: AttentionReason | null;
}) {
  const { id, name, display, owner, note } = row;
  const works = row.refusal === null;
  return (
    <tr
      className={clsx(
        "list-row max-md:relative max-md:*:[th]:pr-9",
        isOldKey && "bg-sunken/60 max-md:border-t max-md:border-line",
        !works && "text-soft",
      )}
    >
      <SelectCell>{works ? <SelectKey id={id} label={`Select ${name}, ${lastFour(display)}`} /> : null}</SelectCell>
      <RowHeader>
        <div className={isOldKey ? "relative pl-5.5" : undefined}>
          {isOldKey ? <CornerDownRight aria-hidden className="absolute top-0.5 left-0 size-4 text-soft" /> : null}
          <Link
            href={`${API_KEYS_PATH}/${id}${query}`}
            prefetch={false}
            className={clsx("inline-block min-h-6 min-w-6 font-semibold", linkClass)}
          >
            <bdi>{name}</bdi>
          </Link>
          <Mono className="block font-normal text-soft max-md:hidden xl:hidden">{lastFour(display)}</Mono>
          <RotationNote row={row} inPair={inPair} isOldKey={isOldKey} />
          {isOldKey || note === null ? null : (
            <span className="line-clamp-2 text-xs font-normal whitespace-pre-line text-soft" title={note}>
              <bdi>{note}</bdi>
            </span>
          )}
        </div>
      </RowHeader>
      <Cell label="Key" wide>
        <Mono className="whitespace-nowrap">{display}</Mono>
      </Cell>
      <Cell label="Status">
        <StatusBadge status={row.status} refusal={row.refusal} />
        <StatusNote row={row} />
        <Limits row={row} />
      </Cell>
      <Cell label="Owner" wide>
        <Owner owner={owner} />
        {row.contactGone ? (
          <Note>
            <ContactGone />
          </Note>
        ) : null}
      </Cell>
      <Cell label="Created" wide>
        <LocalDate at={row.createdAt} />
        <Note>
          by <bdi>{row.createdBy}</bdi>
        </Note>
        {row.creatorRemoved ? <Removed text={REMOVED[row.creatorRemoved]} /> : null}
      </Cell>
      <Cell label="Expires">
        <Expiry row={row} />
      </Cell>
      <Cell label="Last used">
        <LastUse row={row} />
      </Cell>
      <ActionsCell>
        {works ? <KeyRowButtons target={keyView(row)} inRow /> : null}
        {row.contactGone && !isOldKey ? <TakeOverButton keyId={id} name={name} inRow /> : null}
        {attention ? <DismissButton keyId={id} name={name} reason={attention} /> : null}
      </ActionsCell>
    </tr>
  );
}

/** What the key may do less than others. */
function Limits({ row: { readOnly, networks } }: { row: KeyRow }) {
  const limits = [readOnly && "Read-only", networks.length > 0 && "Allowed networks only"].filter(Boolean);
  return limits.length > 0 ? <Note>{limits.join(" · ")}</Note> : null;
}

/** Whom to ask about the key. */
function Owner({ owner }: Pick<KeyRow, "owner">) {
  if (!owner) return <span className="text-soft">None</span>;
  // An e-mail address breaks after its @.
  const host = owner.name.lastIndexOf("@") + 1;
  return (
    <>
      <div>
        <bdi translate="no">
          <span>{owner.name.slice(0, host)}</span>
          <wbr />
          <span>{owner.name.slice(host)}</span>
        </bdi>
      </div>
      {owner.removed ? <Removed text={REMOVED.member} /> : null}
    </>
  );
}

function Removed({ text }: { text: string }) {
  return (
    <Note>
      <UserX aria-hidden className="mr-1 inline size-3.5" />
      <span>{text}</span>
    </Note>
  );
}

/** When and from where a key was last used, and how much in the last days. */
function LastUse({ row: { lastUsedAt, lastUse, callsByDay } }: { row: ListedKey }) {
  return (
    <>
      {lastUsedAt ? <RelativeTime at={lastUsedAt} /> : <span className="text-soft">Not used yet</span>}
      {lastUse ? (
        <Note>
          <CallOrigin {...lastUse} />
        </Note>
      ) : null}
      <Sparkline days={callsByDay} />
    </>
  );
}

/** When a key expires. */
function Expiry({ row }: { row: KeyRow }) {
  if (row.refusal === "revoked") {
    return (
      <span className="text-soft">
        <span aria-hidden>–</span>
        <span className="sr-only">Doesn’t apply: revoked</span>
      </span>
    );
  }
  return row.endsAt ? <LocalDateAndDistance at={row.endsAt} /> : <span className="text-soft">No expiry</span>;
}

/** The key's place in a rotation: which key it replaced, or which one replaced it. */
function RotationNote({ row, inPair, isOldKey }: { row: KeyRow; inPair: boolean; isOldKey: boolean }) {
  if (isOldKey) {
    return (
      <span className="block text-xs font-normal text-soft">
        <span>Old key, rotated </span>
        {row.rotatedAt ? <RelativeTime at={row.rotatedAt} /> : null}
        <span> by </span>
        <bdi translate="no">{row.rotatedBy}</bdi>
      </span>
    );
  }
  const replaces = inPair ? row.replaces : null;
  const other = replaces ?? row.replacedBy;
  if (!other) return null;
  return (
    <span className="block text-xs font-normal text-soft">
      <span>{replaces ? "New key, replaces " : "Replaced by "}</span>
      <span translate="no">{lastFour(other)}</span>
    </span>
  );
}

/** Details of the status: until when, since when, and by whom. */
function StatusNote({ row }: { row: KeyRow }) {
  // Keys: React would otherwise patch one note into another, which fails on a translated page.
  if (row.status === "rotating" && row.endsAt) {
    return (
      <Note key="until">
        Works until <LocalTime at={row.endsAt} />
      </Note>
    );
  }
  if (row.revokedAt) {
    return (
      <Note key="revoked">
        <RelativeTime at={row.revokedAt} /> by <bdi>{row.revokedBy}</bdi>
      </Note>
    );
  }
  if (row.refusal === "rotated_out" && row.rotatedAt) {
    return (
      <Note key="rotated">
        Rotated <RelativeTime at={row.rotatedAt} /> by <bdi>{row.rotatedBy}</bdi>
      </Note>
    );
  }
  return null;
}
