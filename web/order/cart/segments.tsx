/** One of a few, side by side: radio buttons that look like a switch. */
export function Segments<Value extends string>({
  name,
  label,
  value,
  options,
  onChange,
}: {
  name: string;
  label: string;
  value: Value;
  options: readonly { value: Value; text: string; disabled?: boolean }[];
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {options.map(option => (
        <label
          key={option.value}
          class="segment"
          data-chosen={option.value === value}
          data-free={option.disabled !== true}
          data-testid={`${name}-${option.value}`}
        >
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={option.disabled ?? false}
            onChange={() => onChange(option.value)}
          />
          <span>{option.text}</span>
        </label>
      ))}
    </fieldset>
  );
}
