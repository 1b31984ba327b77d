import * as v from 'valibot';

/** A phone number as somebody writes it. */
export const phone = v.pipe(
  v.string(),
  v.regex(/^[0-9+()#*. -]{3,30}$/, 'must be 3 to 30 of 0-9 + ( ) # * . - and space'),
  v.regex(/[0-9]/, 'must hold a digit'),
);
