import { OrderState } from '#contracts/order.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';

/** Order states a fault can meet. An ended order is met by what comes too late. */
export const CELL_STATES = [
  ...(['PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL'] as const),
  ...(['PENDING_REPLACE', 'UNKNOWN'] as const),
] as const;
export type CellState = (typeof CELL_STATES)[number];

/** Order states that some faults cannot meet, whatever else goes wrong, and why not. */
interface UnreachableCells {
  readonly faults: readonly FaultName[];
  readonly states: readonly CellState[];
  readonly why: string;
}

/**
 * A fault of the market, the account, the clock, the process or the disk strikes when it likes and meets
 * orders in every state. What strikes a request or an answer meets only orders that can have one.
 */
export const UNREACHABLE_CELLS: readonly UnreachableCells[] = [
  {
    faults: ['cancel-fill-race'],
    states: ['PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_REPLACE'],
    why: 'the cancel of the order is on the way: it is PENDING_CANCEL, or stays UNKNOWN',
  },
  {
    faults: ['amend-race'],
    states: ['PENDING_NEW', 'PENDING_CANCEL', 'PENDING_REPLACE', 'UNKNOWN'],
    why: 'only an acknowledged order is amended, and it keeps its state until the answer',
  },
  {
    faults: ['order-count', 'replace-half-success'],
    states: ['NEW', 'PARTIALLY_FILLED'],
    why: 'a request for a new order is struck before it is answered: the new one is pending or in doubt, and so is the one it replaces',
  },
  {
    faults: ['ack-duplicated'],
    states: ['PENDING_NEW'],
    why: 'the first copy has told of the order when the second one comes',
  },
  {
    faults: ['accepted-not-found'],
    states: ['PENDING_NEW'],
    why: 'an order is asked after when its answer is overdue, and then it is UNKNOWN',
  },
];

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

/** What a table of cells comes to. Cells are named "fault x STATE". */
export interface CellVerdict {
  readonly hit: number;
  /** Cells that can be hit. */
  readonly total: number;
  /** Those that nobody hit: never tested. */
  readonly unhit: readonly string[];
  /** Those that cannot be hit, by the reason. */
  readonly unreachable: readonly { readonly why: string; readonly cells: readonly string[] }[];
  /** Hit, although they were thought to be out of reach: a reason is wrong. They count as reachable. */
  readonly unexpected: readonly string[];
}

/** Cells hit, cells there are, and the names of those that nobody hit or can hit. */
export function judgeCells(cells: FaultCells): CellVerdict {
  const unhit: string[] = [];
  const unexpected: string[] = [];
  const unreachable = new Map<string, string[]>();
  let hit = 0;
  for (const [fault, row] of Object.entries(cells)) {
    for (const state of CELL_STATES) {
      const name = `${fault} x ${state}`;
      const why = whyUnreachable(fault, state);
      if (row[state] > 0) {
        hit += 1;
        if (why !== null) unexpected.push(name);
      } else if (why === null) unhit.push(name);
      else unreachable.set(why, [...(unreachable.get(why) ?? []), name]);
    }
  }
  return {
    hit,
    total: hit + unhit.length,
    unhit,
    unreachable: [...unreachable].map(([why, names]) => ({ why, cells: names })),
    unexpected,
  };
}

/** Why a fault cannot meet an order in a state; null when it can. */
function whyUnreachable(fault: string, state: CellState): string | null {
  for (const { faults, states, why } of UNREACHABLE_CELLS) {
    if ((faults as readonly string[]).includes(fault) && states.includes(state)) return why;
  }
  return null;
}
