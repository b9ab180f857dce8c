package dev.portcullis.auth.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class KeySetTest {
    private static final TestKeys OLD = TestKeys.of("ES256", "old");
    private static final TestKeys NEW = TestKeys.of("ES256", "new");
    private static final TestKeys OTHER = TestKeys.of("ES256", "old");

    private WorkerPool threads;
    private KeySet first;

    @BeforeEach
    void open(Vertx vertx) {
        threads = new WorkerPool(vertx, "token", WorkerPool.Config.STANDARD, () -> {});
        first = KeySet.EMPTY.next(read(OLD), threads, 0, 0);
    }

    @AfterEach
    void close() throws Exception {
        threads.close();
    }

    @Test
    void withdrawn_key_is_in_use_until_its_time_is_over() {
        SignatureVerifier verifier = only(first, "old", 0);
        KeySet rotated = first.next(read(NEW), threads, 10, 100);

        assertThat(only(rotated, "old", 99)).isSameAs(verifier);
        assertThat(rotated.has(verifier, 99)).isTrue();
        assertThat(rotated.has(verifier, 100)).isFalse();
        assertThat(rotated.hasNamed(Optional.of("old"), 100)).isFalse();
        assertThat(rotated.find(SignatureAlgorithm.ES256, Optional.of("old"), 100))
                .isEmpty();
    }

    @Test
    void another_read_does_not_prolong_a_withdrawn_key() {
        KeySet later = first.next(read(NEW), threads, 10, 100).next(read(NEW), threads, 50, 140);

        assertThat(later.hasNamed(Optional.of("old"), 99)).isTrue();
        assertThat(later.hasNamed(Optional.of("old"), 100)).isFalse();
    }

    @Test
    void key_that_is_published_again_is_in_use_without_an_end() {
        KeySet again = first.next(read(NEW), threads, 10, 100).next(read(OLD, NEW), threads, 50, 140);

        assertThat(only(again, "old", Long.MAX_VALUE / 2)).isSameAs(only(first, "old", 0));
    }

    @Test
    void another_key_under_the_same_name_replaces_one_at_once() {
        KeySet replaced = first.next(read(OTHER), threads, 10, 100);

        assertThat(only(replaced, "old", 11)).isNotSameAs(only(first, "old", 0));
    }

    @Test
    void withdrawn_key_without_any_time_is_gone_with_the_read() {
        assertThat(first.next(read(NEW), threads, 10, 10).hasNamed(Optional.of("old"), 10))
                .isFalse();
    }

    private static SignatureVerifier only(KeySet keys, String kid, long now) {
        return keys.find(SignatureAlgorithm.ES256, Optional.of(kid), now).stream()
                .reduce((one, two) -> {
                    throw new AssertionError("several keys");
                })
                .orElseThrow();
    }

    private static List<JsonWebKey> read(TestKeys... keys) {
        String set = TestKeys.set(Stream.of(keys).map(each -> each.jwk("")).toArray(String[]::new));
        return JsonWebKey.readSet(set.getBytes(StandardCharsets.UTF_8), Set.of(SignatureAlgorithm.ES256))
                .fold(good -> good, why -> {
                    throw new AssertionError(why);
                });
    }
}
