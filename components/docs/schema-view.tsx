import { Code, MarkedText } from "@/components/docs/prose";
import { Mono } from "@/components/ui/mono";
import type { SchemaNode } from "@/lib/docs/schema-tree";

/** Fields this deep are folded. */
const FOLDED_FROM = 2;

/** A request shows which fields are required, a response which are optional. */
type Side = "request" | "response";

/** A schema: its type and rules, then its fields, each with its own. */
export function SchemaView({ schema, label, side }: { schema: SchemaNode; label: string; side: Side }) {
  const { children, variants } = schema;
  return (
    <div className="grid min-w-0 gap-2">
      {children.length === 0 || schema.type !== "object" ? (
        <div className="grid gap-1">
          <p className="text-xs text-soft">{schema.type}</p>
          <Rules node={schema} />
        </div>
      ) : null}
      <Inside node={schema} label={label} side={side} depth={0} />
      {children.length === 0 && variants.length === 0 && schema.description ? (
        <MarkedText text={schema.description} className="text-xs text-soft" />
      ) : null}
    </div>
  );
}

/** A list of fields. */
export function FieldList({
  fields,
  label,
  side,
  depth = 0,
}: {
  fields: readonly SchemaNode[];
  label: string;
  side: Side;
  depth?: number;
}) {
  return (
    <ul aria-label={label} className="grid min-w-0 divide-y divide-line border-y border-line">
      {fields.map((field) => (
        <li key={field.name} className="grid min-w-0 gap-1 py-2">
          <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <Mono className="font-semibold [overflow-wrap:anywhere]">{field.name}</Mono>
            <span className="text-xs text-soft">{field.type}</span>
            <Presence required={field.required} side={side} />
          </p>
          {field.description ? <MarkedText text={field.description} className="max-w-prose text-xs" /> : null}
          <Rules node={field} />
          <Inside node={field} label={`Fields of ${field.name ?? "it"}`} side={side} depth={depth + 1} />
        </li>
      ))}
    </ul>
  );
}

function Presence({ required, side }: { required: boolean | null; side: Side }) {
  if (side === "request") return required ? <span className="text-xs font-medium text-warn">required</span> : null;
  return required === false ? <span className="text-xs text-soft">optional</span> : null;
}

function Rules({ node: { notes, values } }: { node: SchemaNode }) {
  return (
    <>
      {notes.length > 0 ? <p className="text-xs text-soft">{notes.join(", ")}</p> : null}
      {values.length > 0 ? (
        <p className="flex min-w-0 flex-wrap items-baseline gap-1 text-xs">
          <span className="text-soft">{values.length === 1 ? "always" : "one of"}</span>
          {values.map((value) => (
            <Code key={value}>{value}</Code>
          ))}
        </p>
      ) : null}
    </>
  );
}

function Inside({ node, label, side, depth }: { node: SchemaNode; label: string; side: Side; depth: number }) {
  const { children, variants } = node;
  const fields = children.length > 0 ? <FieldList fields={children} label={label} side={side} depth={depth} /> : null;
  const nested = depth > 0 && fields ? <div className="ml-1 border-l-2 border-line pl-3">{fields}</div> : fields;
  return (
    <>
      {nested && depth >= FOLDED_FROM ? (
        <details>
          <summary className="py-1 text-xs text-soft">
            {children.length === 1 ? "1 field" : `${children.length} fields`}
          </summary>
          {nested}
        </details>
      ) : (
        nested
      )}
      {variants.map((variant, index) => (
        <details key={index} className="min-w-0 rounded-md border border-line px-3 py-2">
          <summary className="py-1 text-xs font-medium [overflow-wrap:anywhere]">
            {variantTitle(variant, index)}
          </summary>
          <div className="pt-2">
            <SchemaView schema={variant} label={`Fields of ${variantTitle(variant, index)}`} side={side} />
          </div>
        </details>
      ))}
    </>
  );
}

/** What distinguishes a variant: its title, or the value of its first constant field. */
function variantTitle({ name, type, children }: SchemaNode, index: number): string {
  const fixed = children.find(({ values }) => values.length === 1);
  return name ?? (fixed ? `${fixed.name ?? ""}: ${fixed.values[0] ?? ""}` : `${String(index + 1)}: ${type}`);
}
