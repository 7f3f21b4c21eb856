// A React hook over the same modules as the page:
//   const { state, connection, say, answer, stop } = useAgentRun({ token });
// `state` is that of run-state.js; answers are those that `POST …/approve` takes.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Api } from './api.js';
import { EMPTY, begin, fromHistory, reduce } from './run-state.js';

export function useAgentRun({ token, base = '', session: first = null }) {
  const [state, setState] = useState(EMPTY);
  const [connection, setConnection] = useState('live');
  const [error, setError] = useState(null);
  const session = useRef(first);
  const leave = useRef(new AbortController());
  const api = useMemo(() => new Api({ token, base, onConnection: setConnection }), [token, base]);

  const read = useCallback(async (events) => {
    try {
      for await (const event of events) setState((now) => reduce(now, event));
    } catch (failure) {
      if (failure.name !== 'AbortError') setError(failure);
    }
  }, []);

  useEffect(() => {
    const { signal } = (leave.current = new AbortController());
    if (session.current !== null) {
      api.state(session.current).then((history) => {
        if (signal.aborted) return;
        setState(fromHistory(history));
        if (history.running) read(api.follow(session.current, { signal }));
      }, setError);
    }
    return () => leave.current.abort(); // the run goes on, for whoever comes back
  }, [api, read]);

  const say = useCallback((message) => {
    setError(null);
    setState((now) => begin(now, message));
    const onSession = (id) => (session.current = id);
    const { signal } = leave.current;
    return read(api.say(message, { session: session.current, onSession, signal }));
  }, [api, read]);

  const answer = useCallback((answers) => {
    setError(null);
    setState((now) => begin(now));
    return read(api.answer(session.current, answers, { signal: leave.current.signal }));
  }, [api, read]);

  const stop = useCallback(() => api.cancel(session.current), [api]);
  return { state, connection, error, session, say, answer, stop };
}
