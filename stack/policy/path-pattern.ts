// The patterns of a policy's path filters: */directory/*, of a directory that not every path has.

/** What is wrong with one; undefined when nothing is. */
export function whyNoPathPattern(pattern: string): string | undefined {
  const [, directory] = /^\*\/([^*]*)\/\*$/s.exec(pattern) ?? []
  if (directory === undefined) {
    const isAny = /^[*/\\. ]*$/.test(pattern)
    return `a path pattern has the form */directory/*${isAny ? '; this one would leave out everything' : ''}`
  }
  const parts = directory.split('/')
  if (parts.some((part) => /^[. ]*$/.test(part)))
    return `${JSON.stringify(directory)} names no directory: it would leave out everything`
  if (parts.every((part) => [...part].length < 2))
    return `${JSON.stringify(directory)} is too short for a directory's name: it would leave out too much`
  const [unfit] = /[\\"'`<>|?:\p{Cc}]/u.exec(directory) ?? []
  return unfit === undefined ? undefined : `${JSON.stringify(unfit)} stands in no directory's name here`
}

/** The names of the directories, one in another where several are parted by slashes. */
export const directoryOf = (pattern: string) => pattern.slice('*/'.length, -'/*'.length)
