import { z } from 'zod';
import { text } from './fields.ts';

const decimal = (description: string) =>
  z
    .string({ error: 'a decimal in quotes is wanted here, like "0.00001"' })
    .regex(/^\d+(\.\d+)?$/, { error: 'a decimal in quotes is wanted here, like "0.00001"' })
    .meta({ description });

const asset = (description: string) =>
  z
    .string({ error: 'an asset is 1 to 12 of A-Z 0-9' })
    .regex(/^[A-Z0-9]{1,12}$/, { error: 'an asset is 1 to 12 of A-Z 0-9' })
    .meta({ description });

/** An instrument the venue's list does not hold, written by hand. */
const customInstrument = z.strictObject({
  market: z.enum(['spot', 'perpetual'], { error: 'spot or perpetual is wanted here' }),
  symbol: z
    .string({ error: 'a symbol is 2 to 20 of A-Z 0-9' })
    .regex(/^[A-Z0-9]{2,20}$/, { error: 'a symbol is 2 to 20 of A-Z 0-9' }),
  baseAsset: asset('Asset that is bought and sold.'),
  quoteAsset: asset('Asset it is paid with.'),
  tickSize: decimal('Price step.'),
  stepSize: decimal('Quantity step.'),
  minPrice: decimal('Least price.').optional(),
  maxPrice: decimal('Largest price.').optional(),
  minQuantity: decimal('Least quantity.').optional(),
  maxQuantity: decimal('Largest quantity.').optional(),
  minNotional: decimal('Least price x quantity.').optional(),
  maxNotional: decimal('Largest price x quantity.').optional(),
  maxOpenOrders: z.int().min(1).max(1000).optional(),
  maxAmendsPerOrder: z.int().min(0).max(1000).optional(),
});
export type CustomInstrument = z.output<typeof customInstrument>;

/** `instruments:` where the venue's rules come from. */
export const instrumentsSection = z
  .strictObject({
    spotExchangeInfo: text(
      'bundled',
      /^.+$/,
      '`bundled` or the path of a file',
      'Rules of the spot market: `bundled`, or a file with the answer of GET /api/v3/exchangeInfo.',
    ),
    perpetualExchangeInfo: text(
      'bundled',
      /^.+$/,
      '`bundled` or the path of a file',
      'Rules of the perpetual: `bundled`, or a file with the answer of GET /fapi/v1/exchangeInfo.',
    ),
    custom: z.array(customInstrument).default([]).meta({
      description:
        "Instruments written by hand; they come before the venue's list. configs/test/made-up.yaml shows how.",
      shown: '[]',
    }),
  })
  .prefault({})
  .meta({ description: "Where the venue's rules come from." });
