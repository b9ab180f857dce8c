package dev.portcullis.app.config;

import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Optional;

/** Checks {@code accounts} against the issuers of tokens, which must not name an account. */
final class AccountUsers {
    private final NodeConfig config;

    AccountUsers(NodeConfig config) {
        this.config = config;
    }

    void check(Section root) {
        checkSection(root.section("accounts"));
        refuseAccountPrefix(root);
    }

    private void checkSection(Section section) {
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
}
