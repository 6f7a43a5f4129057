import type { StorageClient } from '../client.ts';
import type { Storage } from '../contract.ts';
import type { EventListener } from '../events.ts';
import type { StorageSettings } from '../settings.ts';

/** What a backend says that it can do. Each case names what it requires of it; a backend that lacks it is skipped by name. */
export interface SuiteCapabilities {
  /** A create is atomic. Default `true`. Without it a storage is not safe to commit on. */
  readonly conditionalCreate: boolean;
  /** An update is atomic. Default `true`. Without it a storage is not safe to commit on. */
  readonly conditionalUpdate: boolean;
  /** Content type and user metadata are given back. Default `true`. */
  readonly userMetadata: boolean;
  /** Listings are in the byte order of stored keys. Default `true`. */
  readonly orderedList: boolean;
  /** `A` and `a` are two keys. Default `true`. */
  readonly caseSensitiveKeys: boolean;
  /** `a` and `a/b` can both be objects. Default `true`. */
  readonly flatNamespace: boolean;
  /** Equal bytes may have equal versions, also when other bytes came between. Default `false`. */
  readonly contentEtags: boolean;
  /** Large objects are uploaded in parts. Default `true`. */
  readonly multipart: boolean;
}

/** What a case may require: that a capability is there, or that the harness can do something. */
export type Requirement =
  | Exclude<keyof SuiteCapabilities, 'contentEtags'>
  /** The harness passes its client through `context.wrap`. */
  | 'faults'
  /** The harness has `openSecond`. */
  | 'second';

/** What {@link ConformanceHarness.open} is given. */
export interface OpenContext {
  /** Fresh for each case. The storage must hold its objects below it, and none may be there yet. */
  readonly prefix: string;
  /** To be laid over the backend's own defaults: short pauses, small parts. */
  readonly settings: StorageSettings;
  readonly readOnly: boolean;
  readonly onEvent: EventListener;
  /** Where `faults` is declared: pass the client through it before it is given to `createStorage`. */
  wrap(client: StorageClient): StorageClient;
}

/** How the suite gets at a storage: about ten lines for most. */
export interface ConformanceHarness {
  /** What the report calls the storage. */
  readonly name: string;
  /** A storage under the prefix. Called several times with one prefix where a case wants several handles. */
  open(context: OpenContext): Storage | Promise<Storage>;
  /** The same prefix from a second instance: another client, another connection, at best another process. */
  openSecond?(context: OpenContext): Storage | Promise<Storage>;
  /** Declared: `Capabilities` of a client fits. What is not said has its default. */
  readonly capabilities?: Partial<SuiteCapabilities>;
  /** True where `open` uses `context.wrap`, so that lost answers, cut bodies and the like can be provoked. */
  readonly faults?: boolean;
  /** How many objects the cases about many objects use; default 2,500, more than two pages of any provider. */
  readonly limits?: { readonly manyObjects?: number };
  /** Ids that are known to fail, each with the reason. They are reported as skipped, and an id that does not exist is an error. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Called once, after the last case. */
  close?(): void | Promise<void>;
}

const defaults: SuiteCapabilities = {
  conditionalCreate: true,
  conditionalUpdate: true,
  userMetadata: true,
  orderedList: true,
  caseSensitiveKeys: true,
  flatNamespace: true,
  contentEtags: false,
  multipart: true,
};

/** The names of all capabilities. */
export const capabilityNames: readonly string[] = Object.keys(defaults);

/** What a harness declares, with the defaults filled in. */
export function declaredCapabilities({ capabilities = {} }: ConformanceHarness): SuiteCapabilities {
  const known = Object.entries(capabilities).filter(([name, value]) => name in defaults && typeof value === 'boolean');
  return { ...defaults, ...Object.fromEntries(known) };
}

/** The first requirement that a harness does not meet, and why, in words that go on from "skipped: ". */
export function missingRequirement(
  harness: ConformanceHarness,
  requires: readonly Requirement[],
): { readonly name: Requirement; readonly reason: string } | undefined {
  const capabilities = declaredCapabilities(harness);
  for (const name of requires) {
    if (name === 'faults') {
      if (!harness.faults) return { name, reason: 'the harness declares no `faults`' };
    } else if (name === 'second') {
      if (!harness.openSecond) return { name, reason: 'the harness has no `openSecond`' };
    } else if (!capabilities[name]) return { name, reason: `the backend declares that it has no \`${name}\`` };
  }
  return undefined;
}
