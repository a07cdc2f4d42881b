/** Asks for the token when the facade has refused a call without it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { giveToken, token } from '../facade/token';
import { Dialog } from './dialog';

export function TokenDialog(): JSX.Element {
  const [given, setGiven] = useState('');
  const wasWrong = token() !== null;
  return (
    <Dialog title="This evergen asks for a token" onSubmit={() => given.trim() !== '' && giveToken(given.trim())}>
      <p>
        It is the value of <code>EVERGEN_TOKEN</code>. This tab keeps it until it is closed.
      </p>
      <label class="field">
        <span>Token</span>
        <input
          type="password"
          autocomplete="off"
          required
          value={given}
          aria-invalid={wasWrong}
          aria-describedby={wasWrong ? 'token-wrong' : undefined}
          onInput={(event) => setGiven(event.currentTarget.value)}
        />
      </label>
      {wasWrong && (
        <p class="problem" id="token-wrong" role="alert">
          That token was refused.
        </p>
      )}
      <div class="buttons">
        <button class="primary">Go on</button>
      </div>
    </Dialog>
  );
}
