/**
 * The first 500 characters of what somebody else says, without what may be a key or a token: whoever asks for credentials may be
 * told of them in the failure.
 *
 * What is a name by its shape is left: of a variable, a host, a file, a function.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/[\w.~+/=:%-]{16,}/g, (run) => (names.some((name) => name.test(run)) ? run : '…')).slice(0, 500);
}

const names: readonly RegExp[] = [
  /^[A-Z]+(?:_[A-Z]+)+$/,
  /^[a-z]{1,20}(?:[.-][a-z]{1,20})*\.[a-z]{2,20}(?::\d{1,5})?:?$/,
  /^(?:\/[a-z.-]{1,20})+$/,
  /^(?:[A-Z]?[a-z]{2,15})(?:[A-Z][a-z]{1,15})+:?$/,
];
