// Starts a command on any Node: installs the dependencies when they are missing or changed, then runs bin/<command>.ts on the
// project's own Node 26. Written in old JavaScript, so that a Node that is too old can say so.
'use strict'
var childProcess = require('child_process')
var crypto = require('crypto')
var fs = require('fs')
var path = require('path')

var MINIMUM_NODE = 20
var UNKNOWN = 2

var root = path.join(__dirname, '..')
var modules = path.join(root, 'node_modules')
var stamp = path.join(modules, '.installed-lock')
var installLock = path.join(root, '.installing')

function fail(message) {
  process.stderr.write(message + '\n')
  process.exit(UNKNOWN)
}

function lockHash() {
  return crypto
    .createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
}

function installed(hash) {
  try {
    return fs.readFileSync(stamp, 'utf8') === hash
  } catch (error) {
    return false
  }
}

function holderAlive() {
  try {
    process.kill(Number(fs.readFileSync(path.join(installLock, 'pid'), 'utf8')), 0)
    return true
  } catch (error) {
    return false
  }
}

// A directory is made by one process only; the other waits for it.
function withInstallLock(work) {
  for (;;) {
    try {
      fs.mkdirSync(installLock)
      fs.writeFileSync(path.join(installLock, 'pid'), String(process.pid))
      break
    } catch (error) {
      if (error.code !== 'EEXIST') return fail('the project directory cannot be written: ' + error.message)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
      if (!holderAlive()) fs.rmSync(installLock, { recursive: true, force: true })
    }
  }
  try {
    work()
  } finally {
    fs.rmSync(installLock, { recursive: true, force: true })
  }
}

function install(hash) {
  withInstallLock(() => {
    if (installed(hash)) return
    process.stderr.write('installing dependencies (once) …\n')
    // Not `npm ci`: it refuses a lock file without the optional packages of platforms that the registry at hand does not have.
    // Versions and checksums are the lock file's all the same, and --no-save leaves it as it is.
    var npm = childProcess.spawnSync(
      'npm',
      ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
      },
    )
    if (npm.error) fail('npm cannot be started (' + npm.error.message + '); install Node with npm')
    if (npm.status !== 0) {
      var lines = String(npm.stderr)
        .trim()
        .split('\n')
        .filter((line) => line.indexOf('npm warn') !== 0)
      fail('npm install failed: ' + lines.slice(0, 5).join(' | ') + '; check the network and run the command again')
    }
    fs.writeFileSync(stamp, hash)
  })
}

// npm skips an optional package that does not fit this platform without a word, so look at what came.
function ownNode() {
  var own = path.join(modules, '.bin', 'node')
  var shown = childProcess.spawnSync(own, ['--version'], { encoding: 'utf8' })
  if (shown.status === 0 && /^v(2[6-9]|[3-9]\d)\./.test(shown.stdout)) return own
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath
  return fail(
    'npm has no Node 26 for ' + process.platform + '-' + process.arch + '; install Node 26 and run the command again',
  )
}

// npm takes flags that stand before `--` for its own and leaves them in the environment: the command would run without them.
var FLAGS =
  'profile runtime seed clock same-as out sessions start to from shell purge relay foreground backend grpc-port http-port host dir ' +
  'max-disk retry-base parked-retry lines follow session runs base preset days shard workers preview picture key wait dry-run ' +
  'all-switches within order limit tz chapter branch top silent-days check people format show-sql sql expect list update duration events rate load faults resume compress split pin as dataset'
// Flags that npm has too: of these only npm's own log tells.
var SHARED = 'only json force email user'

function swallowedFlag() {
  var environment = process.env
  return (
    FLAGS.split(' ').find(
      (name) => environment['npm_config_' + name.replace(/-/g, '_')] && process.argv.indexOf('--' + name) === -1,
    ) || (FLAGS + ' ' + SHARED).split(' ').find((name) => wordsForNpm().indexOf('--' + name) !== -1)
  )
}

