import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type FileVersion, fileVersionOf } from './version.ts';

/**
 * Names of the files that lie beside objects. All end in `#` and 60 digits or so, which Icechunk's other clients leave out
 * of their listings; no object's name holds a `#`, since it is percent-encoded. Those clients stage to `<name>#<n>` with a
 * small `n`, which is not taken for one of ours: ours have a fixed number of digits.
 */
export type SideName =
  | { readonly kind: 'claim'; readonly subject: string; readonly hashed: boolean; readonly version: FileVersion }
  | { readonly kind: 'owned'; readonly owner: string };

/** Digits of an owner in a name, see `ownerDigits`. */
export const ownerLength = 38;
/** Digits that make a name unlike every other of the same owner: 62 random bits. */
const uniqueLength = 19;

const digit = { claim: '1', claimOfLongName: '2', temp: '3', pointer: '4', removal: '5', withdrawn: '6' } as const;
const widths = { ino: 20, mtimeUs: 18, sizeBytes: 19, number: 4 } as const;
/** Claims on one version: each number but the last stands for a writer that withdrew or died. */
export const maxClaims = 10_000;

const claimShape = /^(.+)#([12])(\d{20})(\d{18})(\d{19})\d{4}$/;
const ownedShape = new RegExp(`^#[3456](\\d{${ownerLength}})\\d{${uniqueLength}}$`);

// Linux, macOS and Windows take 255 bytes (or UTF-16 units) for a name; the claim's digits and `#` need 63.
const maxSubjectBytes = 255 - 63;

/** The name of an object's file inside a claim's name: the name itself, or its SHA-256 where it is too long. */
export function claimSubject(objectName: string): { readonly subject: string; readonly hashed: boolean } {
  if (Buffer.byteLength(objectName) <= maxSubjectBytes) return { subject: objectName, hashed: false };
  // Where case makes no difference, the claims of all spellings must be one. Elsewhere inode numbers tell objects apart.
  return { subject: createHash('sha256').update(objectName.toLowerCase()).digest('hex'), hashed: true };
}

/** The path of the `number`th claim on what follows `version` of the object at `file`. */
export function claimFile(file: string, version: FileVersion, number: number): string {
  const { subject, hashed } = claimSubject(basename(file));
  const fields = [
    hashed ? digit.claimOfLongName : digit.claim,
    String(version.ino).padStart(widths.ino, '0'),
    String(version.mtimeUs).padStart(widths.mtimeUs, '0'),
    String(version.sizeBytes).padStart(widths.sizeBytes, '0'),
    String(number).padStart(widths.number, '0'),
  ];
  return join(dirname(file), `${subject}#${fields.join('')}`);
}

/** A name for a file that is written before it is published. Used once, ever. */
export function tempName(owner: string): string {
  return ownedName(digit.temp, owner);
}

/** What a claim to delete points to: no such file exists, the name only tells whose claim it is. */
export function removalName(owner: string): string {
  return ownedName(digit.removal, owner);
}

/** Where the pointer to `target` is written, on file systems without symbolic links, before it gets its claim's name. */
export function pointerName(target: string): string {
  return `#${digit.pointer}${target.slice(2)}`;
}

/** The file that says of a claim to delete, by the name it points to, that its writer gave up. */
export function withdrawnName(removal: string): string {
  return `#${digit.withdrawn}${removal.slice(2)}`;
}

/** The same for all files of one operation: its owner and what is random in its names. */
export function operationOf(ownedName: string): string {
  return ownedName.slice(2);
}

/** True where a claim that points to `target` is one to delete. */
export function isRemoval(target: string): boolean {
  return target.startsWith(`#${digit.removal}`);
}

/** What a side file is by its name; undefined for every file that is not ours. */
export function parseSideName(name: string): SideName | undefined {
  const owned = ownedShape.exec(name);
  if (owned?.[1] !== undefined) return { kind: 'owned', owner: owned[1] };
  const claim = claimShape.exec(name);
  if (claim === null) return undefined;
  const [, subject = '', kind, ino = '', mtimeUs = '', sizeBytes = ''] = claim;
  const version = fileVersionOf({ ino: BigInt(ino), mtimeNs: BigInt(mtimeUs) * 1000n, size: BigInt(sizeBytes) });
  return { kind: 'claim', subject, hashed: kind === digit.claimOfLongName, version };
}

// 59 characters in all: ext4 keeps a symbolic link of that length in the inode, and a longer one costs half as much again.
function ownedName(kind: string, owner: string): string {
  const random = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
  return `#${kind}${owner}${String(random >> 2n).padStart(uniqueLength, '0')}`;
}
