/** A store as a hook: the view is drawn again when the model changed. */
import { useEffect, useState } from "preact/hooks";
import type { Store } from "../../call/store";

export function useModel<M, E>(store: Store<M, E>): M {
  const [model, setModel] = useState(() => store.model());
  useEffect(() => {
    const control = new AbortController();
    setModel(() => store.model());
    store.subscribe((now) => {
      setModel(() => now);
    }, control.signal);
    return () => {
      control.abort();
    };
  }, [store]);
  return model;
}