// What npm was given before `--`, from the log that it has just begun; nothing where it keeps none.
var npmWords
function wordsForNpm() {
  if (npmWords) return npmWords
  npmWords = []
  var script = process.env.npm_lifecycle_event
  var directory = path.join(process.env.npm_config_cache || '', '_logs')
  try {
    var recent = fs
      .readdirSync(directory)
      .sort()
      .slice(-5)
      .reverse()
      .map((name) => path.join(directory, name))
      .filter((file) => Date.now() - fs.statSync(file).mtimeMs < 5000)
      .map((file) => /^\d+ verbose argv (.*)$/m.exec(fs.readFileSync(file, 'utf8')))
      .map((line) => (line ? line[1].match(/"[^"]*"/g) || [] : []).map((word) => word.slice(1, -1)))
      .find((words) => words.indexOf(script) !== -1)
    if (script && recent) {
      var end = recent.indexOf('--')
      npmWords = (end === -1 ? recent : recent.slice(0, end)).map((word) => word.split('=')[0])
    }
  } catch (error) {
    // No log, or not readable: the environment has told what it can.
  }
  return npmWords
}

// A process as the system shows it: its parent and its name; undefined when it has ended, also when nobody has waited for it yet.
function look(pid) {
  try {
    if (process.platform === 'linux') {
      var stat = fs.readFileSync('/proc/' + pid + '/stat', 'utf8')
      var fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      var name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
      return fields[0] === 'Z' ? undefined : { parent: Number(fields[1]), name: name }
    }
    var shown = childProcess.execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    var words = /^(\d+)\s+(.*)$/.exec(shown)
    return words ? { parent: Number(words[1]), name: path.basename(words[2]) } : undefined
  } catch (error) {
    return undefined
  }
}

// npm, ended by a signal to it alone, leaves its shell and this process behind: then the work ends too.
function startersOfNpm() {
  if (!process.env.npm_lifecycle_event) return []
  var parent = look(process.ppid)
  var shell = parent && /^-?(sh|bash|dash|zsh|ksh|ash|busybox)$/.test(parent.name)
  return shell ? [process.ppid, parent.parent] : [process.ppid]
}

function whenNpmIsGone(watched, act) {
  if (watched.length === 0) return
  var timer = setInterval(() => {
    // One that is started anew with the same id is not told apart; that takes longer than to look.
    if (process.ppid === watched[0] && watched.every((pid) => alive(pid))) return
    clearInterval(timer)
    act()
  }, 500)
  timer.unref()
}

function alive(pid) {
  if (process.platform === 'linux') return look(pid) !== undefined
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

// The relay stays small: stack/client/relay/launch.ts says how.
var SMALL = process.argv[2] === 'relay'

function main() {
  var starters = startersOfNpm()
  var swallowed = swallowedFlag()
  if (swallowed) {
    process.stderr.write(
      'npm took --' + swallowed + ' for itself: put -- before it (npm run COMMAND -- --' + swallowed + ' …)\n',
    )
    process.exit(64)
  }
  var current = Number(process.versions.node.split('.')[0])
  if (current < MINIMUM_NODE) {
    return fail(
      'Node ' +
        process.versions.node +
        ' is too old to start; install Node ' +
        MINIMUM_NODE +
        ' or newer (https://nodejs.org)',
    )
  }
  var hash = lockHash()
  if (!installed(hash)) install(hash)
  var child = childProcess.spawn(
    ownNode(),
    (SMALL ? ['--max-semi-space-size=4', '--heap-growing-percent=20'] : []).concat(
      [path.join(__dirname, process.argv[2] + '.ts')],
      process.argv.slice(3),
    ),
    {
      // The channel tells the command when this process is gone, even by SIGKILL.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: Object.assign(
        // A command starts in two thirds of the time, and what it starts too.
        { NODE_COMPILE_CACHE: path.join(modules, '.cache/compiled') },
        SMALL ? { MALLOC_ARENA_MAX: '1' } : {},
        process.env,
        {
          PATH: path.join(modules, '.bin') + path.delimiter + process.env.PATH,
        },
      ),
    },
  )
  // Ctrl-C reaches the child too, as one of the terminal's group, and a second one ends it at once: it is told, not signalled.
  process.on('SIGINT', () => {
    if (child.connected) child.send('SIGINT')
  })
  ;['SIGTERM', 'SIGHUP'].forEach((name) => {
    process.on(name, () => {
      child.kill(name)
    })
  })
  whenNpmIsGone(starters, () => {
    if (child.connected) child.disconnect()
  })
  child.on('exit', (code, signal) => {
    process.exit(signal ? 128 + (require('os').constants.signals[signal] || 0) : code)
  })
}

main()
