import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import type { TlsKwargs } from '../../config/classes/ldapauthenticator.js';
import { messageOf, StartupError } from '../../errors.js';

/**
 * `tls_kwargs`, in the terms of ldap3, in the terms of Node. Unlike ldap3, certificates are checked unless `validate` is 0.
 * @throws StartupError for a file that cannot be read or used
 */
export function tlsOptions(kwargs: TlsKwargs): ConnectionOptions {
  const { validate, ciphers, sni, local_certificate_file, local_private_key_file, local_private_key_password } = kwargs;
  try {
    const authorities = authoritiesOf(kwargs);
    const options: ConnectionOptions = {
      rejectUnauthorized: validate !== 0,
      minVersion: 'TLSv1.2',
      ...(authorities.length > 0 && { ca: authorities }),
      ...(ciphers && { ciphers }),
      ...(sni && { servername: sni }),
      ...(local_certificate_file && { cert: readFileSync(local_certificate_file) }),
      ...(local_private_key_file && { key: readFileSync(local_private_key_file) }),
      ...(local_private_key_password && { passphrase: local_private_key_password }),
    };
    // makes what would otherwise be noticed with the first login
    createSecureContext(options);
    return options;
  } catch (error) {
    throw new StartupError(`cannot use LDAPAuthenticator.tls_kwargs: because ${messageOf(error)}`, { cause: error });
  }
}

function authoritiesOf({ ca_certs_file, ca_certs_path, ca_certs_data }: TlsKwargs): string[] {
  const names = ca_certs_path ? readdirSync(ca_certs_path).filter((name) => /\.(pem|crt|\d+)$/.test(name)) : [];
  const files = [...(ca_certs_file ? [ca_certs_file] : []), ...names.map((name) => path.join(ca_certs_path!, name))];
  return files.map((file) => readFileSync(file, 'utf8')).concat(ca_certs_data ?? []);
}
