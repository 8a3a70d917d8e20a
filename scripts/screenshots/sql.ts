/** Runs a statement on the demo's database. */
export type Sql = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
