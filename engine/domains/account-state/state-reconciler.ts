import { CommandKind, type CommandSink, RequestCommand } from '#contracts/commands.ts';
import type { AccountStateConfiguration } from '#contracts/configuration/account-state-configuration.ts';
import { AccountQuery, type QueryCompletedEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type InstrumentIndex, NO_INSTRUMENT } from '#units/integers.ts';

const MARKETS_MAX = 2;
const QUERIES = 3;
const LANE_COUNT = QUERIES * MARKETS_MAX;
/** A lost answer doubles the wait for the next one, so often at most: 8 timeouts. */
const DOUBLINGS_MAX = 3;
const NEVER = -1;

/**
 * Asks the venue for everything it knows of our account, in rounds: balances and position, open
 * orders, own trades since the last trade of the last finished round. Trade ids seen on the stream
 * prove nothing of the lower ones, so only finished answers move the place to ask from.
 *
 * A round starts with a session, after a private stream came back, on an anomaly, and periodically. An
 * answer that does not come is asked for again. Until the round after it is finished, a market whose
 * stream broke is blind: fills may have happened that nobody told.
 *
 * Works on timers and on answers only: the hot path never comes here.
 */
export class StateReconciler implements Persistent {
  /** Rounds finished since the start. */
  roundCount = 0;
  private readonly configuration: AccountStateConfiguration;
  private readonly instruments: InstrumentTable;
  private readonly output: CommandSink;
  private readonly request = new RequestCommand();
  /** Per lane (query x 2 + market): 1 while an answer is owed, since when, last asked, how often. */
  private readonly open = new Float64Array(LANE_COUNT);
  private readonly firstAskedMicros = new Float64Array(LANE_COUNT);
  private readonly askedMicros = new Float64Array(LANE_COUNT);
  private readonly attempts = new Float64Array(LANE_COUNT);
  /** Own trades below this id have all been told. */
  private readonly nextTradeIds = new Float64Array(MARKETS_MAX);
  /** The answer being read: when it was asked for, and its highest trade id. */
  private readonly pageRequestedMicros = new Float64Array(MARKETS_MAX).fill(NEVER);
  private readonly pageTradeIds = new Float64Array(MARKETS_MAX).fill(NEVER);
  private readonly blindMicros = new Float64Array(MARKETS_MAX);
  private readonly streamsDown = new Float64Array(MARKETS_MAX);
  private readonly columns: readonly Float64Array[] = [
    this.open,
    this.firstAskedMicros,
    this.askedMicros,
    this.attempts,
    this.nextTradeIds,
    this.pageRequestedMicros,
    this.pageTradeIds,
    this.blindMicros,
    this.streamsDown,
  ];
  private hasSession = false;
  /** The first round of a session opens the eyes of all markets together. */
  private isSessionBlind = false;
  private isWanted = false;
  /** A round that must not count answers to older questions: starts with the next timer. */
  private isUrgent = false;
  private startedMicros = 0;
  /** The venue counts requests against us: nothing is asked before this time. */
  private askFromMicros = 0;
  private finishedMicros = 0;

  constructor(
    configuration: AccountStateConfiguration,
    instruments: InstrumentTable,
    output: CommandSink,
  ) {
    this.configuration = configuration;
    this.instruments = instruments;
    this.output = output;
  }

  /** Since when fills of a market may happen untold, 0 when they are told. */
  blindSinceMicros(market: number): number {
    return this.blindMicros[market] ?? 0;
  }

  private get isRoundOpen(): boolean {
    return this.isUrgent || this.open.includes(1);
  }

  /** A session starts, perhaps with a past: nothing of what happened meanwhile was told. */
  startSession(nowMicros: number): void {
    this.hasSession = true;
    this.isSessionBlind = true;
    this.streamsDown.fill(0);
    this.blindMicros.fill(Math.max(1, nowMicros));
    this.isUrgent = true;
  }

  /** Something does not fit together: asks as soon as the pause between rounds allows. */
  want(): void {
    this.isWanted = true;
  }

  loseStream(market: number, nowMicros: number): void {
    this.streamsDown[market] = 1;
    this.goBlind(market, nowMicros);
  }

  /** What the stream did not tell is asked for now. A stream may break and heal between two events. */
  regainStream(market: number, nowMicros: number): void {
    this.streamsDown[market] = 0;
    this.goBlind(market, nowMicros);
    this.isUrgent = true;
  }

