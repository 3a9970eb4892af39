/** Traits that are known and checked, and do nothing so far: an operator who sets one is told. */
export const NOT_YET: Record<string, readonly string[]> = {
  JupyterHub: ['debug_db', 'reset_db', 'upgrade_db'],
};
