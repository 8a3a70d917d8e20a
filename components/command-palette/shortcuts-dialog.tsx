"use client";

import { useId, useState } from "react";

import { isMac, setSingleKeys, singleKeysOn } from "@/components/command-palette/shortcuts";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";

/** Lists the keyboard shortcuts, and switches those of a single character off. */
export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} title="Keyboard shortcuts" onClose={onClose}>
      <Shortcuts />
    </Dialog>
  );
}

function Shortcuts() {
  const hint = useId();
  const [single, setSingle] = useState(singleKeysOn);
  const rows = [
    { keys: isMac() ? ["⌘", "K"] : ["Ctrl", "K"], what: "Search everything", on: true },
    { keys: ["/"], what: "Go to the search box of a list", on: single },
    { keys: ["?"], what: "Show these shortcuts", on: single },
    { keys: ["Esc"], what: "Close what is open", on: true },
  ];
  return (
    <div className="grid gap-4">
      <table className="w-full text-left">
        <thead className="sr-only">
          <tr>
            <th scope="col">Does</th>
            <th scope="col">Keys</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line">
          {rows.map(({ keys, what, on }) => (
            <tr key={what}>
              <th scope="row" className="py-2 pr-4 font-normal">
                {what}
              </th>
              <td className="py-2 text-right whitespace-nowrap">
                {on ? (
                  <span className="inline-flex gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </span>
                ) : (
                  <span className="text-soft">Off</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div>
        <label className="flex items-center gap-2.5">
          <input
            type="checkbox"
            checked={single}
            aria-describedby={hint}
            onChange={({ target }) => {
              setSingleKeys(target.checked);
              setSingle(target.checked);
            }}
            className="size-4 accent-accent"
          />
          Shortcuts of a single key
        </label>
        <p id={hint} className="mt-1 pl-6.5 text-xs text-soft">
          Turn them off in this browser if you type by voice. No shortcut works while you type in a field or a dialog is
          open.
        </p>
      </div>
    </div>
  );
}