  /** One line of an answer to FILLS. */
  noteTrade(report: Readonly<ExecutionReport>): void {
    const market = report.instrument;
    if (this.pageRequestedMicros[market] !== report.requestedAtMicros) {
      this.pageRequestedMicros[market] = report.requestedAtMicros;
      this.pageTradeIds[market] = NEVER;
    }
    if (report.tradeId > (this.pageTradeIds[market] as number)) {
      this.pageTradeIds[market] = report.tradeId;
    }
  }

  /**
   * Takes the end of an answer. Returns whether it was one that we wait for; answers to questions of
   * before the round began prove nothing of what happened since.
   */
  onCompleted(event: Readonly<QueryCompletedEvent>): boolean {
    if (this.isUrgent) return false;
    if (event.instrument !== NO_INSTRUMENT) return this.close(event, event.instrument);
    let isAwaited = false;
    for (let market = 0; market < this.instruments.count; market++) {
      if (this.close(event, market)) isAwaited = true;
    }
    return isAwaited;
  }

  /** Own trades below this id have all been told. */
  nextTradeId(market: number): number {
    return this.nextTradeIds[market] as number;
  }

  /** The venue refused something by rate: account queries are the heaviest there are. */
  rest(untilMicros: number): void {
    if (untilMicros > this.askFromMicros) this.askFromMicros = untilMicros;
  }

  /** Nothing may be asked yet. */
  isResting(nowMicros: number): boolean {
    return nowMicros < this.askFromMicros;
  }

  onTimer(nowMicros: number): void {
    if (this.isResting(nowMicros)) return;
    if (this.isDue(nowMicros)) this.start(nowMicros);
    else this.repeatOverdue(nowMicros);
  }

  writeState(writer: StateWriter): void {
    writer.section('state-reconciler');
    writer.integer(this.roundCount);
    for (const values of this.columns) writer.floats(values, values.length);
    writer.flag(this.hasSession);
    writer.flag(this.isSessionBlind);
    writer.flag(this.isWanted);
    writer.flag(this.isUrgent);
    writer.integer(this.startedMicros);
    writer.integer(this.finishedMicros);
    writer.integer(this.askFromMicros);
  }

  readState(reader: StateReader): void {
    reader.section('state-reconciler');
    this.roundCount = reader.integer();
    for (const values of this.columns) reader.floats(values);
    this.hasSession = reader.flag();
    this.isSessionBlind = reader.flag();
    this.isWanted = reader.flag();
    this.isUrgent = reader.flag();
    this.startedMicros = reader.integer();
    this.finishedMicros = reader.integer();
    this.askFromMicros = reader.integer();
  }

  private goBlind(market: number, nowMicros: number): void {
    if (this.blindMicros[market] === 0) this.blindMicros[market] = Math.max(1, nowMicros);
  }

  private isDue(nowMicros: number): boolean {
    if (this.instruments.count === 0) return false;
    if (this.isUrgent) return true;
    if (this.isRoundOpen) return false;
    const { accountQueryIntervalMicros, reconcileIntervalMicros } = this.configuration;
    const isPeriodic = nowMicros - this.finishedMicros >= reconcileIntervalMicros;
    if (this.hasSession && isPeriodic) return true;
    return this.isWanted && nowMicros - this.startedMicros >= accountQueryIntervalMicros;
  }

  private start(nowMicros: number): void {
    this.isUrgent = false;
    this.isWanted = false;
    this.startedMicros = nowMicros;
    for (let market = 0; market < this.instruments.count; market++) {
      for (let query = 0; query < QUERIES; query++) {
        const lane = laneOf(query as AccountQuery, market);
        this.open[lane] = 1;
        this.firstAskedMicros[lane] = nowMicros;
        this.attempts[lane] = 0;
      }
    }
    this.askAccount(nowMicros);
    for (let market = 0; market < this.instruments.count; market++) {
      this.ask(AccountQuery.OPEN_ORDERS, market, nowMicros);
      this.ask(AccountQuery.FILLS, market, nowMicros);
    }
  }

