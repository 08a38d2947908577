// Talks to the sandbox's own HTTP interface; a lost connection becomes an ordinary refusal.

async function get(path, params) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value));
  const answer = await fetch(`${path}?${query}`, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  try {
    return { http: answer.status, ...JSON.parse(text) };
  } catch {
    return { http: answer.status, error: text };
  }
}

export const fetchState = (as) => get("/sandbox/state", { as });
export const fetchMessages = (as, channel, before) => get("/sandbox/messages", { as, channel, limit: "50", before });

/** Never throws: what cannot be reached has failed. */
export async function act(body) {
  try {
    const answer = await post("/sandbox/act", body);
    if (answer.http >= 400) return { ok: false, error: answer.error || "This interaction failed" };
    return answer;
  } catch {
    return { ok: false, error: "The sandbox cannot be reached" };
  }
}

/** Answers {status, body}; a panel whose target cannot be reached reads as status 0. */
export async function pressPanel(id, values) {
  try {
    const answer = await post(`/sandbox/panel/${encodeURIComponent(id)}`, values);
    return { status: answer.status ?? answer.http, body: answer.body ?? answer.error ?? "" };
  } catch {
    return { status: 0, body: "The sandbox cannot be reached" };
  }
}
