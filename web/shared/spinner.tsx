/** Something is going on. Words beside it say what. */
export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}
