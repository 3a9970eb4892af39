import { Filter } from './filter.js';

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  /** What each value is called. */
  options: Record<Value, string>;
  onChange: (value: Value) => void;
}

export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  return (
    <Filter label={label}>
      {(id) => (
        <select id={id} className="form-select" value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {Object.entries<string>(options).map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Filter>
  );
}
