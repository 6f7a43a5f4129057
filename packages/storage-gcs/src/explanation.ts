/** What an answer says of what went wrong. */
export interface Explanation {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** Whether a text is a page for people, which says nothing of the API's. */
export function isPage(text: string, reason: string | undefined): boolean {
  return reason === undefined && text.trimStart().startsWith('<');
}

/** What a body says: JSON of the API, XML of ranges that make no sense and of proxies, or plain text. */
export function explanationIn(text: string): Explanation {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return explanationInJson(trimmed);
  if (trimmed.startsWith('<'))
    return { reason: /<Code>([^<]*)</.exec(trimmed)?.[1], message: /<Message>([^<]*)</.exec(trimmed)?.[1] };
  return { message: trimmed };
}

function explanationInJson(text: string): Explanation {
  try {
    const { error, error_description: description } = JSON.parse(text) as {
      readonly error?: unknown;
      readonly error_description?: unknown;
    };
    if (typeof error !== 'object' || error === null) return { reason: textOf(error), message: textOf(description) };
    const { errors, message, status } = error as Record<string, unknown>;
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
    const reason = textOf((first as { readonly reason?: unknown } | undefined)?.reason) ?? textOf(status);
    return { reason, message: textOf(message) };
  } catch {
    return { message: text };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
