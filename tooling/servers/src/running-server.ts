import type { ServerProcess } from './server-process.ts';

/** A server that tests talk to. */
export interface RunningServer {
  /** Scheme, host and port, with no slash at the end. */
  readonly url: string;
  /** `false` where an endpoint variable named it: then it is somebody else's, and `kill` and `restart` throw. */
  readonly owned: boolean;
  /** Ends it and deletes its data. Leaves a server that is not owned alone. */
  stop(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. Its data stays for {@link restart}. */
  kill(): Promise<void>;
  /** Starts it with the same data on the same port; ends it first if it runs. */
  restart(): Promise<void>;
  /** The end of what it wrote on its output since the first start. */
  output(): string;
}

/** What start functions of all servers take. */
export interface StartOptions {
  /** Does not take a server that an endpoint variable names, since the test kills or restarts it. */
  readonly owned?: boolean;
}

/** A child of this process, as a {@link RunningServer}. */
export function ownServer(process: ServerProcess): RunningServer {
  return {
    url: process.url,
    owned: true,
    stop: () => process.stop(),
    kill: () => process.kill(),
    restart: () => process.restart(),
    output: () => process.output,
  };
}

/** The server at an address that a variable gave, as a {@link RunningServer}. */
export function foreignServer(url: string, variable: string): RunningServer {
  const refuse = async (): Promise<never> => {
    throw new Error(
      `the server of ${variable} is not the tests' own and is not killed or restarted: ask for one with { owned: true }`,
    );
  };
  return {
    url: url.replace(/\/+$/, ''),
    owned: false,
    stop: async () => undefined,
    kill: refuse,
    restart: refuse,
    output: () => '',
  };
}

/** The address in a variable, where it is set and the caller takes a server that is not its own. */
export function endpointFrom(variable: string, { owned }: StartOptions): string | undefined {
  return owned ? undefined : process.env[variable] || undefined;
}
