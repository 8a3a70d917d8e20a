import { Code, MarkedText } from "@/components/docs/prose";

/** A row: a status or reason, its code, and when it is sent. */
export interface ErrorsRow {
  readonly name: string;
  readonly code: string | null;
  readonly when: string;
}

/** The errors of the API, by status or by reason. */
export function ErrorsTable(props: { caption: string; heading: string; rows: readonly ErrorsRow[] }) {
  const { caption, heading, rows } = props;
  return (
    <table className="w-full rounded-lg border border-line bg-surface text-left max-sm:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="border-b border-line max-sm:sr-only">
        <tr>
          {[heading, "Code", "When"].map((title) => (
            <th key={title} scope="col" className="px-3 py-2 text-xs font-medium text-soft">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map(({ name, code, when }) => (
          <tr
            key={name}
            className="border-t border-line align-baseline first:border-t-0 max-sm:flex max-sm:flex-wrap max-sm:gap-x-2 max-sm:px-3 max-sm:py-2"
          >
            <th scope="row" className="px-3 py-2 font-mono text-xs max-sm:p-0">
              {name}
            </th>
            <td className="px-3 py-2 max-sm:p-0">{code ? <Code>{code}</Code> : null}</td>
            <td className="px-3 py-2 max-sm:w-full max-sm:p-0">
              <MarkedText text={when} className="max-w-prose" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
