import { StorageError } from './errors.ts';

/**
 * Passes an object of options all of whose names are known.
 *
 * A condition under a misspelt name would be left out in silence, and the write would overwrite whatever is there.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and those that there are.
 */
export function checkOptionNames(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid('options takes an object');
  for (const name of Object.keys(options)) {
    if (!names.includes(name))
      throw invalid(`${name} is no option: ${meant(name, names)}there are ${names.join(', ')}`);
  }
}

// Another case, or the words of Icechunk's Python client: `endpoint_url`.
function meant(name: string, names: readonly string[]): string {
  const letters = (text: string): string => text.replaceAll('_', '').toLowerCase();
  const found = names.find((known) => letters(known) === letters(name));
  return found === undefined ? '' : `it is called ${found}; `;
}

/**
 * Passes what a storage is made with, but for its settings, which have a check of their own.
 *
 * Other names are let through: a conformance harness hands on everything that it is given.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function checkCreation(options: {
  readonly defaults?: unknown;
  readonly onEvent?: unknown;
  readonly readOnly?: unknown;
}): void {
  if (typeof options !== 'object' || options === null) throw invalid('options takes an object');
  const { defaults, onEvent, readOnly } = options;
  if (typeof defaults !== 'object' || defaults === null) throw invalid('defaults takes cloudDefaults or localDefaults');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw invalid('onEvent takes a function');
  if (readOnly !== undefined && typeof readOnly !== 'boolean') throw invalid('readOnly takes true or false');
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
