import { CircleCheck, CircleSlash, Clock, Hourglass, MailQuestion, RefreshCw, TriangleAlert } from "lucide-react";

const ICONS = {
  check: CircleCheck,
  clock: Clock,
  hourglass: Hourglass,
  letter: MailQuestion,
  slash: CircleSlash,
  turn: RefreshCw,
  warning: TriangleAlert,
} as const;

export type BadgeIcon = keyof typeof ICONS;

/** The icons of badges, which refer to them: a list has one in each row, and lucide's are five elements each. */
export function BadgeIcons() {
  return (
    <svg aria-hidden className="hidden">
      {Object.entries(ICONS).map(([name, Icon]) => (
        <symbol key={name} id={`badge-${name}`} viewBox="0 0 24 24">
          <Icon />
        </symbol>
      ))}
    </svg>
  );
}
