// Runs before every test file: properties are tried with the same values each time, so that no run differs from the one before.
import fc from 'fast-check'

fc.configureGlobal({ seed: 20_261_124 })
