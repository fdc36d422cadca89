import { Market } from '#contracts/instrument.ts';
import { LineFile } from './lines.ts';
import { RecordingError } from './recording-error.ts';

/** Which feed a recording holds. */
export interface RecordingIdentity {
  readonly market: Market;
  readonly symbol: string;
  /** Receive time of the first line that told, in nanoseconds as recorded. */
  readonly firstStamp: string;
}

/** Lines looked at before giving up: control answers and damage may come first, not for ever. */
const LINES_MAX = 1_000;

/**
 * Market and symbol of a file, from its content. Throws a RecordingError when no line among the first
 * 1000 tells.
 */
export function identifyFile(file: LineFile): RecordingIdentity {
  file.rewind();
  let seen = 0;
  while (seen < LINES_MAX && file.next()) {
    seen += 1;
    const line = file.bytes.toString('utf8', file.start, file.end);
    const space = line.indexOf(' ');
    const identity = space > 0 ? identifyMessage(line.slice(space + 1)) : null;
    if (identity !== null) {
      file.rewind();
      return { ...identity, firstStamp: line.slice(0, space) };
    }
  }
  throw new RecordingError(
    seen === 0 ? 'EMPTY_RECORDING' : 'NOT_A_RECORDING',
    { where: file.path },
    seen === 0
      ? 'the file is empty'
      : `none of the first ${seen} lines is a depth, bookTicker or trade message`,
  );
}

/** The same for a path. */
export async function identifyRecording(path: string): Promise<RecordingIdentity> {
  const file = await LineFile.open(path);
  try {
    return identifyFile(file);
  } finally {
    file.close();
  }
}

function identifyMessage(text: string): { market: Market; symbol: string } | null {
  const message = parsed(text);
  const payload = isRecord(message?.['data']) ? message['data'] : message;
  const symbol = payload?.['s'];
  if (!isRecord(payload) || typeof symbol !== 'string') return null;
  const market = marketOf(payload);
  return market === null ? null : { market, symbol };
}

/** What only one of the markets sends: spot bookTickers have no type, USD-M depth chains by `pu`, and so on. */
function marketOf(payload: Readonly<Record<string, unknown>>): Market | null {
  const either = (isPerpetual: boolean): Market => (isPerpetual ? Market.PERPETUAL : Market.SPOT);
  switch (payload['e']) {
    case undefined:
      return 'u' in payload ? Market.SPOT : null;
    case 'depthUpdate':
      return either('pu' in payload);
    case 'trade':
      return either('X' in payload);
    case 'aggTrade':
      return either(!('M' in payload));
    case 'bookTicker':
    case 'markPriceUpdate':
      return Market.PERPETUAL;
    default:
      return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    // Not JSON: such a line simply does not tell. The reader names it when it gets there.
    return null;
  }
}
