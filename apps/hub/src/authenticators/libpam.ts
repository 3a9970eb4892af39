import { promisify } from 'node:util';
import { type Koffi, type LibraryHandle, loadKoffi } from '#process';
import { UnavailableError } from '../errors.js';

const PROMPT_ECHO_OFF = 1;
const PROMPT_ECHO_ON = 2;

export interface PamOutcome {
  /** 0: success; otherwise a PAM error code. */
  code: number;
  message: string;
}

/**
 * Checks a name and password with the system's PAM library (pam_start(3), pam_authenticate(3), pam_acct_mgmt(3)), on a worker
 * thread: PAM sleeps for seconds after a wrong password.
 * @throws UnavailableError when there is no PAM on this machine
 */
export async function pamAuthenticate(service: string, user: string, password: string, checkAccount: boolean): Promise<PamOutcome> {
  const pam = await (library ??= loadLibrary());
  return pam(service, user, password, checkAccount);
}

type Check = (service: string, user: string, password: string, checkAccount: boolean) => Promise<PamOutcome>;

let library: Promise<Check> | undefined;

async function loadLibrary(): Promise<Check> {
  const koffi = await loadKoffi();
  const { libc, libpam } = open(koffi);
  const conversation = koffi.proto('int pam_conv_fn(int num_msg, void *msg, void *resp, void *appdata)');
  koffi.struct('pam_message', { msg_style: 'int', msg: 'char *' });
  koffi.struct('pam_response', { resp: 'void *', resp_retcode: 'int' });
  const conv = koffi.struct('pam_conv', { conv: koffi.pointer(conversation), appdata_ptr: 'void *' });
  const talk = conversationWith(koffi, libc);
  const attempt = transaction(libpam);
  return async (service, user, password, checkAccount) => {
    const callback = koffi.register(talk(user, password), koffi.pointer(conversation));
    const pointer = koffi.alloc(conv, 1);
    koffi.encode(pointer, conv, { conv: callback, appdata_ptr: null });
    try {
      return await attempt(service, user, pointer, checkAccount);
    } finally {
      koffi.unregister(callback);
      koffi.free(pointer);
    }
  };
}

/** Answers PAM's prompts: the name where the answer is shown, the password where it is not. */
function conversationWith(koffi: Koffi, libc: LibraryHandle) {
  // PAM frees the answers with free(3), so they come from libc's allocator
  const calloc = libc.func('void *calloc(size_t n, size_t s)');
  const strdup = libc.func('void *strdup(const char *s)');
  return (user: string, password: string) => (count: number, messages: unknown, responses: unknown) => {
    const answers = calloc(count, koffi.sizeof('pam_response'));
    const pointers = koffi.decode(messages, koffi.array(koffi.pointer('pam_message'), count)) as unknown[];
    pointers.forEach((pointer, index) => {
      const { msg_style: style } = koffi.decode(pointer, 'pam_message') as { msg_style: number };
      if (style !== PROMPT_ECHO_OFF && style !== PROMPT_ECHO_ON) return;
      const resp = strdup(style === PROMPT_ECHO_OFF ? password : user);
      koffi.encode(answers, index * koffi.sizeof('pam_response'), 'pam_response', { resp, resp_retcode: 0 });
    });
    koffi.encode(responses, 'void *', answers);
    return 0;
  };
}

/** pam_start to pam_end, each call on a worker thread. */
function transaction(libpam: LibraryHandle) {
  const call = (declaration: string) => promisify(libpam.func(declaration).async) as (...args: unknown[]) => Promise<number>;
  const start = call('int pam_start(const char *service, const char *user, const pam_conv *conv, _Out_ void **pamh)');
  const authenticate = call('int pam_authenticate(void *pamh, int flags)');
  const account = call('int pam_acct_mgmt(void *pamh, int flags)');
  const end = call('int pam_end(void *pamh, int status)');
  const strerror = libpam.func('const char *pam_strerror(void *pamh, int errnum)');
  return async (service: string, user: string, conv: unknown, checkAccount: boolean): Promise<PamOutcome> => {
    const handle: unknown[] = [null];
    let code = await start(service, user, conv, handle);
    if (code === 0) code = await authenticate(handle[0], 0);
    if (code === 0 && checkAccount) code = await account(handle[0], 0);
    const message = String(strerror(handle[0], code));
    if (handle[0]) await end(handle[0], code);
    return { code, message };
  };
}

function open(koffi: Koffi): { libc: LibraryHandle; libpam: LibraryHandle } {
  try {
    return { libc: koffi.load('libc.so.6'), libpam: koffi.load('libpam.so.0') };
  } catch (error) {
    throw new UnavailableError('cannot check passwords: because libpam.so.0 cannot be loaded; install the package libpam0g', { cause: error });
  }
}
