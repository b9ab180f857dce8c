package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded.Valid;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadPolicyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ratelimit.user.minute=61 | ",
                "bans.users=[\"eve\"] | ",
                "log.level=warn | ",
                "ratelimit.tracking.users=7 | ratelimit.tracking.users",
                "bans.intervalMs=100 | bans.intervalMs",
                "http.port=1 | http.port",
                "accounts.enabled=true | accounts.enabled"
            })
    void key_can_change_while_the_node_runs_or_is_named(String set, String named) {
        Valid<NodeConfig> before = read();
        Valid<NodeConfig> after = read(set);

        List<Problem> problems = ReloadPolicy.needRestart(
                before.value(), after.value(), SettingChange.between(before.settings(), after.settings()));

        assertThat(problems).extracting(Problem::path).isEqualTo(named == null ? List.of() : List.of(named));
    }

    /** Users have passwords, whose keys are made of the secret of the first issuer unless accounts.secret says which. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[NEW, OLD] | | accounts.secret",
                "[OLD, NEW] | | ",
                "[NEW, OLD] | OLD | ",
                "[NEW, OLD] | NEW | accounts.secret",
                "[OLD] | OLD | ",
                "[OLD] | NEW | accounts.secret"
            })
    void secret_that_passwords_depend_on_stays(String issuers, @Nullable String ofAccounts, String named) {
        Valid<NodeConfig> before = accounts("[OLD]", null);
        Valid<NodeConfig> after = accounts(issuers, ofAccounts);

        List<Problem> problems = ReloadPolicy.needRestart(
                before.value(), after.value(), SettingChange.between(before.settings(), after.settings()));

        assertThat(problems).extracting(Problem::path).isEqualTo(named == null ? List.of() : List.of(named));
    }

    private static Valid<NodeConfig> accounts(String issuers, @Nullable String ofAccounts) {
        List<String> sets = new ArrayList<>(List.of(
                "accounts.enabled=true",
                "auth.issuers="
                        + secrets(issuers.replaceAll(
                                "OLD|NEW", "{\"secret\": \"$0\", \"issuer\": \"https://a.example\"}"))));
        if (ofAccounts != null) {
            sets.add("accounts.secret=" + secrets(ofAccounts));
        }
        return read(sets.toArray(String[]::new));
    }

    private static String secrets(String text) {
        return text.replace("OLD", Configs.SECRET).replace("NEW", "another-secret-of-the-tests-and-of-nothing-else");
    }

    private static Valid<NodeConfig> read(String... sets) {
        return ConfigFile.load(Configs.empty(), List.of(sets), Map.of(), NodeConfigReader::read)
                .fold(valid -> valid, invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                });
    }
}
