import { isStorageError, type StorageErrorKind } from '../errors.ts';

/** What a case throws where something does not hold. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
}

/** Fails the case, saying what was seen. */
export function fail(message: string): never {
  throw new ConformanceFailure(message);
}

/** Fails unless `holds`. */
export function check(holds: boolean, message: string): asserts holds {
  if (!holds) fail(message);
}

/** Fails unless both are the same JSON. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [show(actual), show(expected)];
  if (seen !== wanted) fail(`${what}: expected ${wanted}, saw ${seen}`);
}

/** Fails unless both hold the same bytes; says where they first differ. */
export function checkBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  if (at < 0 && actual.byteLength === expected.byteLength) return;
  const where = at < 0 || at >= actual.byteLength ? '' : `, and the byte at ${at} is another`;
  fail(`${what}: expected ${expected.byteLength} bytes, saw ${actual.byteLength}${where}`);
}

/** Fails unless the promise rejects with a StorageError of one of the kinds. @returns The error. */
export async function checkRejects(
  promise: Promise<unknown>,
  kinds: readonly StorageErrorKind[],
  what: string,
): Promise<Error & { readonly kind: StorageErrorKind }> {
  const error = await rejectionOf(promise, what);
  if (isStorageError(error, ...kinds)) return error;
  return fail(`${what}: expected an error of kind ${kinds.join(' or ')}, saw ${showError(error)}`);
}

/** Fails unless the promise rejects. @returns What it rejects with. */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  const settled = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return 'error' in settled ? settled.error : fail(`${what}: expected a rejection, saw ${show(settled.value)}`);
}

/** An error in one line. */
export function showError(error: unknown): string {
  if (isStorageError(error)) return `StorageError ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : show(error);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
