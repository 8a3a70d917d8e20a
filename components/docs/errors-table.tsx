import { Code, MarkedText } from "@/components/docs/prose";
import type { Reference } from "@/lib/docs/reference";
import type { ErrorCode } from "@/lib/errors/codes";
import { errorAnchor } from "@/lib/errors/doc-url";
import { type Reason, REASONS } from "@/lib/errors/reasons";

/** Every code with its reasons. Each row has an anchor, which `doc_url` of an error leads to. */
export function ErrorsTable({ failures }: { failures: Reference["failures"] }) {
  return (
    <table className="w-full rounded-lg border border-line bg-surface text-left max-sm:block">
      <caption className="sr-only">Errors: codes with their reasons</caption>
      <thead className="border-b border-line max-sm:sr-only">
        <tr>
          {["Status", "Code and reasons", "When"].map((title) => (
            <th key={title} scope="col" className="px-3 py-2 text-xs font-medium text-soft">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      {failures.map(({ status, code, description }) => (
        <tbody key={status} className="border-t border-line max-sm:block">
          <Row status={status} name={code as ErrorCode} when={description} />
          {(Object.keys(REASONS) as Reason[])
            .filter((reason) => REASONS[reason][0] === code)
            .map((reason) => (
              <Row key={reason} name={reason} when={REASONS[reason][1]} />
            ))}
        </tbody>
      ))}
    </table>
  );
}

/** A code with its status, or one of its reasons. */
function Row({ status = "", name, when }: { status?: string; name: ErrorCode | Reason; when: string }) {
  const anchor = errorAnchor(name);
  return (
    <tr
      id={anchor}
      className="scroll-mt-4 align-baseline target:bg-accent-wash max-sm:flex max-sm:flex-wrap max-sm:gap-x-2 max-sm:px-3 max-sm:py-1.5 forced-colors:target:outline-2 forced-colors:target:outline-[Highlight]"
    >
      <td className="px-3 py-1.5 font-semibold max-sm:p-0 max-sm:empty:hidden">{status}</td>
      <th scope="row" className="px-3 py-1.5 font-normal max-sm:p-0">
        <a href={`#${anchor}`} className={`inline-block min-h-6 hover:underline ${status ? "font-semibold" : ""}`}>
          <Code>{name}</Code>
        </a>
      </th>
      <td className="px-3 py-1.5 max-sm:w-full max-sm:p-0">
        <MarkedText text={when} className="max-w-prose" />
      </td>
    </tr>
  );
}
