import { promisify } from 'node:util';
import { UnavailableError } from '../errors.js';

const PROMPT_ECHO_OFF = 1;
const PROMPT_ECHO_ON = 2;

export interface PamOutcome {
  /** 0: success; otherwise a PAM error code. */
  code: number;
  message: string;
}

/** A function of libpam that takes a handle and flags: pam_authenticate(3), pam_acct_mgmt(3), pam_open_session(3), pam_close_session(3). */
export type PamCall = 'pam_authenticate' | 'pam_acct_mgmt' | 'pam_open_session' | 'pam_close_session';

export interface PamTransaction {
  /** A file in /etc/pam.d. */
  service: string;
  user: string;
  /** The answers to prompts whose answer is not shown, in turn; the last one answers all that follow. */
  secrets: readonly Buffer[];
  /** Until one of them fails. */
  calls: readonly PamCall[];
}

/**
 * Carries out one transaction with the system's PAM library, on a worker thread: PAM sleeps for seconds after a wrong password.
 * @throws UnavailableError when there is no PAM on this machine
 */
export async function pam(transaction: PamTransaction): Promise<PamOutcome> {
  const run = await (library ??= loadLibrary());
  return run(transaction);
}

type Koffi = typeof import('koffi').default;
type LibraryHandle = import('koffi').LibraryHandle;

let library: Promise<(transaction: PamTransaction) => Promise<PamOutcome>> | undefined;

async function loadLibrary(): Promise<(transaction: PamTransaction) => Promise<PamOutcome>> {
  const { default: koffi } = await import('koffi');
  // PAM's modules keep large buffers on the stack (pam_cap alone 256 KiB), and the default of 128 KiB ends the process
  koffi.config({ async_stack_size: 2 * 1024 * 1024 });
  const { libc, libpam } = open(koffi);
  const conversation = koffi.proto('int pam_conv_fn(int num_msg, void *msg, void *resp, void *appdata)');
  koffi.struct('pam_message', { msg_style: 'int', msg: 'char *' });
  koffi.struct('pam_response', { resp: 'void *', resp_retcode: 'int' });
  const conv = koffi.struct('pam_conv', { conv: koffi.pointer(conversation), appdata_ptr: 'void *' });
  const talk = conversationWith(koffi, libc);
  const carryOut = transactions(libpam);
  return async (transaction) => {
    const callback = koffi.register(talk(transaction), koffi.pointer(conversation));
    const pointer = koffi.alloc(conv, 1);
    koffi.encode(pointer, conv, { conv: callback, appdata_ptr: null });
    try {
      return await carryOut(transaction, pointer);
    } finally {
      koffi.unregister(callback);
      koffi.free(pointer);
    }
  };
}

/** Answers PAM's prompts: the name where the answer is shown, the secrets where it is not. */
function conversationWith(koffi: Koffi, libc: LibraryHandle) {
  // PAM frees the answers with free(3), so they come from libc's allocator
  const calloc = libc.func('void *calloc(size_t n, size_t s)');
  const strdup = libc.func('void *strdup(const uint8_t *s)');
  return ({ user, secrets }: PamTransaction) => {
    let asked = 0;
    const answerTo = (style: number) => (style === PROMPT_ECHO_OFF ? secrets[Math.min(asked++, secrets.length - 1)] : Buffer.from(user));
    return (count: number, messages: unknown, responses: unknown) => {
      const answers = calloc(count, koffi.sizeof('pam_response'));
      const pointers = koffi.decode(messages, koffi.array(koffi.pointer('pam_message'), count)) as unknown[];
      pointers.forEach((pointer, index) => {
        const { msg_style: style } = koffi.decode(pointer, 'pam_message') as { msg_style: number };
        if (style !== PROMPT_ECHO_OFF && style !== PROMPT_ECHO_ON) return;
        const resp = strdup(Buffer.concat([answerTo(style) ?? Buffer.alloc(0), Buffer.alloc(1)]));
        koffi.encode(answers, index * koffi.sizeof('pam_response'), 'pam_response', { resp, resp_retcode: 0 });
      });
      koffi.encode(responses, 'void *', answers);
      return 0;
    };
  };
}

/** pam_start to pam_end, each call on a worker thread. */
function transactions(libpam: LibraryHandle) {
  const declare = (declaration: string) => promisify(libpam.func(declaration).async) as (...args: unknown[]) => Promise<number>;
  const start = declare('int pam_start(const char *service, const char *user, const pam_conv *conv, _Out_ void **pamh)');
  const end = declare('int pam_end(void *pamh, int status)');
  const functions = Object.fromEntries(
    (['pam_authenticate', 'pam_acct_mgmt', 'pam_open_session', 'pam_close_session'] as const).map((name) => [name, declare(`int ${name}(void *pamh, int flags)`)]),
  ) as Record<PamCall, (pamh: unknown, flags: number) => Promise<number>>;
  const strerror = libpam.func('const char *pam_strerror(void *pamh, int errnum)');
  return async ({ service, user, calls }: PamTransaction, conv: unknown): Promise<PamOutcome> => {
    const handle: unknown[] = [null];
    let code = await start(service, user, conv, handle);
    for (const call of calls) if (code === 0) code = await functions[call](handle[0], 0);
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
