import { OrderState } from '#contracts/order.ts';

/** Order states a fault can meet. An ended order is met by what comes too late. */
export const CELL_STATES = [
  ...(['PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL'] as const),
  ...(['PENDING_REPLACE', 'UNKNOWN'] as const),
] as const;
export type CellState = (typeof CELL_STATES)[number];

/** How often each fault met an order in each state: `counts[fault][state]`. */
export type FaultCells = Readonly<Record<string, Readonly<Record<CellState, number>>>>;

/** Counts which fault met which order state: a cell nobody hit was never tested. */
export class FaultCellCounter {
  private readonly counts = new Map<string, Float64Array>();

  constructor(faults: readonly string[]) {
    for (const fault of faults) this.counts.set(fault, new Float64Array(CELL_STATES.length));
  }

  /** One fault met one order in this state. States past the open ones are not counted. */
  hit(fault: string, state: OrderState): void {
    const row = this.counts.get(fault);
    if (row === undefined || state > OrderState.UNKNOWN) return;
    row[state] = (row[state] as number) + 1;
  }

  /** Adds what another run counted. */
  add(cells: FaultCells): void {
    for (const [fault, row] of Object.entries(cells)) {
      const own = this.counts.get(fault);
      if (own === undefined) continue;
      for (const [index, state] of CELL_STATES.entries()) {
        own[index] = (own[index] as number) + row[state];
      }
    }
  }

  get cells(): FaultCells {
    const cells: Record<string, Record<CellState, number>> = {};
    for (const [fault, row] of this.counts) {
      const states = {} as Record<CellState, number>;
      for (const [index, state] of CELL_STATES.entries()) states[state] = row[index] as number;
      cells[fault] = states;
    }
    return cells;
  }
}

/** Cells hit, cells there are, and the names of those that nobody hit. */
export function judgeCells(cells: FaultCells): {
  readonly hit: number;
  readonly total: number;
  readonly unhit: readonly string[];
} {
  const unhit: string[] = [];
  let total = 0;
  for (const [fault, row] of Object.entries(cells)) {
    for (const state of CELL_STATES) {
      total += 1;
      if (row[state] === 0) unhit.push(`${fault} x ${state}`);
    }
  }
  return { hit: total - unhit.length, total, unhit };
}
