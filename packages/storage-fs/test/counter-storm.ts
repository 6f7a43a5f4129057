import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What {@link countInAStorm} came to. */
export interface CounterStorm {
  /** How many increments each process was told had landed, by the process's number. */
  readonly acknowledged: ReadonlyMap<number, number>;
  readonly killed: ReadonlySet<number>;
  readonly stops: number;
  /** Exit codes of the processes that were not killed. */
  readonly exits: readonly (number | null)[];
}

interface Slot {
  writer: number;
  left: number;
  child: ChildProcess;
  isStopped: boolean;
}

/** Increments from one blow to the next; a stopped process stays so for a few blows. */
const incrementsPerBlow = 20;

/**
 * Runs processes that increment one counter, each so often that it was acknowledged `increments` times in its slot; every
 * so many increments one of them is killed and replaced, or stopped, or continued.
 */
export async function countInAStorm(
  root: string,
  file: string,
  { processes, increments, random }: { processes: number; increments: number; random: () => number },
): Promise<CounterStorm> {
  const acknowledged = new Map<number, number>();
  const killed = new Set<number>();
  const exits: (number | null)[] = [];
  const slots: Slot[] = [];
  let [writers, total, stops] = [0, 0, 0];

  const pick = (from: readonly Slot[]): Slot | undefined => from[Math.floor(random() * from.length)];
  const running = (): Slot[] => slots.filter(({ left, isStopped }) => left > 0 && !isStopped);
  const proceed = (slot: Slot | undefined): void => {
    if (!slot) return;
    slot.isStopped = false;
    slot.child.kill('SIGCONT');
  };
  const strike = (): void => {
    const blow = random();
    if (blow < 0.4) pick(slots.filter(({ left }) => left > 0))?.child.kill('SIGKILL');
    else if (blow < 0.7 && running().length > 2) {
      const slot = pick(running());
      if (!slot) return;
      slot.isStopped = true;
      stops++;
      slot.child.kill('SIGSTOP');
    } else proceed(pick(slots.filter(({ isStopped }) => isStopped)));
  };
  const acknowledge = (slot: Slot): void => {
    acknowledged.set(slot.writer, (acknowledged.get(slot.writer) ?? 0) + 1);
    slot.left--;
    if (++total % incrementsPerBlow === 0) strike();
    if (running().length === 0) slots.forEach(proceed);
  };

  const occupy = (slot: Slot): Promise<void> =>
    new Promise((resolve, reject) => {
      slot.writer = ++writers;
      slot.isStopped = false;
      slot.child = start(root, file, slot.writer, slot.left);
      slot.child.stdout?.setEncoding('latin1').on('data', (text: string) => {
        for (let line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', line + 1)) acknowledge(slot);
      });
      slot.child.on('close', (code, signal) => {
        if (signal === 'SIGKILL') killed.add(slot.writer);
        else exits.push(code);
        if (signal === 'SIGKILL' && slot.left > 0) occupy(slot).then(resolve, reject);
        else resolve();
      });
      slot.child.on('error', reject);
    });

  const emptySlot = (): Slot => ({ writer: 0, left: increments, child: undefined as never, isStopped: false });
  slots.push(...Array.from({ length: processes }, emptySlot));
  await Promise.all(slots.map(occupy));
  return { acknowledged, killed, stops, exits };
}

function start(root: string, file: string, writer: number, increments: number): ChildProcess {
  const script = fileURLToPath(new URL('./counter-process.ts', import.meta.url));
  const args = ['--conditions=@icechunk/source', script, root, file, String(writer), String(increments)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}
