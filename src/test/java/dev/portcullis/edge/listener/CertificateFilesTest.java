package dev.portcullis.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.http.ClientTlsConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.protocol.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private final Instant now = Instant.now().plusSeconds(60); // behind the begin of the new ones

    @TempDir
    private static Path others;

    private static SelfSigned first;
    private static SelfSigned second;
    private static SelfSigned expired;

    @TempDir
    private Path folder;

    private CertificateFiles files;

    @BeforeAll
    static void make() throws IOException {
        first = SelfSigned.in(Files.createDirectory(others.resolve("first")));
        second = SelfSigned.in(Files.createDirectory(others.resolve("second")));
        expired = SelfSigned.expired(Files.createDirectory(others.resolve("expired")));
    }

    @BeforeEach
    void open() throws IOException {
        install(first.certificate(), first.key());
        files = new CertificateFiles(config(ClientTlsConfig.NONE));
    }

    @Test
    void renewed_pair_counts_once_two_looks_see_the_same() throws IOException {
        assertThat(look()).isEqualTo("unchanged");
        install(second.certificate(), first.key());
        assertThat(look()).as("the key follows").isEqualTo("unchanged");
        install(second.certificate(), second.key());
        assertThat(look()).isEqualTo("unchanged");
        assertThat(look()).isEqualTo("renewed");
        assertThat(look()).as("until it is served").isEqualTo("renewed");
        CertificateFiles.Renewed renewed = files.look(now).fold(Optional::orElseThrow, why -> fail(why));
        files.served(renewed);
        assertThat(look()).isEqualTo("unchanged");
        assertThat(renewed.tls().certificate().orElseThrow().text()).contains(Files.readString(second.certificate()));
    }

    @Test
    void same_content_in_new_files_is_no_change() throws IOException {
        install(first.certificate(), first.key());
        assertThat(look()).isEqualTo("unchanged");
        assertThat(look()).isEqualTo("unchanged");
    }

    @Test
    void pair_that_cannot_be_served_is_told_once_and_its_successor_counts() throws IOException {
        install(second.certificate(), first.key());
        look();
        assertThat(look()).isEqualTo("the key belongs to another certificate");
        assertThat(look()).isEqualTo("unchanged");
        install(second.certificate(), second.key());
        look();
        assertThat(look()).isEqualTo("renewed");
    }

    @Test
    void file_that_is_gone_or_no_certificate_is_not_served() throws IOException {
        Files.delete(folder.resolve("key.pem"));
        look();
        assertThat(look()).isEqualTo("the certificate or its key can't be read");
        Files.writeString(
                folder.resolve("chain.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.copy(first.key(), folder.resolve("key.pem"));
        look();
        assertThat(look()).contains("holds no certificate");
    }

    @Test
    void certificate_that_is_not_valid_now_is_served_once_it_is() throws IOException {
        install(expired.certificate(), expired.key());
        look();
        assertThat(look()).startsWith("expired on ");
        install(second.certificate(), second.key());
        Instant early = now.minus(Duration.ofDays(30));
        assertThat(told(files.look(early))).isEqualTo("unchanged");
        assertThat(told(files.look(early))).startsWith("is not valid before ");
        assertThat(look()).isEqualTo("renewed");
    }

    /** With an empty list each revoked certificate would be let in again. */
    @Test
    void emptied_list_of_revoked_certificates_is_refused() throws IOException {
        PrivateAuthority authority = PrivateAuthority.in(Files.createDirectory(folder.resolve("authority")));
        Path list = authority.revoke(authority.client("lost"));
        Files.copy(list, folder.resolve("crl.pem"));
        Files.copy(authority.certificate(), folder.resolve("ca.pem"));
        files = new CertificateFiles(config(new ClientTlsConfig(
                ClientTlsConfig.Mode.REQUIRED, Optional.of(pem("ca.pem")), Optional.of(pem("crl.pem")))));
        for (String content : List.of("", "-----BEGIN X509 CRL-----\n", "garbage")) {
            Files.writeString(folder.resolve("crl.pem"), content);
            look();
            assertThat(look()).contains("holds no revocation list");
        }
        Files.delete(folder.resolve("crl.pem"));
        look();
        assertThat(look()).contains("crl.pem\" does not exist");
        Files.copy(list, folder.resolve("crl.pem"));
        Files.writeString(folder.resolve("ca.pem"), "");
        look();
        assertThat(look()).contains("holds no certificate");
        Files.copy(authority.certificate(), folder.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
        look();
        assertThat(look()).isEqualTo("unchanged");
    }

    @Test
    void another_configuration_is_served_as_it_was_checked() throws IOException {
        TlsConfig config = config(ClientTlsConfig.NONE);
        install(second.certificate(), second.key());
        CertificateFiles opened = CertificateFiles.open(config, now).fold(checked -> checked, why -> fail(why));
        install(first.certificate(), second.key());
        assertThat(opened.served().certificate().orElseThrow().text()).contains(Files.readString(second.certificate()));
        assertThat(opened.areOf(config)).isTrue();
        assertThat(CertificateFiles.open(config, now).<String>fold(checked -> "served", why -> why))
                .isEqualTo("the key belongs to another certificate");
        install(expired.certificate(), expired.key());
        assertThat(CertificateFiles.open(config, now).<String>fold(checked -> "served", why -> why))
                .startsWith("expired on ");
    }

    private TlsConfig config(ClientTlsConfig clients) {
        return new TlsConfig(Optional.of(pem("chain.pem")), Optional.of(pem("key.pem")), true, clients, 100);
    }

    private String look() {
        return told(files.look(now));
    }

    private static String told(Result<Optional<CertificateFiles.Renewed>, String> look) {
        return look.fold(renewed -> renewed.isPresent() ? "renewed" : "unchanged", why -> why);
    }

    private void install(Path certificate, Path key) throws IOException {
        Files.copy(certificate, folder.resolve("chain.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(key, folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Pem pem(String name) {
        return new Pem(new Secret(folder.resolve(name).toString()));
    }
}
