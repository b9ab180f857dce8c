package dev.portcullis.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesConfigTest {
    private static final String ISSUER = "auth.issuers=[{\"issuer\": \"us\", \"userPrefix\": \"%s\", \"secret\":"
            + " \"a secret of the tests, 32 bytes or more\"}]";

    @Test
    void certificates_are_no_credentials_by_default() {
        assertThat(problems("auth.certificates={}")).isEmpty();
        assertThat(CertificatesConfig.off().enabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "auth.certificates.pattern=(, auth.certificates.pattern",
        "auth.certificates.pattern=(a)(b), auth.certificates.pattern",
        "auth.certificates.user=san:ip, auth.certificates.user",
        "auth.certificates.userPrefix=-, auth.certificates.userPrefix",
        "'auth.certificates.rooms=[\"a b\"]', auth.certificates.rooms",
        "auth.certificates.enabled=true, auth.certificates.enabled",
    })
    void unusable_setting_is_a_problem_at_its_key(String set, String path) {
        assertThat(problems(set, ISSUER.formatted("t:")))
                .extracting(Problem::path)
                .allMatch(found -> found.startsWith(path))
                .isNotEmpty();
    }

    /** As for two issuers of tokens: an application must not get someone else's user. */
    @ParameterizedTest
    @CsvSource({
        "t:, cert:, certificate, 0",
        "'', cert:, certificate, 1",
        "c, cert:, certificate, 1",
        "cert:a:, cert:, certificate, 1",
        "'', '', us, 0",
        "'', cert:, us, 1",
        "'', '', them, 1",
    })
    void users_of_certificates_and_of_tokens_are_told_apart(String tokens, String prefix, String issuer, int problems) {
        assertThat(problems(
                        "auth.certificates={\"enabled\": true, \"userPrefix\": \"" + prefix + "\", \"issuer\": \""
                                + issuer + "\"}",
                        ISSUER.formatted(tokens),
                        "accounts.enabled=false"))
                .extracting(Problem::path)
                .filteredOn("auth.certificates.userPrefix"::equals)
                .hasSize(problems);
    }

    @Test
    void certificate_never_means_the_user_of_an_account() {
        for (String prefix : List.of("u:", "", "u", "u:x")) {
            assertThat(problems(
                            "accounts.enabled=true",
                            "auth.certificates={\"enabled\": true, \"userPrefix\": \"" + prefix + "\"}",
                            ISSUER.formatted("t:")))
                    .extracting(Problem::what)
                    .as(prefix)
                    .contains("lets a certificate name the user of an account");
        }
    }

    private static List<Problem> problems(String... sets) {
        return ConfigFile.load(Path.of("conf/dev.json"), List.of(sets), Map.of(), NodeConfigReader::read)
                .fold(good -> List.<Problem>of(), bad -> bad.problems());
    }
}
