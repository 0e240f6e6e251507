// A certified OpenID provider with one invented parent. `login_hint` says what the person does; without it a page asks.
// See peer.rs for how it is run. `node peer.mjs PORT [REDIRECT_URI...]`
import Provider from 'oidc-provider';

// Whoever started it listens to one line only; what is said after that goes nowhere.
process.stdout.on('error', () => {});
const port = Number(process.argv[2] ?? 3900);
// The first is peer.rs's own.
const callbacks = ['http://127.0.0.1:8080/accesso/spid/ritorno', ...process.argv.slice(3)];
const level = (number) => `https://www.spid.gov.it/SpidL${number}`;
const fiscalNumber = 'https://attributes.eid.gov.it/fiscal_number';
const marta = {
  sub: 'marta',
  given_name: 'Marta',
  family_name: 'Locatelli',
  email: 'marta.locatelli.1@example.org',
  [fiscalNumber]: 'TINIT-LCTMRT86P60L400L',
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'refettorio',
      client_secret: 'segreto-di-prova:non+protegge%nulla',
      redirect_uris: callbacks,
    },
  ],
  acrValues: [1, 2, 3].map(level),
  claims: {
    acr: null,
    openid: ['sub'],
    profile: ['given_name', 'family_name', fiscalNumber],
    email: ['email'],
  },
  conformIdTokenClaims: false,
  cookies: { keys: ['only for this test'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/choice/${interaction.uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => marta }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

const page = `<!doctype html><html lang="it"><meta charset="utf-8"><title>Accesso</title><form>
<h1>Vuoi entrare?</h1>
<button id="agrees" name="scelta" value="agrees">Acconsento</button>
<button id="level-one" name="scelta" value="level-one">Acconsento, con la sola password</button>
<button id="refuses" name="scelta" value="refuses">Non acconsento</button>
</form></html>`;

provider.use(async (context, next) => {
  if (!context.path.startsWith('/choice/')) return next();
  const { params } = await provider.interactionDetails(context.req, context.res);
  const choice = params.login_hint ?? context.query.scelta;
  if (!choice) {
    context.type = 'html';
    context.body = page;
    return undefined;
  }
  const results = {
    refuses: { error: 'access_denied' },
    'level-one': { login: { accountId: 'marta', acr: level(1) } },
  };
  const result = results[choice] ?? { login: { accountId: 'marta', acr: level(2) } };
  await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
  context.respond = false;
  return undefined;
});

provider.listen(port, '127.0.0.1', () => console.log(`peer http://127.0.0.1:${port}`));
