/**
 * The first 200 characters of what somebody else says, without what may be a key or a token: whoever asks for credentials may be
 * told of them in the failure, and the words of a language are shorter than that.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/[\w.~+/=-]{16,}/g, '…').slice(0, 200);
}
