/** What a row is, and what keeps it from being better. Shown in docs/performance.md. */
export interface RowText {
  readonly what: string;
  readonly limitedBy: string;
}

const STAGE: RowText = {
  what: 'One stage of the loop, stamped in every event that reaches it.',
  limitedBy: 'see `loop.tick_to_plan`; the clock read that ends the stage is in the number.',
};

/** By the row's name; every row has one. */
export const ROW_TEXTS: Readonly<Record<string, RowText>> = {
  'decode.depth': {
    what: 'A recorded depth frame, bytes to event, by the hand scanner. Peer: JSON.parse and Number, what most clients pay.',
    limitedBy:
      'the bytes themselves: the scanner touches each once and multiplies its digits; the byte scan beside it only adds them.',
  },
  'decode.bookTicker': {
    what: 'A recorded bookTicker frame, bytes to event.',
    limitedBy: 'fixed cost of a frame: envelope, stream name, symbol check.',
  },
  'decode.trade': {
    what: 'A recorded trade frame, bytes to event.',
    limitedBy: 'fixed cost of a frame: envelope, stream name, symbol check.',
  },
  'wire.tick_to_order': {
    what: "From a market frame's bytes in the socket's callback to the first order's text handed to the order socket, in a live session on the exchange over real sockets. Peer: the official client parsing the same frame and building an order, with no decision between.",
    limitedBy:
      'idle: a session sends a few orders a second, and what ran 100 ms ago is no longer in the caches of a shared virtual machine. The floor is one JSON.stringify of an order after the same idle time; it takes 0.6 µs in a loop.',
  },
  'exchange.orders_websocket': {
    what: 'Orders that the exchange takes over one logged-on socket, one after the other, each cancelled before the next (a cancel is not counted). Peer: the official client against the same exchange.',
    limitedBy:
      'two processes in one: client, server, both sockets and the private events share a core.',
  },
  'wire.sign_hmac': {
    what: 'The query of one new order, serialised and signed (HMAC). Peer: the official client.',
    limitedBy: 'SHA-256 in OpenSSL, and the way into it and out again.',
  },
  'wire.sign_ed25519': {
    what: 'The same with an Ed25519 key: what each request costs where no session is logged on.',
    limitedBy: 'the signature itself, in OpenSSL.',
  },
  'wire.order_frame': {
    what: 'One order of a logged-on WebSocket session as text; nothing is signed. Peer: the official client, which makes a random id and sorts.',
    limitedBy: 'JSON.stringify of eleven fields.',
  },
  'decode.sbe_depth': {
    what: 'A binary depth message of twenty levels to an event. Peers: the official client on the same levels as JSON, and our own JSON scanner.',
    limitedBy: 'one 64-bit read for each number, and its conversion to ticks and lots.',
  },
  'decode.private': {
    what: 'One executionReport to a checked event. Peer: the parser of the official client alone, which checks nothing.',
    limitedBy: 'JSON.parse; a private message is rare, and exactness counts more.',
  },
  'book.apply': {
    what: 'A recorded depth frame into the price ladder, all its levels. Peers: the book of the npm package `orderbooks` at its own setting (250 levels, the rest forgotten), and a plain one of sorted arrays and Maps that keeps all, as ours does.',
    limitedBy:
      'the number of levels in a frame, branches that no processor can foresee (is this level new, does it go), and memory access of the far ones.',
  },
  'book.apply_20': {
    what: 'The same levels in frames of twenty: the unit in which the stage budget counts.',
    limitedBy: 'see `book.apply`.',
  },
  'market-data.apply': {
    what: 'A recorded market event through the market data domain: chain, gates, book, fusion with bookTicker, snapshot.',
    limitedBy: 'depth frames, and refilling twenty shown levels when one of them changed.',
  },
  'market-data.book-ticker': {
    what: 'The most frequent event alone.',
    limitedBy: 'gates and the fused top of book.',
  },
  'pricing.quote': {
    what: 'All estimators, the model and both sides with three layers, on a book that moved.',
    limitedBy: 'exponentials of the estimators and exact notionals of six layers.',
  },
  'pricing.quote_unchanged': {
    what: 'The answer when nothing that pricing looks at has changed.',
    limitedBy: 'comparisons.',
  },
  'execution.plan': {
    what: 'New quotes against six resting orders that are all good enough.',
    limitedBy: 'six comparisons of place and price.',
  },
  'execution.plan.idle': { what: 'The same quotes again.', limitedBy: 'one comparison.' },
  'risk.check': {
    what: 'The in-line gate for one cancel and one new order, with their reservation and settlement.',
    limitedBy: 'exact notionals and the worst case over all open orders.',
  },
  'loop.tick_to_plan': {
    what: 'Tick in, plan out: one market event through host, journal encoding and hash, book, hedge, pricing, plan, risk and commands. Every market event of the workload timed alone.',
    limitedBy:
      'pricing first; the p99 is made by depth frames of hundreds of levels. Above the p99.9: the hash of all inputs every 64 KiB, the state hash every 10 000 events, garbage collection, and what the machine does.',
  },
  'loop.stage.journal': STAGE,
  'loop.stage.book': STAGE,
  'loop.stage.hedge': STAGE,
  'loop.stage.pricing': STAGE,
  'loop.stage.plan': STAGE,
  'loop.stage.risk': STAGE,
  'loop.stage.submit': STAGE,
  'loop.stage.account': STAGE,
  'loop.allocation': {
    what: 'Garbage of one event through the whole loop.',
    limitedBy:
      'numbers with a fraction that cross a call which the compiler does not inline: each is boxed in 16 bytes.',
  },
  'market-data.allocation': {
    what: 'Garbage of one event through market data alone.',
    limitedBy: 'reading the event from the journal, and far levels when their table grows.',
  },
  'engine.state_hash': {
    what: 'All state as canonical bytes and their SHA-256: a checkpoint.',
    limitedBy: 'sorting the far levels of four ladders so that equal books give equal bytes.',
  },
  'journal.encode': {
    what: 'An event as a framed record, and its part of the running hash. Peer: a line of JSON and its part of such a hash.',
    limitedBy: 'fields written one by one, and SHA-256 of the canonical bytes.',
  },
  'journal.append': {
    what: 'Records a second onto the disk at maximum speed, one sync at the end. Limit: the same number of bytes raw.',
    limitedBy: 'encoding, SHA-256 and CRC-32 of every byte; the disk takes more.',
  },
  'journal.append_durable': {
    what: "Records a second when every thousand are made durable, on the caller's thread. A paced session does this in a thread of its own.",
    limitedBy: 'fdatasync, which costs the same whatever was written.',
  },
  'engine.replay': {
    what: 'A recorded session from its files through the whole engine: reading, every checksum, decoding, all eight domains. One frame one event; pricing on every changed snapshot.',
    limitedBy: 'the loop first, then decoding, then reading and checksums.',
  },
  'engine.replay_verify': {
    what: 'The same with every command and every hash compared: `replay --verify`.',
    limitedBy: 'the loop; encoding and hashing every event again.',
  },
  'market-data.replay': {
    what: 'The same files and events through market data alone.',
    limitedBy: 'checksums and decoding as much as the books.',
  },
  'journal.recover': {
    what: 'Opening a session after a crash: every byte read and checked.',
    limitedBy: 'CRC-32 and reading.',
  },
  'engine.backtest': {
    what: 'A backtest as the command runs it: gzip, frame decoding, queue model, simulated venue, engine, journal on disk. Limit: reading and decoding the recordings alone.',
    limitedBy:
      'decoding (twice: the clock offset needs a first pass), the recorded books of the fill model, syncs of the journal.',
  },
  'matching.orders': {
    what: "Orders a second through the simulated venue's matching engine: cancel, place, match. Peers: the npm package `nodejs-order-book`, and a plain engine of sorted arrays and Maps.",
    limitedBy:
      'queues in price order; ours also tracks changed levels and update ids for the public feed.',
  },
  'simulate.speed': {
    what: 'Market seconds a wall second of the fault world: all faults drawn, messages as bytes, every invariant evaluated, process lives on a simulated disk. Limit: the same engine and venue in the calibrated market, three times as busy, without faults and auditor.',
    limitedBy:
      'the number of market events a seed draws; then the synthetic crowd, the auditor and the bytes of the messages.',
  },
  'start.first_quote': {
    what: 'From the start of the process to the first order sent, at real speed. Limit: a Node process that does nothing.',
    limitedBy: 'loading and compiling modules (configuration schema first of all).',
  },
  'memory.growth': {
    what: 'Slope of heap and external memory over ten million events of one session, read after full collections. The first five million are left out: until then compiled code and tables reach their size, and the note says from where to where.',
    limitedBy:
      'what is left falls with time (the notes give the second half alone), which a table that grows with events would not do.',
  },
  'memory.day': {
    what: 'The same over as many events as 24 hours of the recorded markets bring: minutes, so only with `--long` or by its name.',
    limitedBy: 'see `memory.growth`.',
  },
};
