package dev.portcullis.app.config;

import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Section;
import dev.portcullis.edge.api.AuthCookies;
import dev.portcullis.http.OriginConfig;
import java.util.List;
import java.util.Optional;

/** Checks the sources of a user's identity against each other: issuers of tokens, accounts, certificates and cookies. */
final class IdentitySettings {
    private final NodeConfig config;

    IdentitySettings(NodeConfig config) {
        this.config = config;
    }

    void check(Section root) {
        checkAccounts(root.section("accounts"));
        refuseAccountPrefix(root);
        checkCertificates(root.section("auth").section("certificates"));
        requireOrigin(root.section("origin"));
        refuseOneNameForTwo(root.section("auth"));
        checkDemoLogin(root.section("auth"));
    }

    /** Who reaches such a node is the user that they name (CWE-306). */
    private void checkDemoLogin(Section auth) {
        if (!config.auth().demoLogin()) {
            return;
        }
        if (!config.dev()) {
            auth.problem("demoLogin", "is true, and dev is not: anyone could be any user", "leave it out");
        }
        if (config.runs(Stage.AUTH) && config.auth().tokens().issuers().stream().noneMatch(TokenSigner::canSignFor)) {
            auth.problem("demoLogin", "is true, and no issuer has a secret of HS256 to sign with", "leave it out");
        }
    }

    private void checkAccounts(Section section) {
        AccountsConfig accounts = config.accounts();
        List<IssuerConfig> issuers = config.auth().tokens().issuers();
        if (!accounts.enabled() || !config.runs(Stage.AUTH)) {
            return;
        }
        if (accounts.secretOr(issuers).isEmpty()) {
            section.problem(
                    "secret",
                    "is missing, and so is the secret of an issuer in its place",
                    "accounts.enabled is true: at least 32 bytes are needed, from {\"$env\": …} or {\"$file\": …}");
        }
        if (issuers.stream().anyMatch(each -> each.issuer().equals(Optional.of(accounts.issuer())))) {
            section.problem(
                    "issuer",
                    "is also the issuer of one of auth.issuers",
                    "give the accounts a name of their own: two issuers must not sign for each other");
        }
        if (accounts.accessTokenMs() > config.auth().tokens().maxLifetime()) {
            section.problem(
                    "accessTokenMs",
                    "is above auth.maxLifetime",
                    "every access token of an account would be refused: at most "
                            + config.auth().tokens().maxLifetime() + " is needed");
        }
    }

    /** The users of such an issuer would be taken for accounts of this server. */
    private void refuseAccountPrefix(Section root) {
        List<IssuerConfig> issuers = config.auth().tokens().issuers();
        for (int i = 0; config.accounts().enabled() && i < issuers.size(); i++) {
            if (issuers.get(i).userPrefix().startsWith(IssuerConfig.ACCOUNT_PREFIX)) {
                root.problem(
                        "auth.issuers[" + i + "].userPrefix",
                        "begins with " + IssuerConfig.ACCOUNT_PREFIX + ", which the ids of this server's accounts begin"
                                + " with",
                        "choose another prefix, or write false at accounts.enabled");
            }
        }
    }

    private void checkCertificates(Section section) {
        CertificatesConfig certificates = config.auth().certificates();
        if (!certificates.enabled()) {
            return;
        }
        if (config.runs(Stage.EDGE) && !config.tls().clients().isAsked()) {
            section.problem(
                    "enabled",
                    "is true, and tls.clientAuth is none: no connection would show a certificate",
                    "write optional or required there, and name the authorities in tls.clientCa");
        }
        if (config.accounts().enabled() && certificates.overlaps(IssuerConfig.ACCOUNT_PREFIX)) { // CWE-290
            section.problem(
                    "userPrefix",
                    "lets a certificate name the user of an account",
                    "accounts are " + IssuerConfig.ACCOUNT_PREFIX
                            + "…: take a prefix that begins otherwise, such as cert:");
        }
    }

    /** Only the Origin tells for which page a browser sends its cookie (CWE-1385). */
    private void requireOrigin(Section section) {
        if (config.runs(Stage.EDGE)
                && config.auth().accepts(CredentialSource.COOKIE)
                && config.origin().missing() != OriginConfig.Missing.REJECT) {
            section.problem(
                    "missing",
                    "is not reject, and auth.accept names cookie",
                    "write reject: a browser sends its cookie for any page, and the Origin tells which");
        }
    }

    /** A refresh token would replace the access token, or be sent as one. */
    private void refuseOneNameForTwo(Section auth) {
        if (config.auth().cookieName().equals(AuthCookies.REFRESH)) {
            auth.problem("cookieName", "is the cookie of refresh tokens", "choose another name");
        }
    }
}
