/**
 * Compares as the UTF-8 bytes of both would, which is how object stores order keys.
 *
 * JavaScript compares UTF-16 units, where an emoji (a pair of surrogates, 0xd800 and up) comes before 0xe000 to 0xffff.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

// Moves surrogates behind every other unit; within each group the order stays.
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
