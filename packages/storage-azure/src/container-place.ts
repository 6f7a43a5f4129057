/** What is used of a container's client, to say where it leads. */
export interface ContainerAddress {
  /** With a SAS in its query, where a caller's own client has one. */
  readonly url: string;
}

/** A container by name, and the address of the service that it is in: without a `/` at its end, and without a query or a user. */
export interface ContainerPlace {
  readonly name: string;
  readonly serviceUrl: string;
}

/** Where a container is, by its address alone: the SDK finds no name in addresses of some forms. */
export function placeOf({ url }: ContainerAddress): ContainerPlace {
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  const cut = path.lastIndexOf('/');
  return { name: decodeURIComponent(path.slice(cut + 1)), serviceUrl: origin + path.slice(0, Math.max(cut, 0)) };
}
