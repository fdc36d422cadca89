// Plain JavaScript for the compile cache, as the program's own entry point has it.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { measureFirstQuote } = await import('./first-quote.ts');
await measureFirstQuote(process.argv[2]);
