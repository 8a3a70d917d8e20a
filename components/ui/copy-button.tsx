import { Check, Copy } from "lucide-react";
import type { ComponentProps } from "react";

import { Button } from "@/components/ui/button";

/** A copy button; `copied` shows that it worked. @param label what it copies, for screen readers */
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
