import { z } from 'zod';
import { secret } from '../traits.js';

/** `CryptKeeper.*`: the keys of auth state. */
export const cryptKeeperTraits = {
  keys: secret(
    z
      .union([z.array(z.string()), z.string()])
      .transform((keys) => (typeof keys === 'string' ? keys.split(';') : keys))
      .default([])
      .describe('Keys of 32 bytes in hex or base64; the first encrypts, all decrypt. From JUPYTERHUB_CRYPT_KEY unless set.'),
  ),
};
