import type { NativeAccount } from '#hub-client/client';
import { useState } from 'react';
import { hub } from '../hub/hub.js';
import { ActionButton } from '../ui/action-button.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { SetPassword } from './set-password.js';

/** What can be done with an account, or with who waits for one. */
export function AccountActions({ account }: { account: NativeAccount }) {
  return <span className="badges">{account.approved ? <OfMember account={account} /> : <OfStranger account={account} />}</span>;
}

function OfStranger({ account: { name, user_exists } }: { account: NativeAccount }) {
  const approve = () => hub.accounts.approve(name);
  const done = `${name} may log in now`;
  return (
    <>
      {user_exists ? (
        <ConfirmButton label="Approve" about={name} title={`Let ${name} in?`} done={done} run={approve} look="btn-primary">
          There is a user {name} already. Whoever has signed up gets their servers, groups and rights: be sure that it is them.
        </ConfirmButton>
      ) : (
        <ActionButton label="Approve" about={name} done={done} run={approve} look="btn-primary" />
      )}
      <ConfirmButton label="Reject" about={name} title={`Reject ${name}?`} done={`${name} is rejected`} run={() => hub.accounts.remove(name)}>
        What they have signed up with is forgotten. The name can be signed up for again.
      </ConfirmButton>
    </>
  );
}

function OfMember({ account: { name, two_factor } }: { account: NativeAccount }) {
  const [setsPassword, setSetsPassword] = useState(false);
  return (
    <>
      <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setSetsPassword(true)}>
        Set password<span className="visually-hidden"> {name}</span>
      </button>
      {two_factor && (
        <ConfirmButton label="Reset codes" about={name} title={`Switch the one-time codes of ${name} off?`} done={`${name} needs no code any more`} run={() => hub.accounts.resetTwoFactor(name)}>
          Their password alone is enough then. Be sure that it is them who asks. They are logged out everywhere.
        </ConfirmButton>
      )}
      <ConfirmButton label="Remove" about={name} title={`Take the password of ${name} away?`} done={`${name} cannot log in any more`} run={() => hub.accounts.remove(name)}>
        They are logged out and cannot log in any more. The user, with servers and tokens, stays.
      </ConfirmButton>
      {setsPassword && <SetPassword name={name} onClose={() => setSetsPassword(false)} />}
    </>
  );
}
