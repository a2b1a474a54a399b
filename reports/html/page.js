// What report.html does in the browser: filter, open and close, copy, and plot. The page reads well without it.
/* global uPlot */
;(() => {
  const root = document.documentElement
  root.classList.add('js')
  const scenarios = [...document.querySelectorAll('.scenario')]
  const status = document.querySelector('.status')
  const say = (text) => {
    if (status) status.textContent = text
  }

  // The style sheet does the filtering; this tells what is left.
  for (const input of document.querySelectorAll('.filter input')) {
    input.addEventListener('change', () => {
      const left = scenarios.filter((each) => input.value === 'all' || each.dataset.verdict === input.value)
      say(`Showing ${left.length} of ${scenarios.length} scenarios`)
    })
  }

  for (const button of document.querySelectorAll('.actions button')) {
    button.addEventListener('click', () => {
      for (const each of scenarios) if (each.checkVisibility()) each.open = button.dataset.open === 'true'
    })
  }

  // A link leads to what it names, also when that is closed or filtered away.
  const showTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (!target) return
    const all = document.getElementById('filter-all')
    if (target.matches('.scenario') && !target.checkVisibility() && all) {
      all.checked = true
      all.dispatchEvent(new Event('change'))
    }
    for (let each = target; each; each = each.parentElement) if (each.matches('details')) each.open = true
    target.scrollIntoView()
  }
  addEventListener('hashchange', showTarget)
  if (location.hash) showTarget()

  const copyText = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent)
      return true
    } catch {
      // A page from a file may not use the clipboard in some browsers; a selection may.
      const range = document.createRange()
      range.selectNodeContents(code)
      const selection = getSelection()
      selection.removeAllRanges()
      selection.addRange(range)
      return document.execCommand('copy')
    }
  }
  for (const button of document.querySelectorAll('.copy')) {
    button.setAttribute('aria-live', 'polite')
    button.addEventListener('click', async () => {
      const done = await copyText(button.parentElement.querySelector('code'))
      button.textContent = done ? 'Copied' : 'Press Ctrl+C'
      setTimeout(() => {
        button.textContent = 'Copy'
      }, 2000)
    })
  }

  // ---- plots ----
  const pad = (value) => String(value).padStart(2, '0')
  const clock = (seconds) => {
    const whole = Math.round(seconds)
    const hours = Math.floor(whole / 3600)
    const rest = `${Math.floor(whole / 60) % 60}:${pad(whole % 60)}`
    return hours > 0 ? `${hours}:${rest.padStart(5, '0')}` : rest
  }
  const bytes = (value) => {
    if (value === 0) return '0'
    const power = Math.min(4, Math.floor(Math.log2(Math.abs(value)) / 10))
    return `${Number((value / 1024 ** power).toPrecision(3))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`
  }
  const cores = (value) => String(Number(value.toFixed(2)))
  const byteSteps = Array.from({ length: 44 }, (_, power) => 2 ** power)
  const coreSteps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50]

  const countSteps = Array.from({ length: 27 }, (_, step) => [1, 2, 5][step % 3] * 10 ** Math.floor(step / 3))
  const counted = (value) => value.toLocaleString('en-US', { maximumSignificantDigits: 4 })

  const dataOf = (id) => JSON.parse(document.getElementById(id)?.textContent ?? '[]')
  const services = dataOf('usage-data')
  const figures = dataOf('series-data')
  const width = (box) => Math.max(200, Math.floor(box.clientWidth))
  let plots = []

  // What a box shows: a figure over time, or the CPU or memory of a service.
  const contentOf = ({ series, service: index, measure }) => {
    if (series !== undefined) {
      const { atS, values, limit, unit, name } = figures[Number(series)]
      const isBytes = unit === 'bytes'
      return {
        atS,
        values,
        limit,
        label: name,
        format: isBytes ? bytes : counted,
        steps: isBytes ? byteSteps : countSteps,
      }
    }
    const service = services[Number(index)]
    const isCpu = measure === 'cpu'
    return {
      atS: service.atS,
      values: isCpu ? service.cpuCores : service.memoryBytes,
      limit: service.limit && (isCpu ? service.limit.cpuCores : service.limit.memoryBytes),
      label: isCpu ? 'CPU' : 'Memory',
      format: isCpu ? cores : bytes,
      steps: isCpu ? coreSteps : byteSteps,
    }
  }

  const draw = (box) => {
    const { atS, values, limit, label, format, steps } = contentOf(box.dataset)
    const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim()
    const axis = {
      stroke: colour('--muted'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    }
    const peak = values.reduce((max, value) => Math.max(max, value ?? 0), 0)
    const shown = (_, value) => (value === null || value === undefined ? `peak ${format(peak)}` : format(value))
    const span = `${clock(atS[0])}–${clock(atS.at(-1))}`
    const series = [
      { label: 'Time', value: (_, value) => (value === null || value === undefined ? span : clock(value)) },
      {
        label,
        value: shown,
        stroke: colour('--plot-line'),
        fill: colour('--plot-fill'),
        width: 1.75,
        points: { show: values.length < 3 },
      },
    ]
    const data = [atS, values]
    if (limit !== null) {
      series.push({
        label: 'Limit',
        value: () => format(limit),
        stroke: colour('--plot-limit'),
        width: 2,
        dash: [7, 5],
        points: { show: false },
      })
      data.push(atS.map(() => limit))
    }
    const highest = Math.max(peak, limit ?? 0)
    return new uPlot(
      {
        width: width(box),
        height: 200,
        series,
        scales: { x: { time: false }, y: { range: [0, highest > 0 ? highest * 1.12 : 1] } },
        axes: [
          {
            ...axis,
            size: 32,
            space: 64,
            values: (_, ticks) => ticks.map(clock),
            incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400],
          },
          {
            ...axis,
            size: 68,
            space: 34,
            values: (_, ticks) => ticks.map(format),
            incrs: steps,
          },
        ],
        cursor: { sync: { key: 'usage' }, y: false, drag: { x: false, y: false } },
      },
      data,
      box,
    )
  }

  const boxes = [...document.querySelectorAll('.plot')]
  const drawAll = () => {
    for (const plot of plots) plot.destroy()
    plots = boxes.map(draw)
  }
  drawAll()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  addEventListener('resize', () => {
    for (const [index, plot] of plots.entries()) plot.setSize({ width: width(boxes[index]), height: 200 })
  })
})()
