/** 29: each table of the engine is within what it declares, and declares what it was found to need. */
import type { EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';

/** Quotes of two sides in three layers of four children, eight hedge legs, each with the one it replaces. */
const LIVE_ORDERS = 2 * (2 * 3 * 4 + 8);
/** Orders that nobody of this life knows: a venue rarely shows more at once. */
const ORPHANS = 16;

/**
 * The most each table may ever be allowed, by its name: counted anew here, not read from the engine, so
 * that a limit that was changed or taken away by mistake shows.
 */
export const TABLE_MOSTS: Readonly<Record<string, number>> = {
  'live orders': LIVE_ORDERS + ORPHANS,
  // Every live order, and as many more as one plan can place.
  reservations: LIVE_ORDERS + 32,
  // Open ones and what ended lately: an hour of them.
  'remembered orders': 512,
  // A hundred seconds of depth at ten messages a second.
  'held depth messages of instrument 0': 1_024,
  'held depth messages of instrument 1': 1_024,
};

export class TableAudit {
  private readonly findings: Findings;
  private readonly expected: readonly string[];
  private readonly isReported = new Set<string>();

  /** A market that is not there has no table. */
  constructor(findings: Findings, instrumentCount: number) {
    this.findings = findings;
    this.expected = Object.keys(TABLE_MOSTS).filter(
      (name) => instrumentCount > 1 || !name.endsWith(' 1'),
    );
  }

  /** Every so many events, and in the calm. */
  check(view: EngineView): void {
    for (let index = 0; index < view.tableCount; index++) this.checkTable(view, index);
    for (const name of this.expected) {
      this.findings.count(29);
      if (!isShown(view, name)) this.report(name, `${name} is not shown any more`);
    }
  }

  private checkTable(view: EngineView, index: number): void {
    this.findings.count(29);
    const name = view.tableName(index);
    const size = view.tableSize(index);
    const declared = view.tableCapacity(index);
    const most = TABLE_MOSTS[name] ?? 0;
    if (size > declared) this.findings.violate(29, `${name} holds ${size}, at most ${declared}`);
    if (declared <= most) return;
    this.report(name, `${name} may hold ${declared}, own count says ${most} are enough`);
  }

  /** It does not change while a program runs: once is enough. */
  private report(name: string, detail: string): void {
    if (this.isReported.has(name)) return;
    this.isReported.add(name);
    this.findings.violate(29, detail);
  }
}

function isShown(view: EngineView, name: string): boolean {
  for (let index = 0; index < view.tableCount; index++) {
    if (view.tableName(index) === name) return true;
  }
  return false;
}
