/** A filter by one value, or none. */
export interface Filter<Name extends string> {
  /** The parameter in the URL. */
  readonly name: Name;
  readonly label: string;
  /** The label of "no filter". */
  readonly all: string;
  /** Values with their labels. */
  readonly options: readonly (readonly [value: string, label: string])[];
}
