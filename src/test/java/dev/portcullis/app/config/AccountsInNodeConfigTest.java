package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How accounts fit the rest of a configuration. */
class AccountsInNodeConfigTest {
    private static final String OWN = "\"secret\": \"an own secret of the accounts, 32 bytes\"";

    @Test
    void accounts_that_are_off_have_no_keys_and_no_tokens() {
        NodeConfig config = good("{\"accounts\": {" + OWN + "}}");

        assertThat(config.accountKeys()).isEmpty();
        assertThat(config.tokens()).isEqualTo(config.auth().tokens());
    }

    @Test
    void accounts_without_a_secret_take_that_of_the_first_issuer() {
        NodeConfig config = good("{\"accounts\": {\"enabled\": true}}");

        assertThat(config.accountKeys()).isPresent();
        List<IssuerConfig> issuers = config.tokens().issuers();
        assertThat(issuers)
                .hasSize(2)
                .startsWith(config.auth().tokens().issuers().get(0));
        assertThat(issuers.get(1).issuer()).contains("portcullis");
        assertThat(issuers.get(1).allowRooms()).isFalse();
    }

    @Test
    void accounts_with_a_secret_need_no_issuer() {
        NodeConfig config = good("{\"auth\": {}, \"accounts\": {\"enabled\": true, " + OWN + "}}");

        assertThat(config.tokens().issuers()).hasSize(1);
    }

    @Test
    void accounts_without_any_secret_are_a_problem_on_a_node_that_checks_passwords() {
        assertThat(problems("{\"auth\": {}, \"accounts\": {\"enabled\": true}}"))
                .containsExactly(
                        "accounts.secret: is missing, and so is the secret of an issuer in its place;"
                                + " accounts.enabled is true: at least 32 bytes are needed, from {\"$env\": …} or {\"$file\": …}");
        assertThat(good("{\"auth\": {}, \"accounts\": {\"enabled\": true}, \"stages\": {\"edge\": 1},"
                                + " \"store\": {\"kind\": \"redis\"},"
                                + " \"cluster\": {\"enabled\": true, \"members\": [\"127.0.0.1\"]}}")
                        .accountKeys())
                .as("an edge alone")
                .isEmpty();
    }

    @Test
    void issuer_of_accounts_must_be_no_other_issuer() {
        assertThat(problems("{\"accounts\": {\"enabled\": true, \"issuer\": \"us\"}, \"auth\": {\"issuers\": ["
                        + "{\"secret\": \"" + Configs.SECRET + "\", \"issuer\": \"us\"}]}}"))
                .containsExactly("accounts.issuer: is also the issuer of one of auth.issuers;"
                        + " give the accounts a name of their own: two issuers must not sign for each other");
    }

    @Test
    void access_token_of_an_account_must_not_live_too_long_to_be_accepted() {
        String json = "{\"accounts\": {\"enabled\": true, \"accessTokenMs\": 60001}, \"auth\": {\"maxLifetime\": %d,"
                + " \"issuers\": [{\"secret\": \"" + Configs.SECRET + "\"}]}}";

        good(json.formatted(60_001));
        assertThat(problems(json.formatted(60_000)))
                .containsExactly("accounts.accessTokenMs: is above auth.maxLifetime;"
                        + " every access token of an account would be refused: at most 60000 is needed");
    }

    @Test
    void published_secret_is_refused_outside_of_development_and_reported_in_it() {
        String json = "{\"dev\": %b, \"accounts\": {\"secret\": \"dev-only-secret-of-accounts-for-everybody\"}}";

        assertThat(problems(json.formatted(false)))
                .containsExactly("accounts.secret: is published with the source, and dev is not true;"
                        + " make one of your own: openssl rand -base64 48");
        assertThat(ExposureWarnings.of(good(json.formatted(true))).descriptions())
                .contains("a dev-only secret of accounts");
    }

    private static NodeConfig good(String json) {
        return ConfigFile.load(Configs.of(json), List.of(), Map.of(), NodeConfigReader::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    private static List<String> problems(String json) {
        return ConfigFile.load(Configs.of(json), List.of(), Map.of(), NodeConfigReader::read)
                .fold(
                        good -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
    }
}
