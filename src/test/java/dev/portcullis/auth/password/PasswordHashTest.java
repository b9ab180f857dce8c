package dev.portcullis.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.crypto.bcrypt.BCrypt;

class PasswordHashTest {
    private static final byte[] PEPPER = {1, 2, 3};
    private static final int CHEAP = 4;

    private final PasswordHash hash = new PasswordHash(PEPPER, CHEAP);

    /** Of crypt_blowfish 1.3, the reference implementation. */
    @ParameterizedTest
    @CsvSource({
        "U*U, $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "U*U*, $2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
        "U*U*U, $2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
        "'', $2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"
    })
    void library_gives_the_published_hash(String password, String published) {
        assertThat(BCrypt.hashpw(password, published)).isEqualTo(published);
        assertThat(BCrypt.checkpw(password, published)).isTrue();
        assertThat(BCrypt.checkpw(password + "x", published)).isFalse();
    }

    @Test
    void password_matches_its_own_hash_only() {
        String stored = hash.of("Correct-Horse-9");

        assertThat(stored).startsWith("$2b$04$").hasSize(60);
        assertThat(hash.matches("Correct-Horse-9", stored)).isTrue();
        assertThat(hash.matches("correct-Horse-9", stored)).isFalse();
        assertThat(hash.matches("", stored)).isFalse();
        assertThat(hash.of("Correct-Horse-9")).as("another salt").isNotEqualTo(stored);
    }

    /** bcrypt alone ignores what is beyond 72 bytes, and ends at a NUL. */
    @Test
    void whole_password_counts() {
        String stored = hash.of("x".repeat(100) + "1");

        assertThat(hash.matches("x".repeat(100) + "2", stored)).isFalse();
        assertThat(hash.matches("a\0b", hash.of("a\0c"))).isFalse();
    }

    @Test
    void password_matches_however_its_characters_are_composed() {
        assertThat(hash.matches("Pa\u0308sswort-1", hash.of("P\u00e4sswort-1"))).isTrue();
    }

    /** Why a copy of the store alone does not help to guess passwords. */
    @Test
    void hash_is_of_no_use_without_the_pepper() {
        String stored = hash.of("Correct-Horse-9");

        assertThat(new PasswordHash(new byte[] {1, 2, 4}, CHEAP).matches("Correct-Horse-9", stored))
                .isFalse();
    }

    @Test
    void hash_of_a_lower_cost_is_outdated() {
        String stored = hash.of("Correct-Horse-9");

        assertThat(hash.isOutdated(stored)).isFalse();
        assertThat(new PasswordHash(PEPPER, 5).isOutdated(stored)).isTrue();
        assertThat(new PasswordHash(PEPPER, 5).matches("Correct-Horse-9", stored))
                .isTrue();
    }

    @Test
    void unknown_account_takes_as_much_work_as_a_wrong_password() {
        PasswordHash real = new PasswordHash(PEPPER, 10);
        String stored = real.of("Correct-Horse-9");
        String dummy = real.dummy();

        assertThat(dummy).startsWith("$2b$10$").hasSameSizeAs(stored);
        assertThat(real.matches("Correct-Horse-9", dummy)).isFalse();
        long wrong = Long.MAX_VALUE;
        long unknown = Long.MAX_VALUE;
        for (int i = 0; i < 7; i++) { // in turns, and the least of each: what else runs makes some of them longer
            wrong = Math.min(wrong, cpuNanos(() -> real.matches("wrong", stored)));
            unknown = Math.min(unknown, cpuNanos(() -> real.matches("wrong", dummy)));
        }

        System.out.printf(
                "CPU of a wrong password %,d µs, of an unknown account %,d µs%n", wrong / 1_000, unknown / 1_000);
        assertThat((double) unknown / wrong).isBetween(0.5, 2.0);
    }

    private static long cpuNanos(Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        work.run();
        return threads.getCurrentThreadCpuTime() - begin;
    }
}
