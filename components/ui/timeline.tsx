import type { ReactNode } from "react";

/** What happens when. The dots and the line are borders: forced colours draw no backgrounds. */
export function Timeline({ moments }: { moments: readonly { readonly when: ReactNode; readonly what: ReactNode }[] }) {
  return (
    <ol>
      {moments.map(({ when, what }, index) => (
        <li
          // The moments of a timeline stay the same.
          key={index}
          className="relative pb-3 pl-6 before:absolute before:top-1.5 before:left-0.5 before:size-2 before:rounded-full before:border-4 before:border-accent after:absolute after:top-5 after:bottom-0 after:left-1.25 after:border-l-2 after:border-line last:pb-0 last:after:hidden"
        >
          <p className="text-xs text-soft">{when}</p>
          <p className="[overflow-wrap:anywhere]">{what}</p>
        </li>
      ))}
    </ol>
  );
}
