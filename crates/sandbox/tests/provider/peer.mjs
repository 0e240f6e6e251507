// A certified OpenID provider with one invented parent and no pages: `login_hint` says what the person does.
// See peer.rs for how it is run. `node peer.mjs PORT`
import Provider from 'oidc-provider';

const port = Number(process.argv[2] ?? 3900);
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
      redirect_uris: ['http://127.0.0.1:8080/accesso/spid/ritorno'],
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

provider.use(async (context, next) => {
  if (!context.path.startsWith('/choice/')) return next();
  const { params } = await provider.interactionDetails(context.req, context.res);
  const results = {
    refuses: { error: 'access_denied' },
    'level-one': { login: { accountId: 'marta', acr: level(1) } },
  };
  const result = results[params.login_hint] ?? { login: { accountId: 'marta', acr: level(2) } };
  await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
  context.respond = false;
});

provider.listen(port, '127.0.0.1', () => console.log(`peer http://127.0.0.1:${port}`));
