import type { ListedObject, ListPage } from './client.ts';
import { StorageError } from './errors.ts';

/**
 * The objects of all pages, one by one. A page is asked for when the one before has been consumed: leaving the loop ends
 * the requests.
 *
 * Pages without objects are passed over, however many: providers send them where they filter.
 *
 * @param fetchPage Gets the token of the page before, and none for the first.
 * @throws {@link StorageError} `bad_response` where the tokens go round in a circle, at the latest after three times round:
 * such a listing would neither end nor be complete. Whatever `fetchPage` rejects with.
 */
export async function* paginate(fetchPage: (pageToken?: string) => Promise<ListPage>): AsyncGenerator<ListedObject> {
  const circle = new CircleGuard();
  let page = await fetchPage();
  for (;;) {
    const { objects, nextPageToken } = page;
    yield* objects;
    if (nextPageToken === undefined) return;
    circle.check(nextPageToken);
    page = await fetchPage(nextPageToken);
  }
}

/**
 * Finds any circle of tokens with two of them in memory: the last one, since a stuck token is the usual fault, and one that
 * is replaced after 1, 2, 4, 8, ... pages, which a circle of any length comes back to (Brent's algorithm).
 */
class CircleGuard {
  #last = '';
  #kept = '';
  #pages = 0;
  #replaceAt = 1;

  check(token: string): void {
    // An empty token would begin the listing anew.
    if (token === '' || token === this.#last || token === this.#kept) throw repeated();
    this.#last = token;
    if (++this.#pages < this.#replaceAt) return;
    this.#kept = token;
    this.#replaceAt *= 2;
  }
}

function repeated(): StorageError {
  return new StorageError({
    kind: 'bad_response',
    message: 'the listing gave a page token that it had given before: it would never end',
  });
}