  private repeatOverdue(nowMicros: number): void {
    let isAccountOverdue = false;
    for (let market = 0; market < this.instruments.count; market++) {
      if (this.isOverdue(AccountQuery.ACCOUNT, market, nowMicros)) isAccountOverdue = true;
      if (this.isOverdue(AccountQuery.OPEN_ORDERS, market, nowMicros)) {
        this.ask(AccountQuery.OPEN_ORDERS, market, nowMicros);
      }
      if (this.isOverdue(AccountQuery.FILLS, market, nowMicros)) {
        this.ask(AccountQuery.FILLS, market, nowMicros);
      }
    }
    if (isAccountOverdue) this.askAccount(nowMicros);
  }

  private isOverdue(query: AccountQuery, market: number, nowMicros: number): boolean {
    const lane = laneOf(query, market);
    if (this.open[lane] === 0) return false;
    const doublings = Math.min((this.attempts[lane] as number) - 1, DOUBLINGS_MAX);
    const patience = this.configuration.queryTimeoutMicros * 2 ** doublings;
    return nowMicros - (this.askedMicros[lane] as number) >= patience;
  }

  /** One request asks for both markets. */
  private askAccount(nowMicros: number): void {
    for (let market = 0; market < this.instruments.count; market++) {
      this.noteAsked(laneOf(AccountQuery.ACCOUNT, market), nowMicros);
    }
    this.emit(CommandKind.REQUEST_ACCOUNT, NO_INSTRUMENT, 0);
  }

  private ask(query: AccountQuery, market: number, nowMicros: number): void {
    this.noteAsked(laneOf(query, market), nowMicros);
    const isFills = query === AccountQuery.FILLS;
    const kind = isFills ? CommandKind.REQUEST_FILLS : CommandKind.REQUEST_OPEN_ORDERS;
    const from = isFills ? (this.nextTradeIds[market] as number) : 0;
    this.emit(kind, market as InstrumentIndex, from);
  }

  private noteAsked(lane: number, nowMicros: number): void {
    this.askedMicros[lane] = nowMicros;
    this.attempts[lane] = (this.attempts[lane] as number) + 1;
  }

  private emit(kind: CommandKind, instrument: InstrumentIndex, fromTradeId: number): void {
    this.request.kind = kind;
    this.request.instrument = instrument;
    this.request.fromTradeId = fromTradeId;
    this.output.emit(this.request);
  }

  private close(event: Readonly<QueryCompletedEvent>, market: number): boolean {
    const lane = laneOf(event.query, market);
    if (this.open[lane] !== 1) return false;
    if (event.requestedAtMicros < (this.firstAskedMicros[lane] as number)) return false;
    if (event.query === AccountQuery.FILLS) {
      const hasNews = this.turnPage(event, market);
      if (event.hasMore) {
        // A page that brought nothing is asked for again by the timeout, not in a circle.
        if (hasNews) this.askNextPage(market, event.atMicros);
        return false;
      }
    }
    this.open[lane] = 0;
    this.openEyes(market);
    if (!this.open.includes(1)) this.finish(event.atMicros);
    return true;
  }

  /** Everything up to the page's last trade was told. Returns whether that is news. */
  private turnPage(event: Readonly<QueryCompletedEvent>, market: number): boolean {
    if (this.pageRequestedMicros[market] !== event.requestedAtMicros) return false;
    const next = (this.pageTradeIds[market] as number) + 1;
    if (next <= (this.nextTradeIds[market] as number)) return false;
    this.nextTradeIds[market] = next;
    return true;
  }

  private askNextPage(market: number, nowMicros: number): void {
    this.attempts[laneOf(AccountQuery.FILLS, market)] = 0;
    this.ask(AccountQuery.FILLS, market, nowMicros);
  }

  private openEyes(market: number): void {
    if (this.isSessionBlind || this.streamsDown[market] === 1) return;
    for (let query = 0; query < QUERIES; query++) {
      if (this.open[laneOf(query as AccountQuery, market)] === 1) return;
    }
    this.blindMicros[market] = 0;
  }

  private finish(nowMicros: number): void {
    this.roundCount += 1;
    this.finishedMicros = nowMicros;
    this.isSessionBlind = false;
    for (let market = 0; market < MARKETS_MAX; market++) this.openEyes(market);
  }
}

function laneOf(query: AccountQuery, market: number): number {
  return query * MARKETS_MAX + market;
}
