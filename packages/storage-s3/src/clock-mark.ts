import type { S3Client } from '@aws-sdk/client-s3';

/** As the SDK has it: providers take a request for up to 15 minutes. */
const wrongFromMs = 240_000;

/**
 * Takes the mark of a wrong clock off an error whose request was signed with the right one.
 *
 * Once the SDK has corrected its clock by as much, it marks every failure that comes with a date, since the next correction is
 * some milliseconds away (`@aws-sdk/core` 3.981, `AwsSdkSigV4Signer`, seen 2026-11): a refusal for good would be tried again.
 *
 * @param offsetMs That of the SDK client's clock when the request was signed.
 */
export function unmarkRightClock(sdk: S3Client, err: unknown, offsetMs: number): void {
  const { $metadata, Code } = Object(err) as SdkError;
  // Who says so knows better: a request may also have been too long on its way.
  if ($metadata?.clockSkewCorrected !== true || Code === 'RequestTimeTooSkewed') return;
  if (Math.abs(sdk.config.systemClockOffset - offsetMs) < wrongFromMs) $metadata.clockSkewCorrected = false;
}

interface SdkError {
  readonly $metadata?: { clockSkewCorrected?: boolean };
  readonly Code?: unknown;
}
