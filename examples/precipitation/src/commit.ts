import type { Session } from './repository.ts';

/** A commit that landed. */
export interface Landed {
  readonly snapshotId: string;
  /** How often others were first, and this commit was put on top of theirs. */
  readonly rebases: number;
}

/**
 * Commits, and where another process was first, rebases on its commit and tries again.
 *
 * @throws What the engine throws, also where both changed the same chunk.
 */
export async function commitOnTop(session: Session, message: string): Promise<Landed> {
  for (let rebases = 0; ; rebases++) {
    try {
      return { snapshotId: await session.commit(message), rebases };
    } catch (error) {
      if (!isLostRace(error)) throw error;
      await session.rebase();
    }
  }
}

// The engine's errors have no code of their own.
function isLostRace(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('branch update conflict');
}
