/** 34: the venue's full word on the account is asked for again and again, whatever became of the last answer. */
import { CommandKind } from '#contracts/commands.ts';
import type { AuditBounds } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import { CleanClock, Deadline, INSTRUMENTS_MAX, type Situation } from './situation.ts';

const KINDS = [
  CommandKind.REQUEST_ACCOUNT,
  CommandKind.REQUEST_OPEN_ORDERS,
  CommandKind.REQUEST_FILLS,
] as const;
const WORDS = ['balances and position', 'open orders', 'own trades'] as const;

/** Hot: `poll` with every timer; a few comparisons. */
export class AskingAudit {
  private readonly findings: Findings;
  private readonly boundMicros: number;
  private readonly instrumentCount: number;
  /** Per kind and instrument; the account has one question for all. */
  private readonly deadlines: readonly Deadline[];

  constructor(
    bounds: AuditBounds,
    instrumentCount: number,
    situation: Situation,
    findings: Findings,
  ) {
    this.findings = findings;
    this.boundMicros = bounds.accountAskMicros;
    this.instrumentCount = instrumentCount;
    const deadlines: Deadline[] = [];
    for (let lane = 0; lane < KINDS.length * INSTRUMENTS_MAX; lane++) {
      deadlines.push(new Deadline(situation, CleanClock.ORDERS, bounds.stormFactor));
    }
    this.deadlines = deadlines;
  }

  onCommand(kind: CommandKind, instrument: number): void {
    const index = KINDS.indexOf(kind as (typeof KINDS)[number]);
    if (index < 0) return;
    const market = kind === CommandKind.REQUEST_ACCOUNT ? 0 : instrument;
    this.begin(index * INSTRUMENTS_MAX + market);
  }

  /** A life begins: it has all the time there is. */
  onStarted(): void {
    for (let lane = 0; lane < this.deadlines.length; lane++) this.begin(lane);
  }

  /** With every timer. */
  poll(): void {
    for (let lane = 0; lane < this.deadlines.length; lane++) {
      const market = lane % INSTRUMENTS_MAX;
      const kind = (lane - market) / INSTRUMENTS_MAX;
      const isAsked = kind === 0 ? market === 0 : market < this.instrumentCount;
      if (!isAsked || !(this.deadlines[lane] as Deadline).isOver(this.boundMicros)) continue;
      this.findings.violate(
        34,
        `the venue was not asked for ${WORDS[kind]} of market ${market} since ${(this.deadlines[lane] as Deadline).startedAtMicros}`,
      );
      this.begin(lane);
    }
  }

  private begin(lane: number): void {
    const deadline = this.deadlines[lane] as Deadline;
    deadline.stop();
    deadline.start();
  }
}
