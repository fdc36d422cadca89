/** One thread of a campaign: runs the seeds it is handed, one after the other. */
import { parentPort } from 'node:worker_threads';
import { simulate, simulateSockets } from '#compose/simulated.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';

/** What a worker is asked to run. Its answer is the SimulationResult. */
export interface SeedJob {
  readonly seed: number;
  readonly hours: number;
  readonly faults: readonly FaultName[];
  readonly build: string;
  /** Instead of the drawn script: the script, when the run ends, and how it is repeated. */
  readonly script?: readonly FaultWindow[];
  readonly endMicros?: number | null;
  readonly repeat?: string;
  /** The connectors and simulated sockets are in between. */
  readonly sockets?: boolean;
}

const port = parentPort;
if (port === null) throw new Error('this file is run as a worker thread');
port.on('message', (job: SeedJob) => {
  if (job.sockets !== true) {
    port.postMessage(simulate(job));
    return;
  }
  void simulateSockets(job).then(
    (result) => port.postMessage(result),
    (cause: unknown) => {
      // As an error of the thread, which is where who waits for it looks.
      setImmediate(() => {
        throw cause;
      });
    },
  );
});
