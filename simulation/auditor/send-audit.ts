/**
 * Every command at the moment it leaves: 2, 3, 4, 10, 13, 16, 20, 21, 22, 27, 37; sizes, limits and rates in
 * `size-audit.ts` and `rate-audit.ts`. What depends on
 * what the engine believed waits for the end of the turn that caused the command.
 */
import {
  type Command,
  CommandKind,
  type OrderCommand,
  type RequestCommand,
} from '#contracts/commands.ts';
import { Layer, OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type { AccountBooks } from './account-books.ts';
import type { AuditBounds, CommandContext } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { GrantedLimits } from './granted-limits.ts';
import type { KillAudit } from './kill-audit.ts';
import type { MarketAges } from './market-ages.ts';
import type { OrderLife } from './order-life.ts';
import type { RateAudit } from './rate-audit.ts';
import { epochOf, SentOrder, type SentOrders } from './sent-orders.ts';
import { CleanClock, QUOTED, type Situation } from './situation.ts';
import type { SizeAudit } from './size-audit.ts';
import { TurnFlag, type TurnMemory } from './turn-memory.ts';

/** Longest a lease may be over and an order of the last turn still be on its way out. */
const AGE_SLACK_MICROS = 100_000;

interface SendAuditOptions {
  readonly bounds: AuditBounds;
  readonly childrenPerLayer: number;
  readonly targetDeltaBaseUnits: number;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly account: AccountBooks;
  readonly orders: SentOrders;
  readonly life: OrderLife;
  readonly rate: RateAudit;
  readonly sizes: SizeAudit;
  readonly granted: GrantedLimits;
  readonly ages: MarketAges;
  readonly turns: TurnMemory;
  readonly kill: KillAudit;
}

/** Hot: every command. Text only when something is wrong. */
export class SendAudit {
  /** Net delta beyond which nothing may be quoted, because it has been for too long; 0: it has not. */
  hardDeltaBaseUnits = 0;
  private readonly options: SendAuditOptions;
  private readonly findings: Findings;
  private readonly orders: SentOrders;
  private readonly waiting: SentOrder[] = [];
  /** Cancels of this turn that the engine emitted and that have not left. */
  private keptCancels = 0;

  constructor(options: SendAuditOptions) {
    this.options = options;
    this.findings = options.findings;
    this.orders = options.orders;
  }

  onCommand(
    command: Readonly<OrderCommand | RequestCommand>,
    context: Readonly<CommandContext>,
  ): void {
    const { situation, rate } = this.options;
    this.findings.count(22);
    if (!situation.isUp || context.epoch !== situation.epoch) {
      this.findings.violate(
        22,
        `a command of kind ${command.kind} from epoch ${context.epoch}; living: ${situation.isUp ? situation.epoch : 'none'}`,
      );
    }
    const isAccountWide = command.kind === CommandKind.REQUEST_ACCOUNT;
    const isNew =
      command.kind === CommandKind.PLACE_ORDER ||
      command.kind === CommandKind.REPLACE_ORDER ||
      command.kind === CommandKind.AMEND_ORDER;
    if (isCancel(command)) this.keptCancels = Math.max(0, this.keptCancels - 1);
    rate.onRequest(isAccountWide ? -1 : command.instrument, isNew, context.nowMicros);
    rate.weights.onRequest(command, context.epoch, context.nowMicros);
    switch (command.kind) {
      case CommandKind.PLACE_ORDER:
      case CommandKind.REPLACE_ORDER:
        this.onPlacement(command as Readonly<OrderCommand>, context);
        break;
      case CommandKind.AMEND_ORDER:
        this.onAmend(command as Readonly<OrderCommand>, context);
        break;
      case CommandKind.CANCEL_ORDER:
        this.onCancel(this.orders.find((command as Readonly<OrderCommand>).clientOrderId));
        break;
      case CommandKind.QUERY_ORDER:
        this.options.life.onAsked((command as Readonly<OrderCommand>).clientOrderId);
        break;
      case CommandKind.CANCEL_ALL:
        this.findings.count(20);
        for (const order of this.orders.live) {
          if (order.instrument === command.instrument) this.onCancel(order);
        }
        break;
    }
  }

  /** 20: the engine wants it; what stands between it and the venue may not keep a cancel. */
  onEmitted(command: Readonly<Command>): void {
    if (isCancel(command)) this.keptCancels += 1;
  }

  /** The turn of that sequence is over. Hot: nothing waits at most events. */
  onTurnEnd(): void {
    if (this.keptCancels > 0) {
      this.findings.violate(20, `${this.keptCancels} cancels of the turn did not leave with it`);
      this.keptCancels = 0;
    }
    if (this.waiting.length === 0) return;
    const { sequence } = this.options.situation;
    let kept = 0;
    for (let index = 0; index < this.waiting.length; index++) {
      const order = this.waiting[index] as SentOrder;
      if (order.causeSequence <= sequence) this.judgeTurn(order);
      else {
        this.waiting[kept] = order;
        kept += 1;
      }
    }
    this.waiting.length = kept;
  }

  /** A process died: what its last turn believed will not be known. */
  onCrashed(): void {
    this.waiting.length = 0;
    this.keptCancels = 0;
  }

  private onPlacement(command: Readonly<OrderCommand>, context: Readonly<CommandContext>): void {
    const id = command.clientOrderId;
    const isHedge = command.layer === Layer.HEDGE;
    this.checkId(id, context);
    this.checkWriteAhead(command, context, isHedge);
    const target =
      command.kind === CommandKind.REPLACE_ORDER ? this.orders.find(command.targetOrderId) : null;
    const order = this.record(command, context, isHedge, target);
    this.checkSlot(order, target);
    this.checkSelfMatch(order, target);
    this.options.sizes.check(command, order, target);
    if (!isHedge) {
      this.checkLease(order);
      this.checkAges(order);
      this.checkListed(order);
    }
    const granted = this.options.granted.placements(order.instrument);
    this.options.rate.onPlacement(order.instrument, granted, context.nowMicros, id);
    const isOver = order.causeSequence <= this.options.situation.sequence;
    if (isOver) this.judgeTurn(order);
    else this.waiting.push(order);
  }

  private checkId(id: number, context: Readonly<CommandContext>): void {
    this.findings.count(3);
    const isNew = id > 0 && this.orders.use(id);
    if (!isNew) this.findings.violate(3, `client order id ${id} is sent again`, id);
    if (epochOf(id) !== context.epoch) {
      this.findings.violate(22, `an id of epoch ${epochOf(id)} from epoch ${context.epoch}`, id);
    }
    if (!(context.causeSequence > 0)) {
      this.findings.violate(36, 'an order that no event caused', id);
    }
  }

  /** Post-only quotes are covered by the durable epoch of their id; all else by their cause on disk. */
  private checkWriteAhead(
    command: Readonly<OrderCommand>,
    context: Readonly<CommandContext>,
    isHedge: boolean,
  ): void {
    const isPostOnly =
      command.type === OrderType.LIMIT_MAKER || command.timeInForce === TimeInForce.GTX;
    this.checkEpoch(command.clientOrderId, context);
    if (isPostOnly && !isHedge) return;
    this.findings.count(4);
    if (context.causeSequence <= context.durableSequence) return;
    this.findings.violate(
      4,
      `left at cause ${context.causeSequence}, durable up to ${context.durableSequence}`,
      command.clientOrderId,
    );
  }

  /** An id of an epoch that a crash takes back would be given twice: every order needs its own on disk. */
  private checkEpoch(id: number, context: Readonly<CommandContext>): void {
    this.findings.count(4);
    if (epochOf(id) <= context.durableEpoch) return;
    this.findings.violate(
      4,
      `an id of epoch ${epochOf(id)} left, durable up to epoch ${context.durableEpoch}`,
      id,
    );
  }

  private record(
    command: Readonly<OrderCommand>,
    context: Readonly<CommandContext>,
    isHedge: boolean,
    target: SentOrder | null,
  ): SentOrder {
    const order = new SentOrder();
    order.id = command.clientOrderId;
    order.instrument = command.instrument;
    order.side = command.side;
    order.layer = command.layer;
    order.isHedge = isHedge;
    order.priceTicks = command.priceTicks;
    order.totalLots = command.quantityLots;
    order.knownTotalLots = command.quantityLots;
    order.targetId = target === null ? 0 : target.id;
    order.causeSequence = context.causeSequence;
    order.sentAtMicros = context.nowMicros;
    order.sentRunningMicros = this.options.situation.allMicros(CleanClock.RUNNING);
    if (target !== null) {
      target.isOutgoing = true;
      target.cancelSentMicros = context.nowMicros;
    }
    this.orders.add(order);
    return order;
  }

  /** 2: a slot of quotes holds its children, and the one that is being replaced. */
  private checkSlot(order: SentOrder, target: SentOrder | null): void {
    if (order.isHedge) return;
    this.findings.count(2);
    let others = 0;
    let older = 0;
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const other = live[index] as SentOrder;
      if (other === order || other === target || other.isOutgoing || !other.isMine) continue;
      if (other.isHedge || other.instrument !== order.instrument) continue;
      if (other.side !== order.side || other.layer !== order.layer) continue;
      others += 1;
      older = other.id;
    }
    if (others < this.options.childrenPerLayer) return;
    this.findings.violate(
      2,
      `${others} orders of layer ${order.layer}, side ${order.side} may still live, among them ${older}`,
      order.id,
    );
  }

  /** 16: no own order on the other side that the price reaches. */
  private checkSelfMatch(order: SentOrder, target: SentOrder | null): void {
    this.findings.count(16);
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const other = live[index] as SentOrder;
      if (other.instrument !== order.instrument || other.side === order.side) continue;
      if (other === target || !other.isMine || other.priceTicks === 0) continue;
      const isReached =
        order.priceTicks === 0 ||
        (order.side === Side.BUY
          ? order.priceTicks >= other.priceTicks
          : order.priceTicks <= other.priceTicks);
      if (!isReached) continue;
      this.findings.violate(
        16,
        `side ${order.side} at ${order.priceTicks} reaches own order ${other.id} at ${other.priceTicks}`,
        order.id,
      );
      return;
    }
  }

  /** 37: who grants may be dead: a grant that was not renewed in time allows nothing new. */
  private checkLease(order: SentOrder): void {
    this.findings.count(37);
    const { granted, situation } = this.options;
    const over = situation.nowMicros - granted.expiresAtMicros;
    if (over < 0) return;
    const what = granted.expiresAtMicros === 0 ? 'no grant' : `a grant ${over} microseconds over`;
    this.findings.violate(37, `a quote under ${what}`, order.id);
  }

  /** 13: nothing of the quoted market was delivered for too long. */
  private checkAges(order: SentOrder): void {
    this.findings.count(13);
    const { ages, bounds, situation } = this.options;
    const age = ages.ageMicros(QUOTED, situation.nowMicros);
    if (age <= bounds.marketAgeMicros + AGE_SLACK_MICROS) return;
    this.findings.violate(13, `a quote on a market ${age} microseconds old`, order.id);
  }

  /** 27: after a restart nothing new before the venue's list of open orders. */
  private checkListed(order: SentOrder): void {
    const { situation, life } = this.options;
    if (situation.lifeCount < 2) return;
    this.findings.count(27);
    if (life.hasListed(order.instrument)) return;
    this.findings.violate(
      27,
      'a quote before the open orders of the last life were told',
      order.id,
    );
  }

  private onAmend(command: Readonly<OrderCommand>, context: Readonly<CommandContext>): void {
    const order = this.orders.find(command.clientOrderId);
    this.options.sizes.checkAmend(command, order);
    if (order !== null) this.checkWriteAheadOfAmend(order, context);
  }

  private checkWriteAheadOfAmend(order: SentOrder, context: Readonly<CommandContext>): void {
    if (!order.isHedge) return;
    this.findings.count(4);
    if (context.causeSequence <= context.durableSequence) return;
    this.findings.violate(
      4,
      `amend at cause ${context.causeSequence} before it was durable`,
      order.id,
    );
  }

  private onCancel(order: SentOrder | null): void {
    this.findings.count(20);
    if (order !== null) order.cancelSentMicros = this.options.situation.nowMicros;
  }

  /** What depends on what the engine believed in the turn that made the order. */
  private judgeTurn(order: SentOrder): void {
    const { turns } = this.options;
    const cause = order.causeSequence;
    this.options.kill.checkOrder(order);
    if (!turns.knows(cause)) return;
    if (order.isHedge) {
      this.checkHedgeSize(order, turns.netDeltaAt(cause));
      return;
    }
    const flags = turns.flagsAt(cause);
    this.findings.count(13);
    if ((flags & TurnFlag.QUOTED_DARK) !== 0) {
      this.findings.violate(13, 'a quote while the book is not live or stale', order.id);
    }
    this.findings.count(18);
    if ((flags & TurnFlag.NO_LEASE) !== 0) {
      this.findings.violate(18, 'a quote without a valid lease', order.id);
    }
    const isBeyond = Math.abs(turns.netDeltaAt(cause)) > this.hardDeltaBaseUnits;
    if (this.hardDeltaBaseUnits > 0 && isBeyond) {
      this.findings.violate(21, 'a quote while the net delta is beyond its hard limit', order.id);
    }
  }

  /** 21 and 2: all hedges that may fill carry the net delta at most one lot past flat. */
  private checkHedgeSize(order: SentOrder, netDelta: number): void {
    const { account, targetDeltaBaseUnits, findings } = this.options;
    findings.count(21);
    findings.count(2);
    const unit = account.instrument(order.instrument)?.baseUnitsPerLot ?? 1;
    const excess = netDelta - targetDeltaBaseUnits;
    const toReduce = order.side === Side.SELL ? excess : 0 - excess;
    // What filled and is not in the delta yet must not be hedged twice.
    let lots = this.orders.untoldLots(order.instrument, order.side);
    if (order.isKnownEnded) lots += order.totalLots;
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const other = live[index] as SentOrder;
      if (!other.isHedge || !other.isMine || other.isOutgoing) continue;
      if (other.instrument !== order.instrument || other.side !== order.side) continue;
      lots += other === order ? other.totalLots : other.knownLeavesLots;
    }
    if (lots * unit <= Math.max(0, toReduce) + unit) return;
    findings.violate(
      21,
      `hedges of ${lots} lots on side ${order.side} may fill, to reduce: ${toReduce} base units`,
      order.id,
    );
  }
}

function isCancel({ kind }: Readonly<Command>): boolean {
  return kind === CommandKind.CANCEL_ORDER || kind === CommandKind.CANCEL_ALL;
}
