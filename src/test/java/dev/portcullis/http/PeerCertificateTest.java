package dev.portcullis.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PrivateAuthority;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerCertificateTest {
    private static final int EMAIL = 0x81;
    private static final int DNS = 0x82;
    private static final int URI = 0x86;

    @TempDir
    private static Path folder;

    private static PrivateAuthority authority;

    @BeforeAll
    static void open() {
        authority = PrivateAuthority.in(folder);
    }

    @Test
    void names_times_and_hash_are_those_of_the_certificate() throws Exception {
        X509Certificate leaf = authority
                .client(
                        "full",
                        "-dname",
                        "CN=Ann Smith, O=Ours",
                        "-ext",
                        "SAN=dns:A.Ours.example,email:ann@ours.example,uri:spiffe://ours/ann,ip:192.0.2.1")
                .leaf();

        String hash = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded()));
        assertThat(read(leaf))
                .isEqualTo(new ClientCertificate(
                        hash,
                        java.util.Optional.of("Ann Smith"),
                        List.of("a.ours.example"),
                        List.of("ann@ours.example"),
                        List.of("spiffe://ours/ann"),
                        leaf.getNotAfter().toInstant().toEpochMilli(),
                        leaf.getNotBefore().toInstant().toEpochMilli()));
        assertThat(read(leaf).toString().replace(hash, "")) // which has "Ann" in it by chance, once in some thousands
                .doesNotContain("Ann")
                .doesNotContain("ours");
    }

    @Test
    void certificate_without_names_has_none() {
        ClientCertificate read =
                read(authority.client("bare", "-dname", "O=Ours").leaf());

        assertThat(read.commonName()).isEmpty();
        assertThat(read.dnsNames()).isEmpty();
        assertThat(read.emails()).isEmpty();
        assertThat(read.uris()).isEmpty();
    }

    @Test
    void one_of_two_common_names_does_not_count() {
        assertThat(read(authority
                                .client("two", "-dname", "CN=ann, O=Ours, CN=admin")
                                .leaf())
                        .commonName())
                .isEmpty();
    }

    /** CWE-158, CWE-451: as in the certificates for {@code bank.example\\0.evil.example}. */
    @Test
    void name_with_an_unseen_character_does_not_count() {
        byte[] names = join(
                name(DNS, "ann\0.evil.example"),
                name(DNS, "good.example"),
                name(EMAIL, "ann@ours.example\n"),
                name(EMAIL, ""),
                name(URI, "spiffe://ours/a b"),
                name(URI, "spiffe://ours/" + "a".repeat(600)));

        ClientCertificate read = read(authority
                .client("unseen", "-dname", "CN=ann\\00", "-ext", alternatives(names))
                .leaf());

        assertThat(read.commonName()).isEmpty();
        assertThat(read.dnsNames()).isSubsetOf("good.example");
        assertThat(read.emails()).isEmpty();
        assertThat(read.uris()).isEmpty();
    }

    @Test
    void none_of_too_many_names_counts() {
        byte[] many = join(IntStream.rangeClosed(0, PeerCertificate.MAX_NAMES)
                .mapToObj(each -> name(DNS, "n" + each + ".example"))
                .toArray(byte[][]::new));
        byte[] most = join(IntStream.range(0, PeerCertificate.MAX_NAMES)
                .mapToObj(each -> name(DNS, "n" + each + ".example"))
                .toArray(byte[][]::new));

        assertThat(read(authority.client("many", "-ext", alternatives(many)).leaf())
                        .dnsNames())
                .isEmpty();
        assertThat(read(authority.client("most", "-ext", alternatives(most)).leaf())
                        .dnsNames())
                .hasSize(PeerCertificate.MAX_NAMES);
    }

    private static ClientCertificate read(X509Certificate leaf) {
        return PeerCertificate.read(leaf).orElseThrow();
    }

    /** The extension as bytes, since keytool itself writes no bad names. */
    private static String alternatives(byte[] names) {
        return "2.5.29.17=" + HexFormat.of().formatHex(tlv(0x30, names));
    }

    private static byte[] name(int kind, String text) {
        return tlv(kind, text.getBytes(US_ASCII));
    }

    private static byte[] tlv(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length > 0x7F) {
            out.write(0x82);
            out.write(content.length >> 8);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
