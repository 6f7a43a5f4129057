import { check, checkEqual, checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { checkAbsent, checkHolds, read, readBody, write } from '../objects.ts';

/** No clock of a provider or of a machine is this far off; seconds taken for milliseconds are further. */
const skewMs = 24 * 60 * 60 * 1_000;

const oddValues: Readonly<Record<string, string>> = {
  icspecver: '2.0',
  percent: '100%25 %41 %',
  punctuation: 'a=b;c,d:e/f?g&h#i+j \\ "quoted" <tag> {brace} ~',
  spaces: 'one two  three',
  long: 'x'.repeat(900),
};

const invalid: readonly (readonly [what: string, options: object])[] = [
  ['an empty name', { metadata: { '': 'x' } }],
  ['a name with a space', { metadata: { 'a b': 'x' } }],
  ['a name with a colon', { metadata: { 'a:b': 'x' } }],
  ['a name with a line break', { metadata: { 'a\r\nb': 'x' } }],
  ['a name beyond ASCII', { metadata: { größe: 'x' } }],
  ['two names that differ in nothing but case', { metadata: { Name: 'x', name: 'y' } }],
  ['a value with a line break', { metadata: { name: 'x\r\ny: z' } }],
  ['a value with a NUL character', { metadata: { name: 'x\0' } }],
  ['a value beyond ASCII', { metadata: { name: 'grün' } }],
  ['a content type with a line break', { contentType: 'text/plain\r\nx: y' }],
];

export const metaCases: readonly ConformanceCase[] = casesOf('meta', [
  {
    id: 'meta.roundtrip',
    requires: ['userMetadata'],
    proves: 'Content type and user metadata are given back as they were written, odd values too, and nothing besides.',
    why: "Icechunk's other clients read the format's version and the writer's name there.",
    async run({ storage, random }) {
      const contentType = 'application/x-test; charset="utf-8"';
      const options = { contentType, metadata: { ...oddValues, MixedCase: 'Kept As It Is' } };
      const expected = { contentType, metadata: sorted({ ...oddValues, mixedcase: 'Kept As It Is' }) };
      await write(storage, 'plain', random.bytes(10), options);
      await write(storage, 'conditional', random.bytes(10), { ...options, condition: { kind: 'create' } });
      for (const path of ['plain', 'conditional']) {
        const { metadata = {}, contentType: seenType } = await read(storage, path);
        checkEqual({ contentType: seenType, metadata: sorted(metadata) }, expected, `what a get says of "${path}"`);
      }
      const found = await storage.getObjectConditional('plain', undefined);
      check(found.kind === 'modified', `a conditional get without a version: expected modified, saw ${found.kind}`);
      const { metadata = {}, contentType: seenType } = await readBody(found.object);
      checkEqual({ contentType: seenType, metadata: sorted(metadata) }, expected, 'what a conditional get says');
    },
  },
  {
    id: 'meta.invalid',
    proves: 'Metadata that some provider would change or drop is refused before any I/O.',
    why: 'It would be lost in silence, or end up as a header of its own.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      const bytes = random.bytes(10);
      await write(storage, 'there', bytes);
      const before = client?.count();
      for (const [what, options] of invalid) {
        for (const path of ['there', 'absent']) {
          await checkRejects(storage.putObject(path, random.bytes(20), options), ['invalid_options'], what);
        }
      }
      checkEqual(client?.count(), before, 'calls after puts that were to be refused before any');
      await checkHolds(storage, 'there', bytes, 'an object after puts that were refused');
      await checkAbsent(storage, 'absent', 'a path after puts that were refused');
    },
  },
  {
    id: 'meta.last-modified',
    proves: 'The time of last change is one, near now, never goes back, and is `not_found` for what is missing.',
    why: "Garbage collection spares what is young, and would delete a running commit's objects.",
    async run({ storage, random }) {
      let previousMs = Date.now() - skewMs;
      for (let round = 1; round <= 3; round++) {
        await write(storage, 'dated', random.bytes(round));
        const modified = await storage.getObjectLastModified('dated');
        check(modified instanceof Date, `round ${round}: expected a Date, saw ${typeof modified}`);
        const seen = `saw ${String(modified)} (${Number(modified)})`;
        check(Number(modified) >= previousMs, `round ${round}: expected no time before ${previousMs}, ${seen}`);
        check(Number(modified) <= Date.now() + skewMs, `round ${round}: expected a time near now, ${seen}`);
        previousMs = Number(modified);
      }
      await checkRejects(storage.getObjectLastModified('absent'), ['not_found'], 'the time of a missing object');
    },
  },
]);

function sorted(metadata: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
}
