// A model of who owns which row, without the database: the right to be forgotten in twenty lines.

/** A row as a view shows it. */
export interface OwnedRow {
  readonly attributes: Readonly<Record<string, string>>
  readonly resource_attributes: Readonly<Record<string, string>>
}

const PEOPLE = ['user.email', 'user.name', 'user.full_name', 'user.id', 'user.account_uuid', 'user.account_id']

function peopleIn({ attributes, resource_attributes }: OwnedRow): string[] {
  return [attributes, resource_attributes]
    .flatMap((map) => PEOPLE.map((name) => map[name] ?? ''))
    .filter((value) => value !== '' && !value.startsWith('[REDACTED_'))
}

function sessionOf({ attributes, resource_attributes }: OwnedRow): string {
  const session = attributes['session.id'] ?? resource_attributes['session.id'] ?? ''
  return session.startsWith('[REDACTED_') ? '' : session
}

/**
 * Which rows are the person's: those that name the person, and those that name nobody and are of a session of a row that does.
 * @param values what the person is stored as
 */
export function ownedBy(rows: readonly OwnedRow[], values: readonly string[]): (row: OwnedRow) => boolean {
  const named = (row: OwnedRow) => peopleIn(row).some((value) => values.includes(value))
  const sessions = new Set(rows.filter(named).map(sessionOf))
  return (row) => named(row) || (peopleIn(row).length === 0 && sessionOf(row) !== '' && sessions.has(sessionOf(row)))
}
