/**
 * The child process in which one suite runs: a heap and a compiler of its own. Told by the parent
 * which suite, answers over the channel between them, because what a suite loads may print.
 */
import { GarbageWatch } from './garbage.ts';
import { type BenchRow, summarise } from './row.ts';
import { SUITES } from './suites.ts';
import { recordWorkload, type Workload } from './workload.ts';

/** What the parent asks for. */
export type SuiteRequest =
  | { readonly kind: 'record'; readonly workload: Workload }
  | { readonly kind: 'measure'; readonly suite: string; readonly workload: Workload };

/** What it gets: rows (none for `record`), or why there are none. */
export interface SuiteAnswer {
  readonly rows: readonly BenchRow[];
  readonly failure: string | null;
}

async function answer(request: SuiteRequest): Promise<readonly BenchRow[]> {
  if (request.kind === 'record') {
    await recordWorkload(request.workload);
    return [];
  }
  const suite = SUITES.find(({ name }) => name === request.suite);
  if (suite === undefined) throw new RangeError(`no such suite: ${request.suite}`);
  const loaded = await suite.load();
  const garbage = new GarbageWatch();
  const measured = await loaded.rows(request.workload);
  const gcShare = await garbage.stop();
  return measured.map((row) => summarise(row, gcShare));
}

process.once('message', (request: SuiteRequest) => {
  answer(request).then(
    (rows) => reply({ rows, failure: null }),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      reply({ rows: [], failure: text });
    },
  );
});

/** Sends the answer and ends, whatever what was loaded still wants to do. */
function reply(message: SuiteAnswer): void {
  process.send?.(message, () => process.exit(0));
}
