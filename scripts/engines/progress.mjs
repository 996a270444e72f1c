// What a run says on standard error: a clock that ticks on a terminal, two lines an engine elsewhere.
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

export function progress(stream = process.stderr) {
  const terminal = stream.isTTY === true && !process.env.CI;
  const say = (line) => void stream.write(`${terminal ? '\r\x1b[K' : ''}${line}\n`);
  return {
    say,
    /** Announces `what`; the answer ends it with how it went. */
    start(what) {
      const since = Date.now();
      const tick = () => stream.write(`\r\x1b[K${what} … ${seconds(since)}`);
      if (!terminal) say(`${what} …`);
      const clock = terminal ? setInterval(tick, 1_000) : undefined;
      if (terminal) tick();
      return (outcome) => {
        clearInterval(clock);
        say(`${what} … ${outcome}${seconds(since)}`);
      };
    },
  };
}
