/** What goes wrong at the moment: probabilities, and times in milliseconds. */
export interface Weather {
  pushLoss: number;
  pushRepeat: number;
  /** Longest delay of a push, so also how far they overtake one another. */
  pushDelayMs: number;
  /** The gateway's answer to a push is lost, or an error: whether it was delivered is another matter. */
  pushUnknown: number;
  /** The gateway says of a connection that it is only just opening that there is none. */
  goneWhenYoung: number;
  /** A call of transport is lost, or done twice. */
  callLoss: number;
  callRepeat: number;
  /** A connecting event is lost, or comes late. */
  registerAstray: number;
  /** A closing event is lost, or comes twice. */
  closingAstray: number;
  /** A call dies between two of its steps. */
  kill: number;
  /** A call stands still for up to ten seconds between two of its steps. */
  freeze: number;
  databaseAway: boolean;
  /** Longest time of a statement. */
  slowMs: number;
  /** A statement is carried out, but its answer is lost. */
  answerLost: number;
  /** A statement is carried out twice, because the answer to the first was lost and the database layer tried again. */
  repeatedCall: number;
  /** An HTTP request, or its answer, is lost. */
  httpLoss: number;
}

/** Nothing goes wrong. */
export const fair: Weather = {
  pushLoss: 0,
  pushRepeat: 0,
  pushDelayMs: 0,
  pushUnknown: 0,
  goneWhenYoung: 0,
  callLoss: 0,
  callRepeat: 0,
  registerAstray: 0,
  closingAstray: 0,
  kill: 0,
  freeze: 0,
  databaseAway: false,
  slowMs: 0,
  answerLost: 0,
  repeatedCall: 0,
  httpLoss: 0,
};
