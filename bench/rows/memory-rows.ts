/**
 * Does memory stay flat? One engine, one session: the recorded market over and over, each pass moved
 * on in time and in all ids, every order of ours accepted and every cancel confirmed.
 */
import { NoProbe } from '#adapters/probe/probe.ts';
import { AnsweringVenue } from '#bench/answering-venue.ts';
import { usedBytesAfterCollection } from '#bench/garbage.ts';
import { MovedMarket } from '#bench/moved-market.ts';
import { discardingJournal } from '#bench/recorded-engine.ts';
import { openRecording, setupOf } from '#bench/recorded-events.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { type Point, senSlope } from '#bench/slope.ts';
import type { Workload } from '#bench/workload.ts';
import { CommandRouter } from '#compose/command-router.ts';
import { Engine } from '#compose/engine.ts';
import { EngineHost } from '#compose/engine-host.ts';
import type { EngineEvent } from '#contracts/events.ts';

const EVENTS_PER_MILLION = 1_000_000;
const MICROS_PER_DAY = 86_400_000_000;
/** Readings after the heap has settled: while the compiler works and tables reach their size it grows. */
const READINGS = 30;
const SETTLING_EVENTS = 5_000_000;
/** In a rehearsal. */
const SETTLING_SHARE = 0.15;
const SHORT_EVENTS = 10_000_000;
/** Of the second half, however few there are. */
const LEAST_READINGS = 5;
/** A rehearsal shows that readings come; it says nothing of memory. */
const REHEARSAL_PASSES = 8;

/** How far a growth row goes. */
export type GrowthRow = 'memory.growth' | 'memory.day';

export function rows(workload: Workload): MeasuredRow[] {
  return [measureGrowth(workload, 'memory.growth')];
}

/** Ten million events, or as many as 24 hours of the recorded markets bring. */
export function measureGrowth(workload: Workload, name: GrowthRow): MeasuredRow {
  const session = new EndlessSession(workload.sessionDirectory);
  const dayEvents = Math.round((session.eventCount * MICROS_PER_DAY) / session.spanMicros);
  const wished = name === 'memory.day' ? dayEvents : SHORT_EVENTS;
  const isRehearsal = workload.isRehearsal === true;
  const events = isRehearsal ? session.eventCount * REHEARSAL_PASSES : wished;
  const settledAt = isRehearsal ? events * SETTLING_SHARE : SETTLING_EVENTS;
  const { begun, points, answers } = run(session, settledAt, events);
  const { pairs, median, low, high } = senSlope(points);
  const late = senSlope(points.slice(-Math.max(LEAST_READINGS, Math.floor(points.length / 2))));
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  const perDay = (bytes: number): string => kibibytes((bytes * dayEvents) / EVENTS_PER_MILLION);
  return {
    name,
    unit: 'B/M events',
    samples: pairs.map((slope) => slope * EVENTS_PER_MILLION),
    note: `slope between all pairs of ${points.length} readings of heap and external memory, each after full collections; its 95 % interval is ${figureOf(low)} to ${figureOf(high)} bytes a million events; in the second half alone ${figureOf(late.median)} (${figureOf(late.low)} to ${figureOf(late.high)}); a day of this market has ${(dayEvents / EVENTS_PER_MILLION).toFixed(1)} million events: ${perDay(median * EVENTS_PER_MILLION)} a day, at most ${perDay(high * EVENTS_PER_MILLION)}; ${kibibytes(begun.y)} at ${millions(begun.x)}, ${kibibytes(first.y)} at ${millions(first.x)}, ${kibibytes(last.y)} at ${millions(last.x)} million events; ${answers} answers to own orders; ${workload.origin}`,
  };
}

function figureOf(slope: number): string {
  return String(Math.round(slope * EVENTS_PER_MILLION));
}

function kibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

function millions(events: number): string {
  return (events / EVENTS_PER_MILLION).toFixed(1);
}

interface GrowthReadings {
  /** After the first pass: the heap has not settled yet. */
  readonly begun: Point;
  /** Memory in bytes over events, from the settled heap on. */
  readonly points: readonly Point[];
  readonly answers: number;
}

function run(session: EndlessSession, settledAt: number, events: number): GrowthReadings {
  const read = (): Point => ({ x: session.host.lastSequence, y: usedBytesAfterCollection() });
  session.playOnce();
  const begun = read();
  const points: Point[] = [];
  const step = (events - settledAt) / READINGS;
  let next = settledAt;
  while (session.host.lastSequence < events) {
    session.playOnce();
    if (session.host.lastSequence < next) continue;
    while (next <= session.host.lastSequence) next += step;
    points.push(read());
  }
  return { begun, points, answers: session.venue.answerCount };
}

/** One session that goes on as long as one likes. */
export class EndlessSession {
  readonly host: EngineHost;
  readonly venue = new AnsweringVenue();
  /** Of one pass. */
  readonly eventCount: number;
  readonly spanMicros: number;
  private readonly directory: string;
  private readonly market: MovedMarket;
  private readonly publish = (event: EngineEvent): void => this.host.publish(event);
  private pass = 0;
  private lastMicros = 0;

  constructor(directory: string) {
    this.directory = directory;
    const recording = openRecording(directory);
    let from = 0;
    let to = 0;
    recording.forEachEvent(({ atMicros }) => {
      if (from === 0) from = atMicros;
      to = atMicros;
    });
    this.eventCount = recording.eventCount;
    this.spanMicros = to - from;
    this.market = new MovedMarket(from, to);
    const journal = discardingJournal(recording);
    const router = new CommandRouter();
    router.addRecorder(journal);
    router.bindGateway(this.venue);
    const probe = new NoProbe();
    const { engine: configuration } = setupOf(recording);
    const engine = new Engine({ configuration, output: router, probe, model: null });
    this.host = new EngineHost({ engine, journal, probe });
  }

  /** The recorded events once more, as the future of what was before. */
  playOnce(): void {
    const { host, venue, market, publish } = this;
    market.begin(this.pass, this.lastMicros, publish);
    this.pass += 1;
    openRecording(this.directory).forEachEvent((event) => {
      if (!market.move(event)) return;
      this.lastMicros = event.atMicros;
      host.publish(event);
      venue.drain(event.atMicros, publish);
    });
  }
}
