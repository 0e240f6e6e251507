-- Logins by SPID and CIE, from the click to the session. A row lives ten minutes and is then deleted by a job; nothing
-- that a provider says is in it. `pending` is our own half (nonce, PKCE verifier, hash of the state), which is taken out
-- before the provider is asked, so that what a browser brings back is worth one attempt.

create table login (
    id text primary key,
    body_id text not null references body (id),
    -- Id of the configuration: spid, cie.
    provider text not null,
    client text not null check (client in ('app', 'browser')),
    -- Which of the provider's hints was chosen.
    hint text,
    -- base64url of the SHA-256 of the app's verifier; a browser has none.
    challenge text,
    -- Where the browser goes at the end: JSON.
    back text not null,
    -- Token and code of an invitation that is to be accepted: JSON. Wiped when the login ends.
    invitation text,
    -- The session that is only to be confirmed.
    confirms text references session (id),
    -- Four digits that the app shows; compared on the last page.
    number text,
    created_at bigint not null,
    expires_at bigint not null,
    -- begun: nobody opened it yet. away: at the provider. answering: back, the provider is asked. proved: somebody
    -- known came back, and the app may take what that opens.
    state text not null check (state in ('begun', 'away', 'answering', 'proved', 'done', 'failed')),
    -- SHA-256 of the cookie of the browser that opened it, hex.
    browser_hash text,
    -- SHA-256 of the state that the provider sends back, hex.
    state_hash text unique,
    pending text,
    -- Who came back, and why nobody did.
    person_id text references person (id),
    outcome text,
    -- SHA-256 of what the browser brings to the app, hex; good for a minute, once.
    code_hash text,
    code_expires_at bigint,
    -- Wrong numbers so far, and 1 where the right one was typed.
    tries bigint not null default 0,
    numbered bigint not null default 0
);
create index login_expires_at on login (expires_at);

-- What is kept of each assertion that was believed, to find it again in the provider's own log: never the assertion, a
-- name or a fiscal code. As old as the audit.
create table login_proof (
    login_id text primary key,
    body_id text not null references body (id),
    person_id text references person (id),
    at bigint not null,
    provider text not null,
    issuer text not null,
    -- SHA-256 of our state and of the assertion, hex; its own number (jti), where it has one.
    request text not null,
    token_hash text not null,
    token_id text,
    issued_at bigint not null,
    level bigint not null,
    -- The value of acr, or empty where the configuration vouches for the level.
    acr text not null
);
create index login_proof_at on login_proof (at);
