// How much of the catalogue a run tries: a smaller profile is part of each larger one.

export type Profile = 'smoke' | 'standard' | 'full'
export const profiles = ['smoke', 'standard', 'full'] as const satisfies readonly Profile[]
