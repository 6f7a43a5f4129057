import { isStorageError, type KeyMapping, rawKeys, StorageError, type SyncKeyMapping } from '@icechunk/storage-core';
import type { S3Target } from './target.ts';
import type { S3Wire } from './wire.ts';

/** How long finding out the layout may take, in all: it is asked for before the operation's own request. */
const probeTimeoutMs = 60_000;

/**
 * How paths are stored: byte for byte under the prefix. At a bucket's root the keys of old repositories begin with `/`, which
 * `legacyRootedKeys` says, or else the bucket is asked, once.
 *
 * @throws {@link StorageError} `invalid_options` where the prefix cannot be one.
 */
export function s3Keys(target: S3Target, wire: S3Wire): KeyMapping {
  const plain = rawKeys(target.prefix);
  if (!isAtRoot(target) || target.legacyRootedKeys === false) return plain;
  return target.legacyRootedKeys ? rootedKeys : new ProbedKeys(plain, wire);
}

/** True where the keys have no prefix. */
export function isAtRoot({ prefix }: Pick<S3Target, 'prefix'>): boolean {
  return prefix === '' || prefix === '/';
}

const atRoot = rawKeys();

const rootedKeys: SyncKeyMapping = {
  toKey: (path) => `/${atRoot.toKey(path)}`,
  toKeyPrefix: (path) => `/${atRoot.toKeyPrefix(path)}`,
  toPath: (key) => (key.startsWith('/') ? atRoot.toPath(key.slice(1)) : undefined),
};

/** Asks the bucket when the first key is needed; a failure is not kept. */
class ProbedKeys implements KeyMapping {
  readonly #plain: SyncKeyMapping;
  readonly #wire: S3Wire;
  #found: SyncKeyMapping | undefined;
  #asking: Promise<SyncKeyMapping> | undefined;

  constructor(plain: SyncKeyMapping, wire: S3Wire) {
    this.#plain = plain;
    this.#wire = wire;
  }

  toKey(path: string): string | Promise<string> {
    return this.#found ? this.#found.toKey(path) : this.#probe().then((keys) => keys.toKey(path));
  }

  toKeyPrefix(path: string): string | Promise<string> {
    return this.#found ? this.#found.toKeyPrefix(path) : this.#probe().then((keys) => keys.toKeyPrefix(path));
  }

  toPath(key: string): string | undefined {
    return (this.#found ?? this.#plain).toPath(key);
  }

  #probe(): Promise<SyncKeyMapping> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<SyncKeyMapping> {
    this.#found = (await isRooted(this.#wire)) ? rootedKeys : this.#plain;
    return this.#found;
  }
}

/** The objects that every repository has one of: the newer and the older format's. */
const anchors = ['repo', 'refs/branch.main/ref.json'] as const;

/** One of an anchor's two keys: its etag, that it is absent, or that the answer leaves it open. */
type Finding = { readonly etag: string } | 'absent' | StorageError;

/**
 * Whether the keys in a bucket's root begin with `/`, by what Icechunk's clients have written there.
 *
 * Equal etags under both keys are one object, in a store that drops the slash, as MinIO does.
 */
async function isRooted(wire: S3Wire): Promise<boolean> {
  const signal = AbortSignal.timeout(probeTimeoutMs);
  const pairs = await Promise.all(
    anchors.map(async (anchor) => {
      const [plain, rooted] = await Promise.all([find(wire, anchor, signal), find(wire, `/${anchor}`, signal)]);
      return { plain, rooted: isSame(plain, rooted) ? ('absent' as const) : rooted };
    }),
  );
  const hasPlain = pairs.some(({ plain }) => isPresent(plain));
  const hasRooted = pairs.some(({ rooted }) => isPresent(rooted));
  if (hasPlain && hasRooted) throw bothLayouts();
  if (hasPlain || hasRooted) return hasRooted;
  const open = pairs.flatMap(({ plain, rooted }) => [plain, rooted]).find((finding) => isStorageError(finding));
  if (open) throw undecided(open);
  return false;
}

async function find(wire: S3Wire, key: string, signal: AbortSignal): Promise<Finding> {
  try {
    const { headers } = await wire.send({ method: 'HEAD', key, headers: {} }, { signal });
    return { etag: headers['etag'] ?? '' };
  } catch (err) {
    if (signal.aborted) throw late();
    if (!isStorageError(err)) throw err;
    // Some stores refuse a slash at the start with 400. Expired credentials are refused so for every key.
    if (err.kind === 'not_found' || (err.status === 400 && key.startsWith('/'))) return 'absent';
    if (err.kind === 'permission_denied') return err;
    throw err;
  }
}

function isPresent(finding: Finding): finding is { readonly etag: string } {
  return finding !== 'absent' && !isStorageError(finding);
}

function isSame(one: Finding, other: Finding): boolean {
  return isPresent(one) && isPresent(other) && one.etag === other.etag;
}

function late(): StorageError {
  const message = `the bucket did not answer within ${probeTimeoutMs} ms whether its keys begin with "/"`;
  return new StorageError({ kind: 'timeout', message });
}

function bothLayouts(): StorageError {
  return new StorageError({
    kind: 'invalid_options',
    message:
      'the root of the bucket holds objects of two repositories, of which one has keys that begin with "/": say by ' +
      '`legacyRootedKeys` which of them is meant',
  });
}

// AWS answers 403 for what is absent where the key may not list.
function undecided(cause: StorageError): StorageError {
  const { status = 403 } = cause;
  return new StorageError({
    kind: 'permission_denied',
    message:
      'the provider does not say whether the repository at the root of the bucket has keys that begin with "/": allow listing, or ' +
      'set `legacyRootedKeys`',
    status,
    cause,
  });
}
