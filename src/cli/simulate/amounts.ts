/** `50 min`, `23.5 h`: minutes for people, in hours from two hours on. */
export function time(minutes: number): string {
  return minutes < 120 ? `${Math.round(minutes * 10) / 10} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Hours alone, for columns: as exact as a schedule of that length needs. */
export function hours(minutes: number, makespan: number): string {
  return (minutes / 60).toFixed(makespan < 120 ? 2 : 1);
}

export function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

export function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}

export function factor(value: number): string {
  return `${value.toFixed(2)} ×`;
}

export function counted(count: number, one: string): string {
  return `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;
}
