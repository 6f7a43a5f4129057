import { inspect } from 'node:util';

/** A way in which a value came to show a secret. */
export interface Leak {
  /** For example `message`, `inspect`, `cause.stack`. */
  readonly where: string;
  /** Which of the secrets, by its name: a failing test must not print it either. */
  readonly secret: string;
}

/**
 * Where a value shows one of some secrets, also in base64 or percent-encoded: as text, as JSON, as `util.inspect` has it with
 * everything hidden shown, and in every property of it and of its causes, the inherited and non-enumerable ones too.
 *
 * @param secrets By name.
 * @returns Empty where nothing is shown.
 */
export function leaksOf(value: unknown, secrets: Readonly<Record<string, string>>): Leak[] {
  const texts = [...shownForms(value), ...propertyTexts(value, '', new Set())];
  return Object.entries(secrets).flatMap(([secret, plain]) => {
    if (plain.length < 6) throw new Error(`the secret ${secret} is too short to be looked for`);
    const spellings = spellingsOf(plain);
    return texts
      .filter(([, text]) => spellings.some((spelling) => text.includes(spelling)))
      .map(([where]) => ({ where, secret }));
  });
}

type Shown = readonly [where: string, text: string];

function shownForms(value: unknown): Shown[] {
  return [
    ['String', String(value)],
    ['JSON', JSON.stringify(value) ?? ''],
    ['inspect', inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null })],
    ['inspect with getters', inspect(value, { depth: Number.POSITIVE_INFINITY, getters: true, maxStringLength: null })],
  ];
}

function propertyTexts(value: unknown, path: string, seen: Set<unknown>): Shown[] {
  if (typeof value === 'string') return [[path, value]];
  if (ArrayBuffer.isView(value))
    return [[path, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')]];
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  return namesOf(value).flatMap((name) =>
    propertyTexts(read(value, name), path === '' ? String(name) : `${path}.${String(name)}`, seen),
  );
}

function namesOf(value: object): (string | symbol)[] {
  const names: (string | symbol)[] = [];
  for (let one: object | null = value; one && one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    names.push(...Reflect.ownKeys(one));
  }
  return names;
}

// Getters may throw, as those of streams do.
function read(value: object, name: string | symbol): unknown {
  try {
    return (value as Record<string | symbol, unknown>)[name];
  } catch {
    return undefined;
  }
}

function spellingsOf(plain: string): string[] {
  const base64 = Buffer.from(plain).toString('base64').replace(/=+$/, '');
  const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
  return [...new Set([plain, encodeURIComponent(plain), base64, base64url])];
}
