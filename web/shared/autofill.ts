/** Browsers and password managers that fill in a form need not say so: every field tells its form what is in it now. */
export function readFilledFields(form: EventTarget | null): void {
  if (!(form instanceof HTMLElement)) return;
  for (const field of form.querySelectorAll('input, textarea'))
    field.dispatchEvent(new Event('input', { bubbles: true }));
}
