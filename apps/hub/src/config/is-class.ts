/** Whether a value is a class, and not a function to be called. */
export const isClass = (value: unknown): value is new (...args: unknown[]) => object => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
