/** A model, a pure `reduce`, and whoever listens. Events are handled one at a time, in the order they were dispatched. */

export interface Store<M, E> {
  readonly model: () => M;
  readonly dispatch: (event: E) => void;
  /** Call `listener` after each event, until `signal` aborts. */
  readonly subscribe: (listener: (model: M, event: E, before: M) => void, signal: AbortSignal) => void;
}

export function makeStore<M, E>(initial: M, reduce: (model: M, event: E) => M): Store<M, E> {
  let model = initial;
  const listeners = new Set<(model: M, event: E, before: M) => void>();
  const queue: E[] = [];
  let running = false;

  const dispatch = (event: E): void => {
    queue.push(event);
    // A listener that dispatches waits its turn, so that every listener sees the same order.
    if (running) return;
    running = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const before = model;
        model = reduce(model, next);
        for (const listener of [...listeners]) listener(model, next, before);
      }
    } finally {
      running = false;
    }
  };

  return {
    model: () => model,
    dispatch,
    subscribe: (listener, signal) => {
      if (signal.aborted) return;
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
  };
}
