// Carries out one transaction with the PAM library of this system, in a process of its own: PAM sleeps for seconds after a wrong
// password, and its modules may hang, crash, or change the process that they run in.
// Reads the transaction from standard input, as JSON (see libpam.ts), and writes its outcome to file descriptor 3.
import { readFileSync, writeSync } from 'node:fs';
import koffi from 'koffi';

const ANSWER = 3;
const PROMPT_ECHO_OFF = 1;
const PROMPT_ECHO_ON = 2;
const CONV_ERROR = 19;

// modules keep large buffers on the stack (pam_cap alone 256 KiB)
koffi.config({ sync_stack_size: 4 * 1024 * 1024 });

const { service, user, secrets, calls } = JSON.parse(readFileSync(0, 'utf8'));
const cString = (base64) => Buffer.concat([Buffer.from(base64, 'base64'), Buffer.alloc(1)]);

const libc = koffi.load('libc.so.6');
// PAM frees the answers with free(3), so they come from libc's allocator
const calloc = libc.func('void *calloc(size_t n, size_t s)');
const strdup = libc.func('void *strdup(const uint8_t *s)');

const conversation = koffi.proto('int pam_conv_fn(int num_msg, void *msg, void *resp, void *appdata)');
koffi.struct('pam_message', { msg_style: 'int', msg: 'char *' });
koffi.struct('pam_response', { resp: 'void *', resp_retcode: 'int' });
const conv = koffi.struct('pam_conv', { conv: koffi.pointer(conversation), appdata_ptr: 'void *' });

let asked = 0;

/** Answers prompts: with the name where the answer is shown, with the secrets in turn where it is not; the last one answers all that follow. */
function answerTo(style) {
  if (style === PROMPT_ECHO_ON) return cString(user);
  return style === PROMPT_ECHO_OFF ? cString(secrets[Math.min(asked++, secrets.length - 1)] ?? '') : undefined;
}

function converse(count, messages, responses) {
  try {
    const answers = calloc(count, koffi.sizeof('pam_response'));
    koffi.decode(messages, koffi.array(koffi.pointer('pam_message'), count)).forEach((pointer, index) => {
      const answer = answerTo(koffi.decode(pointer, 'pam_message').msg_style);
      if (answer) koffi.encode(answers, index * koffi.sizeof('pam_response'), 'pam_response', { resp: strdup(answer), resp_retcode: 0 });
    });
    koffi.encode(responses, 'void *', answers);
    return 0;
  } catch {
    return CONV_ERROR;
  }
}

function load() {
  try {
    return koffi.load('libpam.so.0');
  } catch {
    throw new Error('libpam.so.0 cannot be loaded; install the package libpam0g');
  }
}

function carryOut() {
  const libpam = load();
  const start = libpam.func('int pam_start(const char *service, const uint8_t *user, const pam_conv *conv, _Out_ void **pamh)');
  const end = libpam.func('int pam_end(void *pamh, int status)');
  const strerror = libpam.func('const char *pam_strerror(void *pamh, int errnum)');
  const handle = [null];
  const pointer = koffi.alloc(conv, 1);
  koffi.encode(pointer, conv, { conv: koffi.register(converse, koffi.pointer(conversation)), appdata_ptr: null });
  let code = start(service, cString(user), pointer, handle);
  for (const call of calls) if (code === 0) code = libpam.func(`int ${call}(void *pamh, int flags)`)(handle[0], 0);
  const message = String(strerror(handle[0], code));
  if (handle[0]) end(handle[0], code);
  return { code, message };
}

try {
  writeSync(ANSWER, JSON.stringify(carryOut()));
} catch (error) {
  writeSync(ANSWER, JSON.stringify({ failure: error.message }));
}
