import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that Linux gives to outgoing connections (32768 and up): none of those can sit on a server's port while it is
// being restarted.
const LOWEST = 10_240;
const HIGHEST = 32_767;

/**
 * A port of 127.0.0.1 on which nothing listens at this moment. Another process may take it before its user does, so a server
 * that finds it taken must be started again on another.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
}

/** Whether nothing listens on a port of 127.0.0.1 at this moment. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
