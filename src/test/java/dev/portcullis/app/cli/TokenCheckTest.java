package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code token check}. */
class TokenCheckTest {
    private static final String THEIRS = "another-secret-of-the-tests-and-of-nothing-else";
    private static final Path TWO = Configs.of("{\"auth\": {\"issuers\": ["
            + "{\"issuer\": \"us\", \"userPrefix\": \"a:\", \"secret\": \"" + Configs.SECRET + "\"},"
            + "{\"issuer\": \"them\", \"userPrefix\": \"b:\", \"secret\": \"" + THEIRS + "\"}]}}");

    @TempDir
    Path folder;

    @Test
    void a_good_token_is_accepted_in_one_line_and_not_repeated() {
        String token = token(Configs.SECRET, "us", Duration.ofHours(1));
        Said said = check(token + "\n", TWO);
        assertThat(said.code()).isZero();
        assertThat(said.lines())
                .singleElement()
                .asString()
                .startsWith("accepted: user a:ann, role member, rooms team-1 ops-*, until 2")
                .endsWith("; issuer: auth.issuers[0], iss \"us\"")
                .doesNotContain(token);
        assertThat(said.complaint()).isEmpty();
    }

    @Test
    void a_token_may_come_from_a_file() throws IOException {
        Path file = Files.writeString(
                folder.resolve("token.txt"), token(Configs.SECRET, "us", Duration.ofHours(1)) + "\r\n");
        assertThat(check("", TWO, "--file", file.toString()).code()).isZero();
    }

    @Test
    void a_refused_token_is_told_its_defect_and_the_issuer_that_it_means() {
        Said forged = check(token("a-secret-that-is-nobody-s-and-long-enough", "them", Duration.ofHours(1)), TWO);
        assertThat(forged.code()).isEqualTo(1);
        assertThat(forged.lines())
                .singleElement()
                .asString()
                .startsWith("refused: bad_signature (")
                .endsWith("; issuer: auth.issuers[1], iss \"them\"");
        Said expired = check(token(THEIRS, "them", Duration.ofHours(-1)), TWO);
        assertThat(expired.code()).isEqualTo(1);
        assertThat(expired.lines()).singleElement().asString().startsWith("refused: expired (exp is over); ");
        Said nobody = check(token(Configs.SECRET, "x\u001b[2J", Duration.ofHours(1)), TWO);
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.lines())
                .as("nothing that a terminal would act on")
                .singleElement()
                .asString()
                .startsWith("refused: unknown_issuer (")
                .endsWith("; issuer: none, iss \"x [2J\"");
        Said nonsense = check("nonsense", TWO);
        assertThat(nonsense.code()).isEqualTo(1);
        assertThat(nonsense.lines()).singleElement().asString().startsWith("refused: malformed (");
    }

    @Test
    void what_can_not_be_judged_ends_with_2_and_prints_no_verdict() {
        for (Said said : List.of(
                check(" \n", TWO),
                check("", TWO, "--file", folder.resolve("missing").toString()),
                check("a.b.c", Configs.of("{\"typo\": 1}")),
                check("a.b.c", TWO, "a.b.c"))) {
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.lines()).isEmpty();
            assertThat(said.complaint()).isNotEmpty();
        }
    }

    /** 1 would say that it is refused. */
    @Test
    void an_accepted_token_of_which_that_can_not_be_written_ends_with_two() throws IOException {
        Terminal closed =
                terminal(token(Configs.SECRET, "us", Duration.ofHours(1))).closed();
        assertThat(closed.run("token", "check", "-c", TWO.toString())).isEqualTo(2);
        assertThat(closed.complained()).startsWith("the output can't be written: ");
    }

    private static String token(String secret, String issuer, Duration ttl) {
        IssuerConfig config = new IssuerConfig(
                Set.of("HS256"), new Secret(secret), Optional.of(issuer), Optional.empty(), "", Role.ADMIN, true);
        return new TokenSigner(config, System::currentTimeMillis)
                .mint("ann", Role.MEMBER, List.of("team-1", "ops-*"), Optional.empty(), ttl);
    }

    private static Terminal terminal(String input) {
        return Terminal.of(Commands.of(new TokenCommand(
                Map.of(),
                TokenCommand::signAsFirstIssuer,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)))));
    }

    private static Said check(String input, Path config, String... more) {
        Terminal terminal = terminal(input);
        int code = terminal.run(Stream.concat(Stream.of("token", "check", "-c", config.toString()), Stream.of(more))
                .toArray(String[]::new));
        return new Said(code, terminal.printed().lines().toList(), terminal.complained());
    }

    private record Said(int code, List<String> lines, String complaint) {}
}
