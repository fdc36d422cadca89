/** What the engine believed at the end of each turn, by sequence: a command is judged by the turn that made it. */
import type { EngineView } from './auditor-inputs.ts';
import { HEDGE, QUOTED } from './situation.ts';

const TURNS = 8_192;

export const TurnFlag = {
  KILLED: 1,
  SHUT_DOWN: 2,
  QUOTED_DARK: 4,
  HEDGE_DARK: 8,
  NO_LEASE: 16,
} as const;

/** Hot: `note` every applied event. */
export class TurnMemory {
  private readonly sequences = new Float64Array(TURNS).fill(-1);
  private readonly deltas = new Float64Array(TURNS);
  private readonly flags = new Int32Array(TURNS);
  private readonly hasHedge: boolean;

  constructor(hasHedge: boolean) {
    this.hasHedge = hasHedge;
  }

  /** `isLeased`: by the auditor's own knowledge of the grants. Returns the flags noted. */
  note(sequence: number, view: EngineView, isLeased: boolean): number {
    let flags = 0;
    if (view.isKilled) flags |= TurnFlag.KILLED;
    if (view.isShutDown) flags |= TurnFlag.SHUT_DOWN;
    if (!isLeased || !view.isLeaseValid) flags |= TurnFlag.NO_LEASE;
    if (!view.isBookLive(QUOTED) || view.isMarketStale(QUOTED)) flags |= TurnFlag.QUOTED_DARK;
    if (this.hasHedge && (!view.isBookLive(HEDGE) || view.isMarketStale(HEDGE))) {
      flags |= TurnFlag.HEDGE_DARK;
    }
    const index = sequence % TURNS;
    this.sequences[index] = sequence;
    this.deltas[index] = view.netDeltaBaseUnits;
    this.flags[index] = flags;
    return flags;
  }

  knows(sequence: number): boolean {
    return this.sequences[sequence % TURNS] === sequence;
  }

  netDeltaAt(sequence: number): number {
    return this.deltas[sequence % TURNS] as number;
  }

  flagsAt(sequence: number): number {
    return this.flags[sequence % TURNS] as number;
  }

  /** The sequences after it will be given anew. */
  rollBack(sequence: number): void {
    for (let index = 0; index < TURNS; index++) {
      if ((this.sequences[index] as number) > sequence) this.sequences[index] = -1;
    }
  }
}
