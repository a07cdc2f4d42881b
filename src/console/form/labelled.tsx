/** A label, its control, what the schema says of it, and what is wrong with it, tied together for everybody who reads by ear. */
import type { JSX } from 'preact';
import type { Problem } from '../facade/call';
import { fieldId } from './schema';

export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

interface LabelledProps {
  name: string;
  path: string;
  required?: boolean | undefined;
  hint: string | undefined;
  problems: readonly Problem[];
  control(props: ControlProps): JSX.Element;
}

export function Labelled({ name, path, required, hint, problems, control }: LabelledProps): JSX.Element {
  const id = fieldId(path);
  const own = problems.filter((problem) => problem.path === path);
  const described = [hint === undefined ? '' : `${id}-hint`, own.length === 0 ? '' : `${id}-problem`]
    .filter((text) => text !== '')
    .join(' ');
  return (
    <div class="field">
      <label for={id}>
        {name}
        {required === true && <span class="quiet"> (needed)</span>}
      </label>
      {control({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': own.length > 0 })}
      {own.length > 0 && (
        <p class="problem" id={`${id}-problem`}>
          {own.map(({ message }) => message).join('; ')}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
