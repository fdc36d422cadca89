import { Condition } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import { type FaultName, FaultTarget, faultOf } from '#simulation/faults/fault-table.ts';

/** What a window broke may still be felt so long after it: held reports, reconnections. */
const AFTERMATH_MICROS = 8_000_000;

/** Faults that hold back or lose what the venue says of our orders. */
const SILENCERS: ReadonlySet<FaultName> = new Set([
  ...(['ack-lost', 'ack-late', 'fill-before-ack', 'fill-reordered', 'unknown-status'] as const),
  ...(['user-stream-silent', 'user-stream-cut', 'cut-24h', 'halt', 'tick-size-change'] as const),
  ...(['rate-429', 'ban-418', 'accepted-not-found', 'question-refused'] as const),
  ...(['account-answer-late', 'account-question-lost', 'statement-late'] as const),
]);
/** Faults of orders and limits that also stop the market. */
const MARKET_STOPPERS: ReadonlySet<FaultName> = new Set([
  'halt',
  'tick-size-change',
  'cancel-only',
]);

export type ConditionListener = (
  condition: Condition,
  instrument: number,
  isOpen: boolean,
  atMicros: number,
) => void;

/** Which parts of the world a script breaks, and when: what it says on paper, whatever it hits. */
export class BrokenParts {
  private readonly script: readonly FaultWindow[];
  private readonly instrumentCount: number;

  constructor(script: readonly FaultWindow[], instrumentCount: number) {
    this.script = script;
    this.instrumentCount = instrumentCount;
  }

  /** Calls back twice for each part that each window breaks: opened, and whole again. */
  follow(listener: ConditionListener): void {
    for (const window of this.script) {
      for (const condition of conditionsOf(window.name)) {
        for (let index = 0; index < this.instrumentCount; index++) {
          if (window.instrument >= 0 && window.instrument !== index) continue;
          const end = window.fromMicros + window.lengthMicros + AFTERMATH_MICROS;
          listener(condition, index, true, window.fromMicros);
          listener(condition, index, false, end);
        }
      }
    }
  }
}

function conditionsOf(name: FaultName): readonly Condition[] {
  const { MARKET_FEED, PRIVATE_FEED, ORDER_PATH, VENUE } = Condition;
  const broken: Condition[] = [];
  const { hits } = faultOf(name);
  const isMarket = hits === FaultTarget.MARKET && name !== 'market-burst';
  if (isMarket || MARKET_STOPPERS.has(name)) broken.push(MARKET_FEED);
  if (SILENCERS.has(name)) broken.push(PRIVATE_FEED);
  if (hits === FaultTarget.ORDER || hits === FaultTarget.TIME) broken.push(ORDER_PATH);
  // A stamp outside of the venue's window: it answers nothing but that.
  if (hits === FaultTarget.TIME) broken.push(VENUE);
  return broken;
}
