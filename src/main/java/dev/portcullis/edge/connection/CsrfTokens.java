package dev.portcullis.edge.connection;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.http.CsrfConfig;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The CSRF tokens of one session: a new one at each rotation, and the former one for a while, since frames may be on
 * their way. Times are in milliseconds of a clock that is never set back.
 */
public final class CsrfTokens {
    private static final int BYTES = 32;

    private final CsrfConfig config;
    private final RandomGenerator random;
    private String current;
    private @Nullable String former;
    private long rotatedAt;

    /** @param random one whose numbers can't be guessed (CWE-330) */
    public CsrfTokens(CsrfConfig config, RandomGenerator random, long now) {
        this.config = config;
        this.random = random;
        this.current = next(random);
        this.rotatedAt = now;
    }

    public String current() {
        return current;
    }

    /** Whether a frame that carries this token comes from the page that has the session. */
    boolean accepts(Optional<String> presented, long now) {
        return presented
                .filter(token -> ConstantTime.isEqual(token, current) || isFormer(token, now))
                .isPresent();
    }

    /** The new token, if it is time for one. */
    Optional<String> rotate(long now) {
        if (untilRotation(now) > 0) {
            return Optional.empty();
        }
        former = current;
        current = next(random);
        rotatedAt = now;
        return Optional.of(current);
    }

    long untilRotation(long now) {
        return config.rotateMs() - (now - rotatedAt);
    }

    private boolean isFormer(String token, long now) {
        return former != null && now - rotatedAt < config.graceMs() && ConstantTime.isEqual(token, former);
    }

    private static String next(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64Url.encode(bytes);
    }
}
