import { expect, it } from "vitest";
import { makeStore } from "./store";

const sum = (total: number, step: number): number => total + step;

it("tells every listener the same order, also when one of them dispatches", () => {
  const store = makeStore(0, sum);
  const { signal } = new AbortController();
  const first: number[] = [];
  const second: number[] = [];
  store.subscribe((model, step) => {
    first.push(model);
    if (step === 1) store.dispatch(10);
  }, signal);
  store.subscribe((model) => second.push(model), signal);
  store.dispatch(1);
  expect([first, second]).toEqual([
    [1, 11],
    [1, 11],
  ]);
});

it("stops telling whoever aborted", () => {
  const store = makeStore(0, sum);
  const control = new AbortController();
  const heard: number[] = [];
  store.subscribe((model) => heard.push(model), control.signal);
  store.dispatch(1);
  control.abort();
  store.dispatch(1);
  store.subscribe((model) => heard.push(model), control.signal);
  store.dispatch(1);
  expect([heard, store.model()]).toEqual([[1], 3]);
});
