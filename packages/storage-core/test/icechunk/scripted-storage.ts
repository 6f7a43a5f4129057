import type { ObjectBody, Storage } from '../../src/contract.ts';
import { localDefaults } from '../../src/settings.ts';
import type { VersionInfo } from '../../src/version.ts';

/** A storage of which only the given operations may be called. */
export function scriptedStorage(operations: Partial<Storage>): Storage {
  const unexpected = (name: string) => () => {
    throw new Error(`${name} was not to be called`);
  };
  return {
    info: { backend: 'scripted', fields: {} },
    settings: localDefaults,
    canWrite: unexpected('canWrite'),
    canCreateRepository: unexpected('canCreateRepository'),
    rootIsClean: unexpected('rootIsClean'),
    getObject: unexpected('getObject'),
    getObjectConditional: unexpected('getObjectConditional'),
    putObject: unexpected('putObject'),
    copyObject: unexpected('copyObject'),
    listObjects: unexpected('listObjects'),
    deleteObjects: unexpected('deleteObjects'),
    getObjectLastModified: unexpected('getObjectLastModified'),
    close: unexpected('close'),
    ...operations,
  };
}

/** A body that says whether it was read or cancelled. */
export class ScriptedBody implements ObjectBody {
  readonly range: { start: number; end: number };
  readonly sizeBytes: number;
  readonly version: VersionInfo;
  readonly #bytes: () => Uint8Array<ArrayBuffer>;
  read = false;
  cancelled = false;

  constructor(version: VersionInfo, content: Uint8Array<ArrayBuffer> | Error) {
    this.version = version;
    this.sizeBytes = content instanceof Error ? 1 : content.byteLength;
    this.range = { start: 0, end: this.sizeBytes };
    this.#bytes = () => {
      if (content instanceof Error) throw content;
      return content;
    };
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.read = true;
    return this.#bytes();
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    throw new Error('the engine takes one array');
  }

  async cancel(): Promise<void> {
    this.cancelled = true;
  }
}
