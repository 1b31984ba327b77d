/** A call as a test sees it: an API call by its action, a call of object storage by its operation, as `PutObject`. */
export interface Call {
  readonly product: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The error it was answered with. */
  code?: string;
  /** A fault cut the connection or left it without an answer. */
  lost?: boolean;
}

/** What is to go wrong: one of `code`, `cut` and `hang`, and `run` besides or alone. */
export interface Fault {
  /** Only calls of this action or product; every call when neither is given. */
  action?: string;
  product?: string;
  /** The first of the matching calls, counted from 1 since the fault was added, that goes wrong; default 1. */
  nth?: number;
  /** How many go wrong from there on; default 1, `Infinity` for all. */
  times?: number;
  /** An API error, as `RequestLimitExceeded`; with `status` an HTTP one. */
  code?: string;
  message?: string;
  /** HTTP status of the answer: of the API 200 unless said otherwise, of object storage 503. */
  status?: number;
  /** Errors come instead of the effect, unless it is to have happened. */
  afterEffect?: boolean;
  /** The connection is cut before or after the effect. */
  cut?: 'before' | 'after';
  /** There is no answer, before or after the effect, until the caller gives up. */
  hang?: 'before' | 'after';
  /** Called before anything else happens: to kill whoever is calling. */
  run?: (call: Call) => unknown;
}

/** The faults that have been asked for, and a log of all calls. */
export interface Faults {
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly Call[];
  add(fault: Fault): void;
  /** Nothing goes wrong from now on. */
  clear(): void;
  /** Forgets the calls so far. */
  forgetCalls(): void;
}

/** The same with what the servers need. */
export interface FaultRegister extends Faults {
  /** Notes a call and says what is to go wrong with it. */
  arrive(call: Call): Fault | undefined;
}

/** Makes a register without faults. */
export function createFaults(): FaultRegister {
  const calls: Call[] = [];
  let faults: { fault: Fault; seen: number }[] = [];
  return {
    calls,
    add(fault) {
      faults.push({ fault, seen: 0 });
    },
    clear() {
      faults = [];
    },
    forgetCalls() {
      calls.length = 0;
    },
    arrive(call) {
      calls.push(call);
      const due = faults.filter(each => matches(each.fault, call) && isDue(each));
      return due[0]?.fault;
    },
  };
}

function matches({ action, product }: Fault, call: Call): boolean {
  return (action === undefined || action === call.action) && (product === undefined || product === call.product);
}

function isDue(each: { fault: Fault; seen: number }): boolean {
  const { nth = 1, times = 1 } = each.fault;
  each.seen += 1;
  return each.seen >= nth && each.seen < nth + times;
}
