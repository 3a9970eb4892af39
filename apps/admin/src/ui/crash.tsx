import { Component, type ReactNode } from 'react';
import { Problem } from './problem.js';

/** Keeps the navigation when a view breaks, and says so. */
export class Crash extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error ? <Problem error={error} retry={() => this.setState({ error: null })} /> : this.props.children;
  }
}
