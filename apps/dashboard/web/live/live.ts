/**
 * The page's side of the WebSocket: keeps the newest snapshot and frames, reconnects by itself, and
 * says since when nothing came.
 */
import {
  type ChartColumns,
  type ChartMark,
  type ChartPoint,
  type LiveState,
  PROTOCOL_VERSION,
  type ServerMessage,
  type SessionFacts,
  type Snapshot,
  type TapeEntry,
} from '#apps/dashboard/protocol.ts';

/** Without a message for so long the page stops pretending. */
const STALE_MILLIS = 1_500;
/** Events standing still for so long, while frames come: the engine does not run. */
const STANDSTILL_MILLIS = 3_000;
const CHECK_MILLIS = 250;
const RETRY_MILLIS = 1_000;
const TAPE_KEPT = 1_500;
/** For a chart that is bound late: half an hour. */
const POINTS_KEPT = 7_200;

export interface LiveView {
  readonly facts: SessionFacts | null;
  readonly state: LiveState | null;
  /** Oldest first. */
  readonly tape: readonly TapeEntry[];
  /** Wall time of the last message while it is too old to trust; null while live. */
  readonly staleSinceMillis: number | null;
  /** Wall time since when no event was applied, when that is too long for a running session. */
  readonly standstillSinceMillis: number | null;
}

/** The chart draws by itself: it is told what is new. */
export interface ChartListener {
  onHistory(facts: SessionFacts, chart: ChartColumns, marks: readonly ChartMark[]): void;
  onPoints(points: readonly ChartPoint[], marks: readonly ChartMark[]): void;
}

export class Live {
  view: LiveView = {
    facts: null,
    state: null,
    tape: [],
    staleSinceMillis: null,
    standstillSinceMillis: null,
  };
  private readonly url: string;
  private readonly protocols: readonly string[];
  private readonly listeners = new Set<() => void>();
  private chartListener: ChartListener | null = null;
  private lastSnapshot: Snapshot | null = null;
  private lastMessageMillis = Date.now();
  private lastEvents = -1;
  private lastEventsMillis = Date.now();
  private lastTapeId = 0;
  private lastMarkId = 0;
  private lastPointMillis = 0;
  private marks: ChartMark[] = [];
  private points: ChartPoint[] = [];
  private isDrawDue = false;

  constructor(url: string, token: string | null) {
    this.url = url;
    this.protocols = token === null ? [] : ['doge-mm', `token.${token}`];
  }

  start(): void {
    this.connect();
    setInterval(() => this.checkAge(), CHECK_MILLIS);
  }

  /** Calls back after each change, at most once a screen refresh. Returns how to stop it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** One chart at a time; gets the whole history at once if there is one. */
  bindChart(listener: ChartListener | null): void {
    this.chartListener = listener;
    if (listener === null || this.lastSnapshot === null) return;
    const { facts, chart } = this.lastSnapshot;
    listener.onHistory(facts, chart, this.marks);
    listener.onPoints(this.points, []);
  }

  private connect(): void {
    const socket = new WebSocket(this.url, [...this.protocols]);
    socket.onmessage = (message) => this.onMessage(JSON.parse(String(message.data)));
    socket.onclose = () => setTimeout(() => this.connect(), RETRY_MILLIS);
  }

  private onMessage(message: ServerMessage): void {
    this.lastMessageMillis = Date.now();
    if (message.type === 'snapshot') this.onSnapshot(message);
    else if (this.view.facts !== null)
      this.onFrame(message.state, message.tape, message.marks, message.points);
    this.draw();
  }

  private onSnapshot(snapshot: Snapshot): void {
    if (snapshot.facts.protocol !== PROTOCOL_VERSION) {
      location.reload();
      return;
    }
    this.lastSnapshot = snapshot;
    this.marks = [...snapshot.marks];
    this.points = [];
    this.lastTapeId = snapshot.tape.at(-1)?.id ?? 0;
    this.lastMarkId = snapshot.marks.at(-1)?.id ?? 0;
    this.lastPointMillis = snapshot.chart.atMillis.at(-1) ?? 0;
    this.view = { ...this.view, facts: snapshot.facts, tape: snapshot.tape };
    this.takeState(snapshot.state);
    this.chartListener?.onHistory(snapshot.facts, snapshot.chart, snapshot.marks);
  }

  private onFrame(
    state: LiveState,
    tape: readonly TapeEntry[],
    marks: readonly ChartMark[],
    points: readonly ChartPoint[],
  ): void {
    const newTape = tape.filter((entry) => entry.id > this.lastTapeId);
    const newMarks = marks.filter((mark) => mark.id > this.lastMarkId);
    const newPoints = points.filter((point) => point.atMillis > this.lastPointMillis);
    this.lastTapeId = newTape.at(-1)?.id ?? this.lastTapeId;
    this.lastMarkId = newMarks.at(-1)?.id ?? this.lastMarkId;
    this.lastPointMillis = newPoints.at(-1)?.atMillis ?? this.lastPointMillis;
    if (newTape.length > 0) {
      this.view = { ...this.view, tape: [...this.view.tape, ...newTape].slice(-TAPE_KEPT) };
    }
    this.marks.push(...newMarks);
    this.points.push(...newPoints);
    if (this.points.length > POINTS_KEPT * 2) this.points = this.points.slice(-POINTS_KEPT);
    this.takeState(state);
    if (newMarks.length + newPoints.length > 0) this.chartListener?.onPoints(newPoints, newMarks);
  }

  private takeState(state: LiveState): void {
    if (state.events !== this.lastEvents) {
      this.lastEvents = state.events;
      this.lastEventsMillis = Date.now();
    }
    this.view = { ...this.view, state, staleSinceMillis: null };
  }

  private checkAge(): void {
    const now = Date.now();
    const { facts, state, staleSinceMillis, standstillSinceMillis } = this.view;
    const isStale = now - this.lastMessageMillis > STALE_MILLIS;
    const isStill =
      !isStale && state?.phase === 'RUNNING' && now - this.lastEventsMillis > STANDSTILL_MILLIS;
    const stale = isStale ? this.lastMessageMillis : null;
    const still = isStill ? this.lastEventsMillis : null;
    const hasChanged = stale !== staleSinceMillis || still !== standstillSinceMillis;
    // While stale the banner counts the seconds, so it is drawn again and again.
    if (!hasChanged && !isStale && facts !== null) return;
    this.view = { ...this.view, staleSinceMillis: stale, standstillSinceMillis: still };
    this.draw();
  }

  private draw(): void {
    if (this.isDrawDue) return;
    this.isDrawDue = true;
    requestAnimationFrame(() => {
      this.isDrawDue = false;
      for (const listener of this.listeners) listener();
    });
  }
}
