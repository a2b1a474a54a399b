// Numbers with what they count, as people read them.

/** `1 event`, `12,345 events` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
