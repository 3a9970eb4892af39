export type Koffi = typeof import('koffi').default;
export type LibraryHandle = import('koffi').LibraryHandle;

/** PAM's modules keep large buffers on the stack (pam_cap alone 256 KiB), and the default of 128 KiB ends the process. */
const ASYNC_STACK_BYTES = 2 * 1024 * 1024;

let loaded: Promise<Koffi> | undefined;

/** The way to functions of C. Its settings are the whole program's, and cannot be changed any more once it has loaded a library. */
export function loadKoffi(): Promise<Koffi> {
  return (loaded ??= load());
}

async function load(): Promise<Koffi> {
  const { default: koffi } = await import('koffi');
  koffi.config({ async_stack_size: ASYNC_STACK_BYTES });
  return koffi;
}
