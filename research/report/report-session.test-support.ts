/** A short synthetic session, played once and kept for the tests of this folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '#adapters/config/config.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { openPaper } from '#compose/paper.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import { buildSummary } from '#research/measure/summary.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import type { ReportInput } from './report.ts';

/** Plays `seconds` of the `naive-touch` profile on the synthetic market of seed 7. */
export async function playSession(seconds: number): Promise<ReportInput> {
  const folder = mkdtempSync(join(tmpdir(), 'report-test-'));
  try {
    const overrides = [
      { path: 'profile', value: 'naive-touch' },
      { path: 'seed', value: '7' },
    ];
    const loaded = loadConfiguration({ file: null, overrides });
    const probe = new LatencyProbe();
    const directory = join(folder, 'session');
    const session = await openPaper({ loaded, directory, build: '0.0.0+test', probe });
    const measures = new SessionMeasures(session.engine);
    measures.attach(session.host, session.router);
    session.start();
    session.runUntil((session.startMicros + seconds * MICROS_PER_SECOND) as EpochMicros);
    const openAtEnd = session.shutDown();
    measures.series.sample(session.nowMicros);
    const hashes = session.close();
    const summary = buildSummary({
      session,
      measures,
      hashes,
      probe,
      build: '0.0.0+test',
      worldName: 'paper',
      wallSeconds: 1,
      openAtEnd,
    });
    return { summary, measures, setup: session.setup };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
