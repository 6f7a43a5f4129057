/** What came of one check of one package, installed by one client. */
export interface Result {
  readonly subject: string;
  readonly client: string;
  /** What was checked, or the runtime. */
  readonly column: string;
  readonly ms: number;
  /** Why it failed; absent where it passed. */
  readonly failure?: string;
}

/** Collects what came of checks. */
export class Results {
  readonly #results: Result[] = [];
  /** What is worth knowing though nothing is wrong, such as sizes. */
  readonly notes: string[] = [];

  get all(): readonly Result[] {
    return this.#results;
  }

  get failures(): readonly Result[] {
    return this.#results.filter(({ failure }) => failure !== undefined);
  }

  /**
   * Keeps what came of a check.
   *
   * @returns Whether it passed.
   * @throws Error Where the same was checked before: the table has one place for it.
   */
  async check(subject: string, client: string, column: string, check: () => Promise<unknown>): Promise<boolean> {
    if (this.#results.some((one) => one.subject === subject && one.client === client && one.column === column))
      throw new Error(`${subject}, ${client}, ${column} was checked before`);
    const started = performance.now();
    const failure = await check().then(
      () => undefined,
      (err: unknown) => (err instanceof Error ? err.message : String(err)),
    );
    const ms = performance.now() - started;
    this.#results.push({ subject, client, column, ms, ...(failure !== undefined && { failure }) });
    return failure === undefined;
  }

  /**
   * A line for each package and client, a column for each check: how long it took in seconds, `FAILED`, or nothing where it is not
   * made. Below it the notes, and what failed with all that it said.
   */
  table(): string {
    const columns = unique(this.#results.map(({ column }) => column));
    const rows = unique(this.#results.map(({ subject, client }) => `${subject}\n${client}`));
    const cells = rows.map((row) => {
      const of = this.#results.filter(({ subject, client }) => row === `${subject}\n${client}`);
      return [...row.split('\n'), ...columns.map((column) => cell(of.find((one) => one.column === column)))];
    });
    const passed = this.#results.length - this.failures.length;
    const failed = this.failures.map((one) => `FAILED ${one.subject}, ${one.client}, ${one.column}:\n${one.failure}`);
    return [
      ...aligned([['package', 'client', ...columns], ...cells.sort(byPackage)]),
      ...this.notes,
      ...failed,
      `${passed} passed, ${failed.length} failed (seconds in the table)`,
    ].join('\n');
  }
}

function cell(result: Result | undefined): string {
  if (!result) return '';
  return result.failure === undefined ? (result.ms / 1000).toFixed(1) : 'FAILED';
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function byPackage(a: readonly string[], b: readonly string[]): number {
  return (a[0] ?? '').localeCompare(b[0] ?? '');
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
