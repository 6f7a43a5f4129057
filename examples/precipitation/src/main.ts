import { type Options, parseOptions, usage } from './options.ts';

/** @returns The exit code: 0, 1 where something failed, 2 where the arguments make no sense. */
async function main(args: readonly string[]): Promise<number> {
  const options = understand(args);
  if (!options) return 2;
  if (options.kind === 'help') {
    console.log(usage);
    return 0;
  }
  try {
    // Only now, so that an engine that does not load is told like every other failure.
    const { runDemo } = await import('./demo.ts');
    await runDemo(options.path, process.stdout.isTTY && !process.env['NO_COLOR'], (line) => console.log(line));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The engine ends its messages with a heading for a trace that is empty here.
    console.error(`demo: ${options.path}: ${message.replace(/\s*context:\s*$/, '')}`);
    return 1;
  }
}

function understand(args: readonly string[]): Options | undefined {
  try {
    return parseOptions(args);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

// The engine's callbacks keep the process alive, so that it is ended by hand.
process.exit(await main(process.argv.slice(2)));
