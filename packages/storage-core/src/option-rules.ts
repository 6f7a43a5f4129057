import { checkOptionNames } from './check-options.ts';
import { StorageError } from './errors.ts';

/** What one field of a user's options takes. */
export interface OptionRule {
  /** In words that go on from "takes". */
  readonly says: string;
  /** Whether a value is one that the field takes. */
  holds(value: unknown): boolean;
}

/** A name for each field, and what it takes. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** The rules that options of every backend are made of. */
export const optionRules: {
  readonly flag: OptionRule;
  readonly text: OptionRule;
  /** As {@link optionRules.text}, and empty as well: for prefixes. */
  readonly anyText: OptionRule;
  readonly object: OptionRule;
  readonly callback: OptionRule;
  readonly date: OptionRule;
  /** A whole number from 1. */
  readonly positive: OptionRule;
  /** Names and values that can be sent as HTTP headers. */
  readonly headers: OptionRule;
  /** One of a few words. */
  oneOf(...words: readonly string[]): OptionRule;
} = {
  flag: { says: 'true or false', holds: (value) => typeof value === 'boolean' },
  text: { says: 'a non-empty string', holds: (value) => typeof value === 'string' && value !== '' },
  anyText: { says: 'a string', holds: (value) => typeof value === 'string' },
  object: { says: 'an object', holds: isPlainObject },
  callback: { says: 'a function', holds: (value) => typeof value === 'function' },
  date: { says: 'a valid Date', holds: (value) => value instanceof Date && !Number.isNaN(value.getTime()) },
  positive: { says: 'a whole number from 1', holds: (value) => Number.isSafeInteger(value) && (value as number) >= 1 },
  headers: {
    says: 'an object of header names and values in printable ASCII',
    holds: (value) => isPlainObject(value) && Object.entries(value as object).every(isHeader),
  },
  oneOf: (...words) => ({ says: `one of ${words.join(', ')}`, holds: (value) => words.includes(value as string) }),
};

/**
 * Passes options all of whose names are known and whose values are what their rules say. What is undefined counts as not given.
 *
 * No value stands in an error: it may be a secret in the wrong place.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function checkOptions(options: object, rules: OptionRules): void {
  checkOptionNames(options, Object.keys(rules));
  for (const [name, value] of Object.entries(options)) {
    const rule = rules[name] as OptionRule;
    if (value !== undefined && !rule.holds(value))
      throw new StorageError({ kind: 'invalid_options', message: `${name} takes ${rule.says}` });
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// RFC 9110, 5.6.2 and 5.5 (seen 2026-11).
function isHeader([name, value]: [string, unknown]): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) && typeof value === 'string' && /^[\x20-\x7e]*$/.test(value);
}
