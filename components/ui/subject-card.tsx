import type { ReactNode } from "react";

/** What a dialog acts on, at its top. @param picture beside its name @param detail what identifies it @param facts what to know of it */
export function SubjectCard({
  picture,
  name,
  detail,
  facts,
}: {
  picture: ReactNode;
  name: string;
  detail: ReactNode;
  facts: readonly (readonly [label: string, value: ReactNode])[];
}) {
  return (
    <div className="flex items-start gap-3 rounded-lg border border-line bg-sunken px-3 py-2.5">
      <div className="shrink-0">{picture}</div>
      <div className="min-w-0 flex-1">
        <bdi className="block font-medium [overflow-wrap:anywhere] text-ink">{name}</bdi>
        <div className="text-xs [overflow-wrap:anywhere] text-soft">{detail}</div>
        <dl className="mt-1.5 flex flex-wrap gap-x-5 gap-y-0.5 text-xs">
          {facts.map(([label, value]) => (
            <div key={label} className="flex min-w-0 gap-1.5">
              <dt className="shrink-0 text-soft">{label}</dt>
              <dd className="min-w-0 [overflow-wrap:anywhere] text-ink">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  );
}
