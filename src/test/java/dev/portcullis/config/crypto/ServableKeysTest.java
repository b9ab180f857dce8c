package dev.portcullis.config.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServableKeysTest {
    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void key_on_a_curve_of_tls_is_served(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        assertThat(ServableKeys.unserved(generator.generateKeyPair().getPublic()))
                .isEmpty();
    }

    @Test
    void rsa_key_is_served_from_2048_bits_on() throws Exception {
        assertThat(ServableKeys.unserved(rsa(2_048))).isEmpty();
        assertThat(ServableKeys.unserved(rsa(2_047))).contains("a key of RSA with 2047 bits");
        assertThat(ServableKeys.unserved(rsa(1_024))).contains("a key of RSA with 1024 bits");
    }

    /** A JDK that does not know the curve parses neither its parameters nor the point. */
    @Test
    void key_on_a_curve_that_the_jdk_does_not_know_is_not_served() {
        PublicKey unknown = new Unknown(HexFormat.of().parseHex("3015301006072a8648ce3d020106052b8104000a03010004"));
        assertThat(ServableKeys.unserved(unknown)).contains("a key on a curve that is not served");
    }

    @Test
    void key_of_another_algorithm_is_reported_by_its_algorithm() throws Exception {
        PublicKey edwards =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        assertThat(ServableKeys.unserved(edwards)).contains("a key of EdDSA");
    }

    private static PublicKey rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair().getPublic();
    }

    /** Like {@code sun.security.x509.X509Key}, which provides no more. */
    private static final class Unknown implements PublicKey {
        private static final long serialVersionUID = 1L;

        private final byte[] encoded;

        Unknown(byte[] encoded) {
            this.encoded = encoded;
        }

        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            return encoded.clone();
        }
    }
}
