import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import { Layer, OrderType, TimeInForce } from '#contracts/order.ts';

/** A disk that lags so far behind is waited for: more is never held. */
const HELD_MAX = 256;

/** The journal as the gate needs it. */
export interface DurableJournal {
  /** The event being applied, the cause of what is submitted. */
  readonly lastSequence: number;
  /** Highest event on stable storage. */
  readonly durableSequence: number;
  /** Returns when everything appended is on stable storage; throws when it never will be. */
  flush(): void;
}

/**
 * FLUSH: an order that needs its record waits for the disk, and the turn with it. For journals that are
 * written on the caller's thread.
 * HOLD: it is held until the record is durable, and the loop goes on. For journals with a writer of
 * their own, whose owner calls `release`.
 */
export type WriteAheadPolicy = 'flush' | 'hold';

export interface WriteAheadGateOptions {
  readonly gateway: OrderGateway;
  readonly journal: DurableJournal;
  readonly policy: WriteAheadPolicy;
}

interface Held {
  readonly command: OrderCommand | RequestCommand;
  /** Leaves when this event is durable; 0 for what only keeps its place in the line. */
  readonly neededSequence: number;
}

/**
 * Write-ahead: an order whose cause a crash could make us forget is not sent before that cause is on
 * the disk. A post-only quote needs no record of its own: its id lies in an epoch that was made durable
 * before anything was sent, so after a crash it is found by its id and cancelled, and until then it can
 * only be filled at a price we offered. A hedge taken twice is a loss, so hedges wait, as does
 * whatever else may take liquidity. Cancels and queries add no risk and pass.
 *
 * On one instrument nothing overtakes: a cancel leaves after the order it names.
 */
export class WriteAheadGate implements OrderGateway {
  private readonly gateway: OrderGateway;
  private readonly journal: DurableJournal;
  private readonly policy: WriteAheadPolicy;
  private held: Held[] = [];
  private isCut = false;

  constructor(options: WriteAheadGateOptions) {
    this.gateway = options.gateway;
    this.journal = options.journal;
    this.policy = options.policy;
  }

  /** Commands that wait for the disk. */
  get heldCount(): number {
    return this.held.length;
  }

  /** What is held never leaves: the process is gone. */
  cut(): void {
    this.isCut = true;
    this.held = [];
  }

  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    if (this.isCut) return;
    const { journal } = this;
    const needed = needsRecord(command) ? journal.lastSequence : 0;
    if (needed > journal.durableSequence && this.policy === 'flush') journal.flush();
    const mustWait = needed > journal.durableSequence || this.isBehind(command);
    if (!mustWait) {
      this.gateway.submit(command);
      return;
    }
    if (this.held.length >= HELD_MAX) {
      journal.flush();
      this.release();
      this.submit(command);
      return;
    }
    this.held.push({ command: copyOf(command), neededSequence: needed });
  }

  /** Sends, in order, what the disk has caught up with. Cheap when nothing is held. */
  release(): void {
    if (this.held.length === 0) return;
    const { durableSequence } = this.journal;
    let count = 0;
    for (const { command, neededSequence } of this.held) {
      if (neededSequence > durableSequence) break;
      count += 1;
      this.gateway.submit(command);
      if (this.isCut) return;
    }
    this.held.splice(0, count);
  }

  /** True when something held is about the same instrument. */
  private isBehind(command: Readonly<OrderCommand | RequestCommand>): boolean {
    if (this.held.length === 0 || command.kind === CommandKind.REQUEST_SNAPSHOT) return false;
    return this.held.some((one) => one.command.instrument === command.instrument);
  }
}

/** True for an order that may take liquidity or that hedges. */
function needsRecord(command: Readonly<OrderCommand | RequestCommand>): boolean {
  const isNewOrder =
    command.kind === CommandKind.PLACE_ORDER || command.kind === CommandKind.REPLACE_ORDER;
  if (!isNewOrder) return false;
  const { layer, type, timeInForce } = command as OrderCommand;
  const isPostOnly = type === OrderType.LIMIT_MAKER || timeInForce === TimeInForce.GTX;
  return layer >= Layer.HEDGE || !isPostOnly;
}

function copyOf(command: Readonly<OrderCommand | RequestCommand>): OrderCommand | RequestCommand {
  const isOrder = command instanceof OrderCommand;
  return Object.assign(isOrder ? new OrderCommand() : new RequestCommand(), command);
}
