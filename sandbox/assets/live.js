// Keeps the stream of live events open and says when it was lost and found again.

const NAMES = [
  "MESSAGE_CREATE",
  "MESSAGE_UPDATE",
  "MESSAGE_DELETE",
  "CHANNEL_CREATE",
  "CHANNEL_UPDATE",
  "CHANNEL_DELETE",
  "THREAD_CREATE",
  "THREAD_UPDATE",
  "THREAD_DELETE",
  "MESSAGE_REACTION_ADD",
  "MESSAGE_REACTION_REMOVE",
  "TYPING_START",
  "COMMANDS",
  "STATE",
  "CLOCK",
  "INTERACTION",
];

let source = null;
let retry = null;
let wait = 1000;

/** Follows one person's events; a second call replaces the first. `status` hears "lost" and "found". */
export function follow(as, hear, status) {
  clearTimeout(retry);
  source?.close();
  const mine = new EventSource(`/sandbox/live?as=${encodeURIComponent(as)}`);
  source = mine;
  for (const name of NAMES) mine.addEventListener(name, (event) => deliver(name, event, hear));
  mine.onopen = () => {
    wait = 1000;
    status("found");
  };
  mine.onerror = () => {
    if (source !== mine) return;
    status("lost");
    mine.close(); // the browser's own retry gives up on an HTTP error, so we always do it ourselves
    retry = setTimeout(() => follow(as, hear, status), wait);
    wait = Math.min(wait * 1.7, 8000);
  };
}

function deliver(name, event, hear) {
  let body;
  try {
    body = JSON.parse(event.data);
  } catch {
    return console.warn(`${name} carried no JSON`);
  }
  hear(name, body);
}

window.addEventListener("pagehide", () => source?.close());
