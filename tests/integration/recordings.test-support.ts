/** Where the recordings lie: DOGE_MM_DATA, else beside the project. They are never part of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './command-line.test-support.ts';

const FOLDER = process.env['DOGE_MM_DATA'] ?? join(PROJECT, '../shared/data');

export function recording(market: 'spot' | 'usdm', symbol: string): string {
  return join(FOLDER, `binance/${market}-${symbol.toLowerCase()}-20240808.gz`);
}

/** For `test(title, needsRecordings, ...)`: skips visibly where they are missing. */
export const needsRecordings = existsSync(recording('spot', 'BTCUSDT'))
  ? {}
  : { skip: 'recordings not found' };
