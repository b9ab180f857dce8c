package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.cli.TokenCommand.TokenRequest;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCommandTest {
    private final List<TokenRequest> requests = new ArrayList<>();
    private final Terminal terminal = Terminal.of(Commands.of(new TokenCommand(
            Map.of(),
            (config, request) -> {
                requests.add(request);
                return "e30.e30.c2ln";
            },
            InputStream.nullInputStream())));

    @Test
    void token_is_requested_as_the_options_say_and_printed_alone() {
        assertThat(run("--user", "alice@example.com", "--role", "admin", "--rooms", "lobby,team-*", "--ttl", "90s"))
                .isZero();
        assertThat(requests)
                .containsExactly(new TokenRequest(
                        new UserId("alice@example.com"),
                        Role.ADMIN,
                        List.of("lobby", "team-*"),
                        Duration.ofSeconds(90)));
        assertThat(terminal.printed()).isEqualToNormalizingNewlines("e30.e30.c2ln\n");
    }

    @Test
    void token_without_options_lives_an_hour_and_grants_no_room() {
        assertThat(run("--user", "alice", "--role", "member")).isZero();
        assertThat(requests)
                .containsExactly(new TokenRequest(new UserId("alice"), Role.MEMBER, List.of(), Duration.ofHours(1)));
    }

    @ParameterizedTest
    @CsvSource({"1s, PT1S", "30m, PT30M", "24h, PT24H", "366d, PT8784H"})
    void ttl_with_each_unit_is_accepted(String word, Duration expected) {
        assertThat(run("--user", "alice", "--role", "member", "--ttl", word)).isZero();
        assertThat(requests).singleElement().extracting(TokenRequest::ttl).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "--user, '', is not a user id",
        "--user, @pom.xml, '@pom.xml' is not a user id",
        "--user, a b, is not a user id",
        "--user, deleted, is not a user id",
        "--role, boss, 'is not one of unverified, member, moderator, admin'",
        "--role, ADMIN, 'is not one of unverified, member, moderator, admin'",
        "--rooms, 'lobby,-x', is not a room id",
        "--rooms, 'a*b', is not a room id",
        "--ttl, 0s, is not a time",
        "--ttl, 60, is not a time",
        "--ttl, -1h, is not a time",
        "--ttl, 367d, is not a time",
        "--ttl, 99999999d, is not a time",
        "--ttl, 999999999999999999999h, is not a time",
    })
    void invalid_option_is_a_usage_error(String option, String word, String message) {
        List<String> words = new ArrayList<>(List.of("--user", "alice", "--role", "member"));
        if (words.contains(option)) {
            words.set(words.indexOf(option) + 1, word);
        } else {
            words.addAll(List.of(option, word));
        }
        assertThat(run(words.toArray(String[]::new))).isEqualTo(2);
        assertThat(requests).isEmpty();
        assertThat(terminal.errors()).contains("'" + option).contains(message);
    }

    @Test
    void missing_user_or_role_is_a_usage_error() {
        assertThat(run()).isEqualTo(2);
        assertThat(terminal.errors()).contains("'--user=ID', '--role=ROLE'");
        assertThat(run("--user", "alice")).isEqualTo(2);
        assertThat(terminal.errors()).contains("--role=ROLE");
        assertThat(requests).isEmpty();
    }

    @Test
    void failure_of_the_signer_is_one_line() {
        Terminal empty = Terminal.of(Commands.of(new TokenCommand(
                Map.of(),
                (config, request) -> {
                    throw new StartupException("auth.issuers: none has a secret; give one");
                },
                InputStream.nullInputStream())));
        String file = Configs.empty().toString();
        assertThat(empty.run("token", "-c", file, "--user", "alice", "--role", "member"))
                .isEqualTo(1);
        assertThat(empty.errors()).isEqualToNormalizingNewlines("auth.issuers: none has a secret; give one\n");
    }

    @Test
    void invalid_file_signs_nothing() {
        String file = Configs.of("{\"typo\": 1}").toString();
        assertThat(terminal.run("token", "-c", file, "--user", "alice", "--role", "member"))
                .isEqualTo(1);
        assertThat(requests).isEmpty();
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors()).startsWith("typo: is not known");
    }

    private int run(String... options) {
        Stream<String> words =
                Stream.concat(Stream.of("token", "-c", Configs.empty().toString()), Stream.of(options));
        return terminal.run(words.toArray(String[]::new));
    }
}
