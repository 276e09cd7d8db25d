/** Tells every subscriber of a value, at once and in the order in which they subscribed. */
export class Emitter<T> {
  readonly #subscribers: ((value: T) => void)[] = [];

  subscribe(subscriber: (value: T) => void): void {
    this.#subscribers.push(subscriber);
  }

  emit(value: T): void {
    for (const subscriber of this.#subscribers) subscriber(value);
  }
}
