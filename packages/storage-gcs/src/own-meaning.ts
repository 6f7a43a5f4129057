import type { StorageErrorKind } from '@icechunk/storage-core';
import { type BucketPlace, noBucketAt } from './bucket-place.ts';
import { type Explanation, isPage } from './explanation.ts';

/** An answer that is no success, and what it says of itself. */
export interface ExplainedAnswer extends Explanation {
  readonly status: number;
  /** Of its body. */
  readonly text: string;
}

/** What went wrong, in the words of every backend and in ours. */
export interface Meaning {
  readonly kind: StorageErrorKind;
  readonly message: string;
}

interface Rule {
  readonly kind: StorageErrorKind;
  applies(answer: ExplainedAnswer): boolean;
  says(message: string, place: BucketPlace): string;
}

/**
 * What an answer means where Google has its own way to say it; undefined where core's table of reasons and statuses knows.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11)
 */
export function ownMeaning(answer: ExplainedAnswer, place: BucketPlace): Meaning | undefined {
  const rule = rules.find(({ applies }) => applies(answer));
  return rule && { kind: rule.kind, message: rule.says(shortened(answer.message ?? ''), place) };
}

// The first that applies.
const rules: readonly Rule[] = [
  {
    kind: 'bad_response',
    applies: ({ status }) => status >= 300 && status < 400,
    says: () => 'the endpoint leads elsewhere, and is not followed: it would be given the credentials',
  },
  {
    // To take it for a missing object would be to call deleted what is still there.
    kind: 'bad_response',
    applies: ({ status, text, reason }) => status === 404 && isPage(text, reason),
    says: () =>
      'a page says that there is nothing here, and the provider answers otherwise: the address of the endpoint may be wrong',
  },
  {
    // An object and a bucket that are missing have one reason, and differ in words alone.
    kind: 'invalid_options',
    applies: ({ status, message = '' }) => status === 404 && /\bspecified bucket does not exist\b/i.test(message),
    says: (_, place) => noBucketAt(place),
  },
  {
    kind: 'invalid_options',
    applies: ({ reason = '', message = '' }) =>
      /^userProjectMissing$/i.test(reason) || /\brequester[ -]pays\b.*\bno user project\b/i.test(message),
    says: () => 'whoever asks has to pay for requests to this bucket: set `userProject`',
  },
  {
    // No credentials were refused, none were sent: what others answer 403 to, also for an object that is missing.
    kind: 'permission_denied',
    applies: ({ status, message = '' }) => status === 401 && message.startsWith('Anonymous caller does not have '),
    says: (message) => `nobody may do this without credentials ("${message}")`,
  },
  {
    kind: 'permission_denied',
    applies: ({ status, reason }) => status === 403 && reason === 'accountDisabled',
    says: () => 'the account or the billing of the project is disabled',
  },
  {
    // May be sent again, under the condition that it had.
    kind: 'unavailable',
    applies: ({ status }) => status === 409,
    says: () => 'another request was changing the same object',
  },
  {
    // Of a copy's token that has ended, the copy is begun anew.
    kind: 'unavailable',
    applies: ({ status }) => status === 410,
    says: () => 'the provider has forgotten how far the request came',
  },
  {
    kind: 'permission_denied',
    applies: ({ status, reason }) => status === 412 && reason === 'orgPolicyConstraintFailed',
    says: (message) => `a policy of the organisation forbids it ("${message}")`,
  },
  {
    kind: 'invalid_options',
    applies: ({ status, reason = '' }) => status === 400 && badArguments.has(reason),
    says: (message) => `the provider refuses an argument of the request ("${message}")`,
  },
];

const badArguments: ReadonlySet<string> = new Set([
  'invalid',
  'invalidParameter',
  'badRequest',
  'required',
  'parseError',
]);

function shortened(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
