package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.AccountsConfig.Registration;
import dev.portcullis.auth.password.PasswordConfig;
import dev.portcullis.auth.refresh.RefreshConfig;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsConfigTest {
    private static final long DAY = 86_400_000;

    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void accounts_are_off_and_their_times_are_those_of_the_protocol() throws IOException {
        AccountsConfig config = read("{}");

        assertThat(reading.problems().isEmpty()).isTrue();
        assertThat(config.enabled()).isFalse();
        assertThat(config.registration()).isEqualTo(Registration.OPEN);
        assertThat(config.secret()).isEmpty();
        assertThat(config.issuer()).isEqualTo("portcullis");
        assertThat(config.accessTokenMs()).isEqualTo(900_000);
        assertThat(config.refresh()).isEqualTo(new RefreshConfig(7 * DAY, 30 * DAY, 10_000));
        assertThat(config.maxLogins()).isEqualTo(20);
        PasswordConfig passwords = config.passwords();
        assertThat(passwords.cost()).isEqualTo(12);
        assertThat(passwords.workers().queue()).isEqualTo(32);
        assertThat(passwords.workers().maxWaitMs()).isEqualTo(3_000);
        assertThat(passwords.workers().threads())
                .isEqualTo(Math.max(1, Math.min(64, Runtime.getRuntime().availableProcessors() / 2)));
    }

    @ParameterizedTest
    @CsvSource({"true, invited, true", "false, invited, false", "true, closed, false", "true, open, false"})
    void operators_invite_only_where_accounts_need_it(boolean enabled, String registration, boolean invites)
            throws IOException {
        AccountsConfig config = read("{'enabled': " + enabled + ", 'registration': '" + registration + "'}");
        assertThat(config.registration().name()).isEqualToIgnoringCase(registration);
        assertThat(config.invites()).isEqualTo(invites);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'secret': 'only-31-bytes-are-not-enough---'} | secret",
                "{'passwords': {'cost': 9}} | passwords.cost",
                "{'passwords': {'cost': 16}} | passwords.cost",
                "{'passwords': {'threads': 0}} | passwords.threads",
                "{'passwords': {'queue': 0}} | passwords.queue",
                "{'passwords': {'maxWaitMs': 3501}} | passwords.maxWaitMs",
                "{'maxLogins': 0} | maxLogins",
                "{'issuer': ''} | issuer",
                "{'refreshGraceMs': 60001} | refreshGraceMs",
                "{'familyMs': 86400000} | familyMs"
            })
    void value_out_of_bounds_is_a_problem(String json, String path) throws IOException {
        read(json);

        assertThat(reading.problems().found().stream().map(Problem::path)).containsExactly(path);
    }

    @Test
    void secret_is_the_own_one_or_that_of_the_first_issuer_that_has_one() throws IOException {
        Secret own = new Secret("an own secret of the accounts, 32 bytes");
        AccountsConfig with = read("{'secret': '" + own.reveal() + "'}");
        AccountsConfig without = read("{}");

        assertThat(with.secretOr(List.of(Tokens.issuer()))).contains(own);
        assertThat(without.secretOr(List.of(Tokens.issuer()))
                        .map(AccountKeys::of)
                        .map(AccountKeys::accessTokens))
                .isPresent()
                .isNotEqualTo(Optional.of(AccountKeys.of(own).accessTokens()));
        assertThat(without.secretOr(List.of())).isEmpty();
    }

    /** Else one leaked key would be all of them. */
    @Test
    void keys_of_one_secret_differ_and_are_the_same_at_each_start() {
        Secret secret = new Secret("an own secret of the accounts, 32 bytes");
        AccountKeys keys = AccountKeys.of(secret);

        assertThat(keys.pepper()).hasSize(32).isNotEqualTo(keys.refreshKey());
        assertThat(keys.accessTokens().reveal()).hasSize(43).doesNotContain(secret.reveal());
        assertThat(AccountKeys.of(secret).pepper()).isEqualTo(keys.pepper());
        assertThat(AccountKeys.of(secret).accessTokens()).isEqualTo(keys.accessTokens());
    }

    private AccountsConfig read(String json) throws IOException {
        Object parsed = Objects.requireNonNull(Json.parse(json.replace('\'', '"')));
        return AccountsConfig.read(Section.root((Map<?, ?>) parsed, reading));
    }
}
