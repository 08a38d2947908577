-- The first schema. Times are milliseconds since 1970, UTC, from our own clock. JSON columns hold versioned structures that SQL never asks about.

CREATE TABLE source (
  key            TEXT PRIMARY KEY,
  preset         TEXT NOT NULL,
  title          TEXT NOT NULL,
  auth           TEXT NOT NULL,                 -- how a request proves itself, JSON
  secret         TEXT NOT NULL,                 -- the live secret, or the hash of the URL's token; never shown again
  secret_before  TEXT,                          -- the one before it, during a rotation
  before_until   INTEGER,                       -- how long the one before still counts
  region         TEXT,                          -- for phone numbers without a country
  mapping        TEXT,                          -- the user's own mapping, JSON
  state          TEXT NOT NULL CHECK (state IN ('live', 'paused')),
  forged         INTEGER NOT NULL DEFAULT 0,    -- refused requests, counted only
  created_at     INTEGER NOT NULL,
  watched        INTEGER NOT NULL DEFAULT 1 CHECK (watched IN (0, 1)),  -- managers are told when it is quiet
  resumed_at     INTEGER,                       -- before then it was paused and could not be heard
  quiet_since    INTEGER                        -- told to be quiet since then, until it is heard again
) STRICT;

CREATE TABLE refusal (                          -- requests that proved nothing: counted by the hour, never kept
  source   TEXT NOT NULL,
  hour     INTEGER NOT NULL,                    -- its first millisecond
  n        INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  why      TEXT NOT NULL,                       -- of the last one
  PRIMARY KEY (source, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  id             INTEGER PRIMARY KEY,
  source         TEXT NOT NULL,
  received_at    INTEGER NOT NULL,
  content_type   TEXT NOT NULL,
  headers        TEXT NOT NULL,                 -- JSON, without credentials
  body           BLOB NOT NULL,
  proof          TEXT NOT NULL CHECK (proof IN ('signed', 'url')),
  holds          TEXT NOT NULL DEFAULT 'leads' CHECK (holds IN ('leads', 'signals')),
  state          TEXT NOT NULL CHECK (state IN ('new', 'fetching', 'done', 'repeat', 'ignored', 'quarantined')),
  why            TEXT,
  replay         INTEGER                        -- the newest replay that had it read again
) STRICT;
CREATE INDEX delivery_replayed ON delivery (replay) WHERE replay IS NOT NULL;
CREATE INDEX delivery_new ON delivery (id) WHERE state = 'new';
CREATE INDEX delivery_quarantined ON delivery (source, id) WHERE state = 'quarantined';
CREATE INDEX delivery_by_source ON delivery (source, received_at, state);

CREATE TABLE access_token (                     -- what a source's provider is asked with; never shown again
  source  TEXT PRIMARY KEY REFERENCES source (key),
  token   TEXT NOT NULL,
  since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fetch (                            -- what the ids in a delivery stand for, asked from its provider
  delivery  INTEGER NOT NULL REFERENCES delivery (id),
  nth       INTEGER NOT NULL,                   -- which item of the delivery
  name      TEXT NOT NULL,                      -- which of the preset's requests
  path      TEXT NOT NULL,                      -- below the provider's address
  state     TEXT NOT NULL CHECK (state IN ('due', 'here', 'failed')),
  first_at  INTEGER NOT NULL,
  due_at    INTEGER NOT NULL,
  tries     INTEGER NOT NULL DEFAULT 0,
  answer    BLOB,                               -- as it came
  why       TEXT,                               -- why it is given up, and what to do
  remedy    TEXT,
  PRIMARY KEY (delivery, nth, name),
  CHECK ((state = 'here') = (answer IS NOT NULL)),
  CHECK ((state = 'failed') = (why IS NOT NULL AND remedy IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX fetch_due ON fetch (due_at) WHERE state = 'due';

CREATE TABLE replay (                           -- deliveries that somebody had read again, until they are told what became of them
  id        INTEGER PRIMARY KEY,
  person    INTEGER REFERENCES person (id),     -- nobody in the chat, when NULL: they look for themselves
  source    TEXT,
  asked_at  INTEGER NOT NULL,
  told      INTEGER NOT NULL CHECK (told IN (0, 1))
) STRICT;
CREATE INDEX replay_open ON replay (id) WHERE told = 0;

CREATE TABLE lead (
  id               INTEGER PRIMARY KEY,
  rev              INTEGER NOT NULL CHECK (rev > 0),
  epoch            INTEGER NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'owned', 'pooled', 'triage', 'closed', 'repair')),
  owner            INTEGER REFERENCES person (id),
  offered_to       INTEGER REFERENCES person (id),
  touched          INTEGER NOT NULL CHECK (touched IN (0, 1)),
  team             TEXT,
  stage            TEXT NOT NULL,
  wake_at          INTEGER,                     -- the earliest running clock
  course           TEXT NOT NULL,               -- JSON, the fold of the activities
  received_at      INTEGER NOT NULL,
  source           TEXT NOT NULL,
  source_detail    TEXT,
  is_test          INTEGER NOT NULL CHECK (is_test IN (0, 1)),
  unauthenticated  INTEGER NOT NULL CHECK (unauthenticated IN (0, 1)),
  name             TEXT,
  email            TEXT,
  phone_e164       TEXT,
  company          TEXT,
  contact          TEXT NOT NULL,               -- JSON
  need             TEXT,
  answers          TEXT NOT NULL,               -- JSON: other answers, utm
  claimed_at       INTEGER,
  first_attempt_at INTEGER,
  touched_at       INTEGER,                     -- the first attempt, or the first follow-up that was set
  reached_at       INTEGER,
  closed_at        INTEGER,
  exit             TEXT,
  reason           TEXT,
  tries            INTEGER NOT NULL,
  last_activity_at INTEGER,
  first_touch_due  INTEGER,                     -- promised when it was received
  since            INTEGER NOT NULL,            -- in this state since
  follow_up_at     INTEGER,
  last_owner       INTEGER,                     -- whose it is, or was last
  domain           TEXT,                        -- the company's own, by the e-mail address
  company_key      TEXT,                        -- the company's name, to compare by
  original         INTEGER,                     -- the lead that it was merged into
  piled            INTEGER NOT NULL CHECK (piled IN (0, 1)),  -- waits without a card of its own
  returns_at       INTEGER,                     -- when its sleep is to end, while it sleeps
  sequence         TEXT,                        -- the messages that go out to them by themselves
  signalled_at     INTEGER,                     -- the newest thing that they did besides asking
  CHECK ((state = 'owned') = (owner IS NOT NULL)),
  CHECK ((state = 'offered') = (offered_to IS NOT NULL)),
  -- what is not over has an alarm; of what is over, only customers have one
  CHECK (wake_at IS NOT NULL OR state = 'closed'),
  CHECK (wake_at IS NULL OR state <> 'closed' OR exit IS 'converted'),
  -- no revision without its line in the log
  FOREIGN KEY (id, rev) REFERENCES activity (lead, rev) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX lead_wakes ON lead (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX lead_by_owner ON lead (owner, touched) WHERE owner IS NOT NULL;
CREATE INDEX lead_by_offer ON lead (offered_to) WHERE offered_to IS NOT NULL;
CREATE INDEX lead_forgotten ON lead (id) WHERE exit = 'converted' AND wake_at IS NULL;
CREATE INDEX lead_planned ON lead (last_owner, follow_up_at) WHERE follow_up_at IS NOT NULL;
CREATE INDEX lead_open ON lead (state, received_at) WHERE state <> 'closed';
CREATE INDEX lead_in_repair ON lead (team) WHERE state = 'repair';
CREATE INDEX lead_piled ON lead (team) WHERE piled = 1;
CREATE INDEX lead_received ON lead (received_at);
CREATE INDEX lead_by_email ON lead (email) WHERE email IS NOT NULL;
CREATE INDEX lead_by_phone ON lead (phone_e164) WHERE phone_e164 IS NOT NULL;
CREATE INDEX lead_by_domain ON lead (domain) WHERE domain IS NOT NULL;
CREATE INDEX lead_by_company ON lead (company_key) WHERE company_key IS NOT NULL;
CREATE INDEX lead_by_original ON lead (original) WHERE original IS NOT NULL;

CREATE TABLE activity (
  lead    INTEGER NOT NULL,
  rev     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  actor   INTEGER,                              -- the clock, when NULL
  kind    TEXT NOT NULL,                        -- of the first fact
  facts   TEXT NOT NULL,                        -- JSON array
  PRIMARY KEY (lead, rev)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_by_actor ON activity (actor, at) WHERE actor IS NOT NULL;
CREATE INDEX activity_by_kind ON activity (kind, at);
CREATE TRIGGER activity_is_final BEFORE UPDATE ON activity BEGIN SELECT raise(ABORT, 'activities cannot be changed'); END;
CREATE TRIGGER activity_stays BEFORE DELETE ON activity BEGIN SELECT raise(ABORT, 'activities cannot be removed'); END;
CREATE TRIGGER activity_has_no_gap BEFORE INSERT ON activity
WHEN new.rev <> 1 + coalesce((SELECT max(rev) FROM activity WHERE lead = new.lead), 0)
BEGIN SELECT raise(ABORT, 'activities cannot be skipped'); END;

CREATE TABLE turn (                             -- what everybody got of a team: whose turn it is follows from the sums
  id            INTEGER PRIMARY KEY,
  team          TEXT NOT NULL,
  person        INTEGER NOT NULL REFERENCES person (id),
  lead          INTEGER REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,
  why           TEXT NOT NULL CHECK (why IN ('taken', 'returned', 'away', 'levelled')),
  turns         INTEGER NOT NULL,
  credit_micro  INTEGER NOT NULL,               -- millionths of a turn
  at            INTEGER NOT NULL
) STRICT;
CREATE INDEX turn_by_place ON turn (team, person, why, turns, credit_micro, at);
CREATE INDEX turn_by_lead ON turn (lead) WHERE lead IS NOT NULL;
CREATE TRIGGER turn_is_final BEFORE UPDATE ON turn BEGIN SELECT raise(ABORT, 'turns cannot be changed'); END;

CREATE TABLE words (                            -- what people wrote with an activity; apart, so that it can be erased
  lead  INTEGER NOT NULL,
  rev   INTEGER NOT NULL,
  text  TEXT NOT NULL,
  PRIMARY KEY (lead, rev),
  FOREIGN KEY (lead, rev) REFERENCES activity (lead, rev) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE submission (
  id            INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  provider_key  TEXT,                           -- the provider's id of it
  content_hash  TEXT,                           -- where the provider has none
  delivery      INTEGER REFERENCES delivery (id),
  nth           INTEGER NOT NULL DEFAULT 0,     -- its place among the leads of its delivery
  lead          INTEGER NOT NULL REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,
  received_at   INTEGER NOT NULL,
  body          TEXT NOT NULL,                  -- JSON
  CHECK ((provider_key IS NULL) <> (content_hash IS NULL))
) STRICT;
CREATE UNIQUE INDEX submission_once ON submission (source, provider_key) WHERE provider_key IS NOT NULL;
CREATE INDEX submission_by_hash ON submission (source, content_hash, received_at) WHERE content_hash IS NOT NULL;
CREATE UNIQUE INDEX submission_of_delivery ON submission (delivery, nth) WHERE delivery IS NOT NULL;
CREATE INDEX submission_by_lead ON submission (lead);

CREATE TABLE signal (                           -- what people did besides asking; by whom, only where they have a lead
  id            INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  provider_key  TEXT,                           -- the sender's id of it
  delivery      INTEGER NOT NULL REFERENCES delivery (id),
  nth           INTEGER NOT NULL,               -- its place in its delivery
  lead          INTEGER REFERENCES lead (id),   -- nobody's, when NULL
  kind          TEXT NOT NULL,
  at            INTEGER NOT NULL                -- when it was heard
) STRICT;
CREATE UNIQUE INDEX signal_once ON signal (source, provider_key) WHERE provider_key IS NOT NULL;
CREATE UNIQUE INDEX signal_of_delivery ON signal (delivery, nth);
CREATE INDEX signal_by_source ON signal (source, at);

CREATE TABLE consumed (                         -- what was dealt with already, so that a repeat changes nothing
  cause  TEXT PRIMARY KEY,
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX consumed_at ON consumed (at);

CREATE TABLE card (
  id             INTEGER PRIMARY KEY,
  lead           INTEGER REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,  -- those that wait without a card of their own, when NULL
  channel        TEXT NOT NULL,                 -- as the playbook has it
  wanted         INTEGER NOT NULL,              -- the revision that it shall show
  shown          INTEGER NOT NULL DEFAULT 0,    -- the revision that it shows
  copy_wanted    INTEGER NOT NULL DEFAULT 1,    -- grows when it shall be posted anew
  copy_shown     INTEGER NOT NULL DEFAULT 0,
  ring           TEXT,                          -- whom the newest copy rings, JSON
  at_channel     TEXT,                          -- where the message is, by the platform's id
  at_message     TEXT,
  old_message    TEXT,                          -- the copy before, until it is taken away
  nonce          TEXT NOT NULL,                 -- of the newest copy
  nonce_at       INTEGER NOT NULL,              -- since when that nonce may have been used
  rings          INTEGER NOT NULL DEFAULT 0,    -- how often it was to ring since that nonce was made
  thread_wanted  INTEGER NOT NULL DEFAULT 0 CHECK (thread_wanted IN (0, 1)),
  thread         TEXT,                          -- the platform's id
  due_at         INTEGER NOT NULL,
  tries          INTEGER NOT NULL DEFAULT 0,
  doubt          INTEGER NOT NULL DEFAULT 0 CHECK (doubt IN (0, 1)),  -- the newest post may have happened
  dead           TEXT,                          -- why it is given up
  UNIQUE (lead, channel)
) STRICT;
CREATE INDEX card_by_thread ON card (thread) WHERE thread IS NOT NULL;
CREATE UNIQUE INDEX card_pile ON card (channel) WHERE lead IS NULL;
CREATE INDEX card_due ON card (due_at)
  WHERE dead IS NULL AND (shown < wanted OR copy_shown < copy_wanted OR old_message IS NOT NULL OR (thread_wanted = 1 AND thread IS NULL));

CREATE TABLE tag (                              -- the tags that leads carry, to be suggested
  lead  INTEGER NOT NULL REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,
  tag   TEXT NOT NULL,
  PRIMARY KEY (lead, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_name ON tag (tag);

CREATE TABLE deal (                             -- the sales that came of leads, to be counted; the lead itself carries them
  lead         INTEGER NOT NULL REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,
  nth          INTEGER NOT NULL,                -- counted from 0; only the newest may be open
  state        TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
  value_minor  INTEGER,                         -- in the smallest unit of the currency
  currency     TEXT,                            -- ISO 4217
  since        INTEGER NOT NULL,
  ended_at     INTEGER,
  person       INTEGER REFERENCES person (id),  -- whose it was when it ended
  PRIMARY KEY (lead, nth),
  CHECK ((value_minor IS NULL) = (currency IS NULL)),
  CHECK ((state = 'open') = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE mail (                             -- e-mails to leads; address and words only until it has ended
  id          INTEGER PRIMARY KEY,
  lead        INTEGER NOT NULL REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,
  person      INTEGER NOT NULL REFERENCES person (id),
  template    TEXT NOT NULL,                    -- its name
  recipient   TEXT,
  subject     TEXT,
  text        TEXT,
  message_id  TEXT NOT NULL UNIQUE,
  made_at     INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  tries       INTEGER NOT NULL DEFAULT 0,
  sequence    TEXT,                             -- which sequence wrote it; a person did, when NULL
  epoch       INTEGER,                          -- of the sleep in which it did: void once that is over
  state       TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'void', 'refused', 'dead', 'unsure')),
  CHECK ((state IN ('pending', 'sending')) = (recipient IS NOT NULL AND subject IS NOT NULL AND text IS NOT NULL))
) STRICT;
CREATE INDEX mail_due ON mail (due_at) WHERE state IN ('pending', 'sending');
CREATE INDEX mail_by_sequence ON mail (sequence, state) WHERE sequence IS NOT NULL;

CREATE TABLE notice (
  id          INTEGER PRIMARY KEY,
  lead        INTEGER REFERENCES lead (id) DEFERRABLE INITIALLY DEFERRED,
  recipient   TEXT NOT NULL,                    -- JSON
  news        TEXT NOT NULL,                    -- JSON
  epoch       INTEGER,                          -- void when the lead's epoch has moved on; NULL: stays true
  reminder    INTEGER NOT NULL CHECK (reminder IN (0, 1)),
  nonce       TEXT NOT NULL,
  bundle      TEXT,                             -- the nonce of the message that tells it together with others
  thread      TEXT,                             -- the thread in which it is told, once that was tried
  made_at     INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  held        INTEGER,                          -- it can wait until then for whoever is off: what cannot goes before it
  tries       INTEGER NOT NULL DEFAULT 0,
  doubt       INTEGER NOT NULL DEFAULT 0 CHECK (doubt IN (0, 1)),
  state       TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'void', 'dead')),
  why         TEXT,
  at_channel  TEXT,
  at_message  TEXT
) STRICT;
CREATE INDEX notice_due ON notice (due_at) WHERE state = 'pending';
CREATE INDEX notice_by_recipient ON notice (recipient, made_at);
CREATE INDEX notice_by_lead ON notice (lead) WHERE state = 'pending';
CREATE INDEX notice_given_up ON notice (lead) WHERE state = 'dead';

CREATE TABLE schedule (                         -- reports that come by themselves
  id            INTEGER PRIMARY KEY,
  report        TEXT NOT NULL,
  every         TEXT NOT NULL CHECK (every IN ('day', 'week', 'month', 'quarter')),
  minute        INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 1439),  -- of the day, on the company's clocks
  channel       TEXT,                           -- the platform's id; where managers read, when NULL
  channel_name  TEXT,
  team          TEXT,
  made_by       INTEGER NOT NULL REFERENCES person (id),
  next_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX schedule_due ON schedule (next_at);

CREATE TABLE digest (                           -- what a notice shows that holds a report, until it was sent
  notice   INTEGER PRIMARY KEY REFERENCES notice (id),
  view     TEXT NOT NULL,                       -- JSON
  picture  BLOB,                                -- PNG
  name     TEXT NOT NULL,
  alt      TEXT NOT NULL
) STRICT;

CREATE TABLE told (                             -- until when managers were told of what is told them from time to time
  what   TEXT PRIMARY KEY,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
  id        INTEGER PRIMARY KEY,
  chat_id   TEXT NOT NULL UNIQUE,
  handle    TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  rights    TEXT NOT NULL CHECK (rights IN ('guest', 'rep', 'manager', 'admin')),
  presence  TEXT NOT NULL,                      -- JSON
  leave     TEXT,                               -- JSON: from, until, who covers
  hours     TEXT,                               -- JSON: the hours that they keep, where those are their own
  notify    TEXT NOT NULL DEFAULT '{}',         -- JSON: how they hear of things
  departed  INTEGER NOT NULL DEFAULT 0 CHECK (departed IN (0, 1))
) STRICT;

CREATE TABLE day (                              -- parts of people's days that have come: each is told once
  person  INTEGER NOT NULL REFERENCES person (id),
  day     TEXT NOT NULL,                        -- on their clocks
  part    TEXT NOT NULL CHECK (part IN ('agenda', 'sweep')),
  PRIMARY KEY (person, day, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (                          -- further accounts from which people act; the main one stands with the person
  platform  TEXT NOT NULL,
  chat_id   TEXT NOT NULL,
  person    INTEGER NOT NULL REFERENCES person (id),
  PRIMARY KEY (platform, chat_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
  person  INTEGER NOT NULL REFERENCES person (id),
  team    TEXT NOT NULL,
  weight  INTEGER NOT NULL CHECK (weight >= 0),
  cap     INTEGER,                              -- untouched leads at a time
  daily   INTEGER,                              -- leads taken in a day
  paused  TEXT,                                 -- JSON
  PRIMARY KEY (person, team)
) STRICT, WITHOUT ROWID;

CREATE TABLE skill (                            -- what people can do that not everybody can
  person  INTEGER NOT NULL REFERENCES person (id),
  skill   TEXT NOT NULL,                        -- as the playbook names it
  PRIMARY KEY (person, skill)
) STRICT, WITHOUT ROWID;

CREATE TABLE playbook (
  version     INTEGER PRIMARY KEY,
  text        TEXT NOT NULL,
  applied_at  INTEGER NOT NULL,
  applied_by  TEXT NOT NULL
) STRICT;

CREATE TABLE suppression_key (                  -- what the list below is hashed with: without it nobody can try addresses on the list
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  bytes  BLOB NOT NULL CHECK (length(bytes) = 32)
) STRICT;
INSERT INTO suppression_key (id, bytes) VALUES (1, randomblob(32));

CREATE TABLE suppression (                      -- who is never contacted again; stays when their lead is erased
  hash   TEXT PRIMARY KEY,                      -- of the kind and of the address or number
  kind   TEXT NOT NULL CHECK (kind IN ('email', 'phone')),
  lead   INTEGER,                               -- with which they asked it; put on the list by hand, when NULL
  since  INTEGER NOT NULL,
  along  INTEGER NOT NULL DEFAULT 0 CHECK (along IN (0, 1))  -- not itself put on by hand, but another address of the same person was
) STRICT, WITHOUT ROWID;
CREATE INDEX suppression_by_lead ON suppression (lead) WHERE lead IS NOT NULL;

CREATE TABLE audit (                            -- changes to anything that is not a lead
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  actor  TEXT NOT NULL,
  deed   TEXT NOT NULL,
  about  TEXT NOT NULL
) STRICT;
