package dev.portcullis.auth.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBoxTest {
    private static final UserId ANN = new UserId("u:ann");
    private static final byte[] SECRET = "a secret of an app".getBytes(StandardCharsets.US_ASCII);

    private final SecretBox box = new SecretBox(Sha256.of("one key"));
    private final String sealed = box.seal(ANN, SECRET);

    @Test
    void sealed_secret_opens_for_its_user_and_looks_different_each_time() {
        assertThat(box.open(ANN, sealed)).isEqualTo(SECRET);
        assertThat(box.seal(ANN, SECRET)).isNotEqualTo(sealed);
    }

    @Test
    void secret_does_not_open_for_another_user_nor_with_another_key() {
        assertThatThrownBy(() -> box.open(new UserId("u:eve"), sealed)).isInstanceOf(StoreFailure.class);
        SecretBox other = new SecretBox(Sha256.of("another key"));
        assertThatThrownBy(() -> other.open(ANN, sealed)).isInstanceOf(StoreFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "no base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void text_that_was_never_sealed_does_not_open(String text) {
        assertThatThrownBy(() -> box.open(ANN, text)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void changed_text_does_not_open() {
        String changed = sealed.substring(0, 20) + (sealed.charAt(20) == 'A' ? 'B' : 'A') + sealed.substring(21);
        assertThatThrownBy(() -> box.open(ANN, changed)).isInstanceOf(StoreFailure.class);
    }
}
