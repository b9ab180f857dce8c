package dev.portcullis.config.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Keytool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPairCheckTest {
    private static final String PASSWORD = "only-for-a-test";

    private static final Map<String, Pair> MADE = new HashMap<>();

    @TempDir
    static Path folder;

    private record Pair(String certificate, String pem) {
        byte[] key() {
            return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({"RSA, -keysize, 2048", "EC, -groupname, secp256r1", "EC, -groupname, secp384r1", "Ed25519, '', ''"})
    void key_of_another_certificate_differs_and_its_own_does_not(String algorithm, String option, String value) {
        Pair own = made("ours", algorithm, option, value);
        Pair other = made("other", algorithm, option, value);
        assertThat(KeyPairCheck.differ(own.certificate, own.pem())).isFalse();
        assertThat(KeyPairCheck.differ(own.certificate + other.certificate, own.pem()))
                .as("the first of a chain counts")
                .isFalse();
        assertThat(KeyPairCheck.differ(other.certificate + own.certificate, own.pem()))
                .isTrue();
        assertThat(KeyPairCheck.differ(own.certificate, other.pem())).isTrue();
    }

    @Test
    void keys_of_other_algorithms_and_curves_differ() {
        Pair rsa = made("ours", "RSA", "-keysize", "2048");
        Pair p256 = made("ours", "EC", "-groupname", "secp256r1");
        Pair p384 = made("ours", "EC", "-groupname", "secp384r1");
        Pair edwards = made("ours", "Ed25519", "", "");
        for (Pair certificate : Arrays.asList(rsa, p256, p384, edwards)) {
            for (Pair key : Arrays.asList(rsa, p256, p384, edwards)) {
                assertThat(KeyPairCheck.differ(certificate.certificate, key.pem()))
                        .isEqualTo(!certificate.equals(key));
            }
        }
    }

    /** The JDK reads the key, but can't sign with its curve. */
    @Test
    void key_on_a_curve_that_is_not_served_differs() {
        Pair own = made("ours", "EC", "-groupname", "secp256r1");
        assertThat(KeyPairCheck.differ(own.certificate, """
                -----BEGIN PRIVATE KEY-----
                MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQg0CaCXvzCA47LFGndi/fY
                ViXBOuTnkLhHj/RQc66bsnuhRANCAASzyKXg8trcog7Tbqebzg8KPRrw4rNB9IEe
                C9bt6IpBm1l+qcQjI7p1J2N10tR8uxCzs8q71hDbLHUtrsjWumPF
                -----END PRIVATE KEY-----
                """)).isTrue();
    }

    @Test
    void older_formats_of_a_key_are_checked_too() {
        Pair rsa = made("ours", "RSA", "-keysize", "2048");
        Pair otherRsa = made("other", "RSA", "-keysize", "2048");
        Pair ec = made("ours", "EC", "-groupname", "secp256r1");
        Pair otherEc = made("other", "EC", "-groupname", "secp256r1");
        String pkcs1 = pem("RSA PRIVATE KEY", Arrays.copyOfRange(rsa.key(), 26, rsa.key().length));
        assertThat(KeyPairCheck.differ(rsa.certificate, pkcs1)).isFalse();
        assertThat(KeyPairCheck.differ(otherRsa.certificate, pkcs1)).isTrue();
        assertThat(KeyPairCheck.differ(ec.certificate, pkcs1)).isTrue();
        String sec1 = pem("EC PRIVATE KEY", sec1(ec.key()));
        assertThat(KeyPairCheck.differ(ec.certificate, sec1)).isFalse();
        assertThat(KeyPairCheck.differ(otherEc.certificate, sec1)).isTrue();
        assertThat(KeyPairCheck.differ(rsa.certificate, sec1)).isTrue();
    }

    @Test
    void unreadable_key_or_certificate_does_not_differ() {
        Pair own = made("ours", "EC", "-groupname", "secp256r1");
        assertThat(KeyPairCheck.differ(own.certificate, pem("PRIVATE KEY", new byte[] {1, 2, 3})))
                .isFalse();
        assertThat(KeyPairCheck.differ(own.certificate, "hush")).isFalse();
        for (String none : new String[] {"", "hush", own.certificate.substring(0, 200)}) {
            assertThat(KeyPairCheck.differ(none, own.pem())).isFalse();
        }
    }

    /** The octet string after version and algorithm, whose header has two bytes on this curve. */
    private static byte[] sec1(byte[] pkcs8) {
        int algorithm = 2 + 3;
        int octets = algorithm + 2 + pkcs8[algorithm + 1];
        return Arrays.copyOfRange(pkcs8, octets + 2, octets + 2 + pkcs8[octets + 1]);
    }

    /** Created once for all tests, by name. */
    private static Pair made(String name, String algorithm, String option, String value) {
        return MADE.computeIfAbsent(name + " " + algorithm + " " + value, any -> make(name, algorithm, option, value));
    }

    private static Pair make(String name, String algorithm, String option, String value) {
        Path store = folder.resolve(name + "-" + algorithm + "-" + value + ".p12");
        List<String> options = new ArrayList<>(List.of("-alias", "it", "-keyalg", algorithm, "-dname", "CN=" + name));
        if (!option.isEmpty()) {
            options.addAll(List.of(option, value));
        }
        Keytool.generate(store, PASSWORD, options);
        try (var in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return new Pair(
                    pem("CERTIFICATE", keys.getCertificate("it").getEncoded()),
                    pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException | GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der) + "\n-----END " + what
                + "-----\n";
    }
}
