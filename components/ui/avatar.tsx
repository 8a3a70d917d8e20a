import { clsx } from "clsx";

const TONES = [
  "bg-accent-wash text-accent",
  "bg-good-wash text-good",
  "bg-warn-wash text-warn",
  "bg-quiet-wash text-ink",
] as const;

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("");
}

/** The same name always has the same colours. */
function toneOf(name: string): string {
  const sum = Array.from(name).reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return TONES[sum % TONES.length] ?? TONES[0];
}

/** A person's initials, beside their name; screen readers skip them. @param className its size */
export function Avatar({ name, className }: { name: string; className: string }) {
  return (
    <span
      aria-hidden
      translate="no"
      className={clsx(
        "grid shrink-0 place-items-center rounded-full text-xs font-semibold forced-colors:border",
        toneOf(name),
        className,
      )}
    >
      {initials(name).toUpperCase()}
    </span>
  );
}
