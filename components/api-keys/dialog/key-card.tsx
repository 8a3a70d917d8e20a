import { KeyRound } from "lucide-react";

import { RelativeTime } from "@/components/time/time";
import { Mono } from "@/components/ui/mono";
import { SubjectCard } from "@/components/ui/subject-card";
import type { KeyRow } from "@/lib/api-keys/list";

/** The key that a dialog acts on. @param createdAt in place of its last use, for a key that nobody has */
export function KeyCard({
  name,
  display,
  createdAt,
  lastUsedAt = null,
  owner = null,
}: Pick<KeyRow, "name" | "display"> & Partial<Pick<KeyRow, "createdAt" | "lastUsedAt" | "owner">>) {
  return (
    <SubjectCard
      picture={
        <span className="grid size-8 shrink-0 place-items-center rounded-md border border-line bg-surface">
          <KeyRound aria-hidden className="size-4 text-soft" />
        </span>
      }
      name={name}
      detail={<Mono>{display}</Mono>}
      facts={[
        createdAt
          ? ["Created", <RelativeTime key="created" at={createdAt} />]
          : ["Last used", lastUsedAt ? <RelativeTime key="used" at={lastUsedAt} /> : <span key="never">Never</span>],
        ...(owner ? [["Owner", <bdi key="owner">{owner.name}</bdi>] as const] : []),
      ]}
    />
  );
}
