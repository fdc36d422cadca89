import { setTimeout as sleep } from 'node:timers/promises';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { type Command, CommandKind, type CommandSink } from '#contracts/commands.ts';
import type { EpochMicros } from '#units/integers.ts';
import { openSyntheticSession } from './workload.ts';

const PACE_MILLIS = 2;
const WAIT_MILLIS_MAX = 30_000;

/** Notes when the first order left, in milliseconds since the process began. */
class FirstOrder implements CommandSink {
  sentMillis = 0;

  emit(command: Readonly<Command>): void {
    if (this.sentMillis === 0 && command.kind === CommandKind.PLACE_ORDER) {
      this.sentMillis = performance.now();
    }
  }
}

/**
 * Starts a paper session at real speed and prints one JSON object once the first quote is out, or
 * throws after 30 s. All times in milliseconds; `marketMillis` is market time since the session began.
 */
export async function measureFirstQuote(directory: string): Promise<void> {
  const session = await openSyntheticSession(directory, new LatencyProbe());
  const first = new FirstOrder();
  session.router.addRecorder(first);
  const readyMillis = performance.now();
  session.start();
  while (first.sentMillis === 0) {
    const elapsedMillis = performance.now() - readyMillis;
    if (elapsedMillis > WAIT_MILLIS_MAX) throw new Error('no quote within 30 s of the start');
    session.runUntil(Math.floor(session.startMicros + elapsedMillis * 1_000) as EpochMicros);
    if (first.sentMillis === 0) await sleep(PACE_MILLIS);
  }
  const marketMillis = (session.nowMicros - session.startMicros) / 1_000;
  session.shutDown();
  session.close();
  process.stdout.write(
    `${JSON.stringify({ readyMillis, quoteMillis: first.sentMillis, marketMillis })}\n`,
  );
}
