/**
 * Takes what the SDK has to say, and says nothing: without one it warns on the console, of waiting sockets for example.
 *
 * Not of the SDK's own class for this, which parts of it take for "no logger", and go to the console again.
 */
export const silentLogger: Readonly<Record<'trace' | 'debug' | 'info' | 'warn' | 'error', () => void>> = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
