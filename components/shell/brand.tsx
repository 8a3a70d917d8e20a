/** The product's name with its mark, on pages without the shell. */
export function Brand() {
  return (
    <p className="flex items-center gap-2 text-base font-semibold">
      <BrandMark />
      Neo
    </p>
  );
}

/** The product's mark: an N whose last stroke ends in the bow of a key. Drawn again in app/icon.svg. */
export function BrandMark() {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className="size-6 shrink-0">
      <rect width="32" height="32" rx="9" className="fill-accent forced-colors:fill-[CanvasText]" />
      <g
        fill="none"
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-on-accent forced-colors:stroke-[Canvas]"
      >
        <path d="M9.5 24V9.5L21.5 24v-8.5" />
        <circle cx="21.5" cy="11.5" r="3.6" />
      </g>
    </svg>
  );
}
