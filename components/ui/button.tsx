import { clsx } from "clsx";
import type { ComponentProps } from "react";

export type ButtonLook = "primary" | "plain" | "quiet" | "caution" | "danger";

const LOOKS: Record<ButtonLook, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent shadow-control forced-fill",
  plain: "bg-surface text-ink hover:bg-sunken border-edge shadow-control",
  // In rows, where a hundred outlines would be noise; the danger shows where one is about to act.
  quiet: "control-quiet",
  caution: "control-caution",
  danger: "bg-danger hover:bg-danger-strong text-on-danger border-transparent shadow-control",
};

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = "plain", small = false): string {
  return clsx("control", small ? "control-small" : "h-8 px-3", LOOKS[look]);
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
