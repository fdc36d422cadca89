/** What the exchange itself says of an account: asked over REST, by code that is not our connectors'. */
import { createHmac } from 'node:crypto';
import type { ExchangeLine } from './exchange-process.ts';

const PAGE = 1_000;
const ATTEMPTS = 20;

export interface TruthTrade {
  readonly id: number;
  readonly orderId: number;
  readonly price: string;
  readonly quantity: string;
  readonly isMaker: boolean;
}

export interface VenueTruth {
  readonly openOrders: { readonly spot: number; readonly usdm: number };
  readonly trades: { readonly spot: readonly TruthTrade[]; readonly usdm: readonly TruthTrade[] };
  /** Free and locked together, as texts of eight decimals. */
  readonly spotBalances: Readonly<Record<string, string>>;
  readonly marginWallet: string;
  readonly position: string;
}

interface Row {
  readonly [field: string]: unknown;
}

/** Asks as long as faults of the exchange refuse an answer. */
export async function askTruth(
  line: ExchangeLine,
  keyName: string,
  symbol: string,
): Promise<VenueTruth> {
  const key = line.keys.find(({ name }) => name === keyName);
  if (key?.secret === undefined || key.secret === null) throw new Error(`no HMAC key ${keyName}`);
  const { apiKey, secret } = key;
  const ask = async (url: string, query: string): Promise<unknown> => {
    let words = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const text = `${query}${query === '' ? '' : '&'}recvWindow=60000&timestamp=${Date.now()}`;
      const signature = createHmac('sha256', secret).update(text).digest('hex');
      try {
        const answer = await fetch(`${url}?${text}&signature=${signature}`, {
          headers: { 'X-MBX-APIKEY': apiKey },
        });
        if (answer.ok) return await answer.json();
        words = `${answer.status} ${await answer.text()}`;
      } catch (error) {
        words = String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    throw new Error(`${url}: ${words}`);
  };
  const { spot, usdm } = line;
  const named = `symbol=${symbol}`;
  const openSpot = (await ask(`${spot.rest}/api/v3/openOrders`, named)) as Row[];
  const openUsdm = (await ask(`${usdm.rest}/fapi/v1/openOrders`, named)) as Row[];
  const account = (await ask(`${spot.rest}/api/v3/account`, '')) as { balances: Row[] };
  const margin = (await ask(`${usdm.rest}/fapi/v3/account`, '')) as { assets: Row[] };
  const positions = (await ask(`${usdm.rest}/fapi/v2/positionRisk`, named)) as Row[];
  const trades = async (url: string): Promise<TruthTrade[]> => {
    const all: TruthTrade[] = [];
    for (;;) {
      const from = (all.at(-1)?.id ?? -1) + 1;
      const page = (await ask(url, `${named}&fromId=${from}&limit=${PAGE}`)) as Row[];
      all.push(...page.map(tradeOf));
      if (page.length < PAGE) return all;
    }
  };
  return {
    openOrders: { spot: openSpot.length, usdm: openUsdm.length },
    trades: {
      spot: await trades(`${spot.rest}/api/v3/myTrades`),
      usdm: await trades(`${usdm.rest}/fapi/v1/userTrades`),
    },
    spotBalances: Object.fromEntries(
      account.balances.map((row) => [String(row['asset']), sum(row['free'], row['locked'])]),
    ),
    marginWallet: String(margin.assets.find((row) => row['asset'] === 'USDT')?.['walletBalance']),
    position: String(positions[0]?.['positionAmt'] ?? '0'),
  };
}

function tradeOf(row: Row): TruthTrade {
  return {
    id: Number(row['id']),
    orderId: Number(row['orderId']),
    price: String(row['price']),
    quantity: String(row['qty']),
    isMaker: row['isMaker'] === true || row['maker'] === true,
  };
}

/** Two decimals of at most eight places, added exactly. */
function sum(left: unknown, right: unknown): string {
  const units = unitsOf(String(left)) + unitsOf(String(right));
  const text = units.toString().padStart(9, '0');
  return `${text.slice(0, -8)}.${text.slice(-8)}`;
}

/** A decimal of at most eight places in 1e-8 units. */
export function unitsOf(text: string): bigint {
  const sign = text.startsWith('-') ? -1n : 1n;
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  return sign * BigInt(whole + fraction.padEnd(8, '0'));
}
