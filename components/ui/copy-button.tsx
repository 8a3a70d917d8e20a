import { Check, Copy } from "lucide-react";
import type { ComponentProps } from "react";

import { Button } from "@/components/ui/button";

/**
 * The button that copies; for three seconds it says that it did.
 * @param label what it copies, for whoever hears the button instead of seeing where it stands
 */
export function CopyButton({
  copied,
  label,
  ...rest
}: Omit<ComponentProps<typeof Button>, "children"> & { copied: boolean; label?: string }) {
  const Icon = copied ? Check : Copy;
  return (
    <Button {...rest}>
      <Icon aria-hidden className={rest.small ? "size-3.5" : "size-4"} />
      <span>{copied ? "Copied" : "Copy"}</span>
      {label ? <span className="sr-only">{label}</span> : null}
    </Button>
  );
}
