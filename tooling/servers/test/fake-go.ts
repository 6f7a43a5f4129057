import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GoProgram } from '../src/programs.ts';

/** A program that nobody has. */
export const PROGRAM: GoProgram = {
  name: 'Some-Server',
  onPath: 'some-server',
  package: 'example.org/some/cmd/server',
  version: 'v1.2.3',
  file: 'server',
  installTakes: '1 second',
  endpointVariable: 'ICECHUNK_TEST_SOME_ENDPOINT',
};

/** Writes a script of the shell that can be executed. @returns Its path. */
export async function script(file: string, text = ''): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

/**
 * Stands for Go: notes beside its folder what it was called with, takes a while, and makes the program that was asked for.
 *
 * @param folder Where `go` is put, in the root of the test.
 * @param rest What it does in the place of making the program.
 */
export function fakeGo(
  folder: string,
  rest = 'echo built > "$GOBIN/server"; /bin/chmod 755 "$GOBIN/server"',
): Promise<string> {
  const calls = join(dirname(folder), 'calls');
  return script(join(folder, 'go'), `echo "$@ | $GOFLAGS" >> ${calls}\n/bin/sleep 0.3\n${rest}`);
}

/** The arguments and flags of each call of a {@link fakeGo} in a folder of the root. */
export async function calls(root: string): Promise<string[]> {
  return (await readFile(join(root, 'calls'), 'utf8')).trim().split('\n');
}
