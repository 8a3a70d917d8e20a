import { clsx } from "clsx";
import type { ComponentProps } from "react";

export type ButtonLook = "primary" | "plain" | "caution" | "danger";

const LOOKS: Record<ButtonLook, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  plain: "bg-surface text-ink hover:bg-sunken border-edge",
  caution: "bg-surface text-bad hover:bg-bad-wash border-edge",
  danger: "bg-bad hover:bg-bad-strong text-surface border-transparent",
};

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = "plain", small = false): string {
  return clsx(
    "inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap",
    "aria-disabled:cursor-default aria-disabled:opacity-60 disabled:cursor-default disabled:opacity-60",
    small ? "h-7 px-2.5 text-xs" : "h-8 px-3.5",
    LOOKS[look],
  );
}

/** A button. `busy` keeps it focusable, unlike `disabled`. */
export function Button({
  look = "plain",
  small = false,
  busy = false,
  className,
  onClick,
  ...rest
}: ComponentProps<"button"> & { look?: ButtonLook; small?: boolean; busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={clsx(buttonClass(look, small), className)}
    />
  );
}
