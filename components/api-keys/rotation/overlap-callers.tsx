import { clsx } from "clsx";
import { useState } from "react";

import { RelativeTime } from "@/components/time/time";
import { Mono } from "@/components/ui/mono";
import type { OldKeyReading } from "@/lib/api-keys/rotation";
import { OTHER } from "@/lib/usage/kinds";
import { numberText } from "@/lib/text/number";

/** An address and what called from it. */
export function CallerName({ address, client }: Pick<Caller, "address" | "client">) {
  if (client === OTHER) return <span>All other callers</span>;
  return (
    <span>
      {address ? (
        <span>
          <Mono className="break-all">{address}</Mono> <span aria-hidden>·</span>{" "}
        </span>
      ) : null}
      <bdi translate="no" className="[overflow-wrap:anywhere]">
        {client}
      </bdi>
    </span>
  );
}

type Caller = OldKeyReading["callers"][number];
const idOf = ({ address, client }: Caller) => `${address ?? ""} ${client}`;

/** The callers in the order in which they were first shown: a row that moves as it is read is worse than an old order. */
function useSteadyOrder(callers: readonly Caller[]): Caller[] {
  const [order, setOrder] = useState(() => callers.map(idOf));
  const byId = new Map(callers.map((caller) => [idOf(caller), caller]));
  const added = [...byId.keys()].filter((id) => !order.includes(id));
  if (added.length > 0) setOrder([...order, ...added]);
  return order.flatMap((id) => byId.get(id) ?? []);
}

const cell = "px-3 max-sm:px-2 py-1.5 align-top";

/** Room for two, three and four callers, whose names take two lines on narrow screens. */
const HEIGHTS = ["h-30 sm:h-22", "h-42 sm:h-29", "h-54 sm:h-36"] as const;

/** Who called with the old key since it was rotated. It is as high as the first figures need, so that later ones move nothing. */
export function OverlapCallers({ oldKey: { callers, moreCallers, display } }: { oldKey: OldKeyReading }) {
  const shown = useSteadyOrder(callers);
  const [height] = useState(() => HEIGHTS[Math.min(Math.max(callers.length - 2, 0), HEIGHTS.length - 1)]);
  return (
    // The table is as wide as this, whether there is a scroll bar or not.
    <div className="@container mt-1">
      <div
        role="region"
        aria-label={`Callers of the old key ${display}`}
        // Scrollable, also by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={clsx("overflow-x-hidden overflow-y-auto rounded-md border border-line", height)}
      >
        <table className="w-[100cqw] table-fixed border-collapse text-left text-xs">
          <caption className="sr-only">Calls with the old key since the rotation</caption>
          <thead className="sticky top-0 bg-sunken text-soft">
            <tr>
              <th scope="col" className={`${cell} font-medium`}>
                Caller
              </th>
              <th scope="col" className={`${cell} w-24 text-right font-medium max-sm:w-16`}>
                Calls
              </th>
              <th scope="col" className={`${cell} w-40 font-medium max-sm:w-26`}>
                Last seen
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((caller) => (
              <tr key={idOf(caller)} className="border-t border-line">
                <th scope="row" className={`${cell} font-normal`}>
                  <CallerName {...caller} />
                </th>
                <td className={`${cell} text-right tabular-nums`}>{numberText(caller.calls)}</td>
                <td className={cell}>
                  <RelativeTime at={new Date(caller.lastSeen)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {callers.length === 0 ? <p className="px-3 py-2 text-soft">None so far.</p> : null}
        {moreCallers > 0 ? <p className="px-3 py-2 text-soft">{`and ${moreCallers} more`}</p> : null}
      </div>
    </div>
  );
}
