package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.store.redis.RedisConfig;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Configurations and attempts for the tests of this package. */
final class LimitFixture {
    static final long NOON = 1_780_000_000_000L;

    private LimitFixture() {}

    /** The section {@code ratelimit} as an operator wrote it. */
    static RateLimitConfig config(String json) {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        RateLimitConfig config = read(json, reading);
        assertThat(reading.problems().found()).isEmpty();
        return config;
    }

    static RedisConfig redis(String uri, int timeoutMs, int connectMs) {
        RedisConfig one = RedisConfig.at(uri);
        return new RedisConfig(
                one.topology(),
                one.endpoints(),
                one.credentials(),
                one.masterName(),
                one.sentinelCredentials(),
                one.tls(),
                timeoutMs,
                connectMs,
                one.waiting(),
                one.limit(),
                one.reconnect(),
                one.acks());
    }

    /** Timeouts that no test exceeds. */
    static RedisConfig redisWithLongTimeouts(String uri) {
        return redis(uri, 30_000, 30_000);
    }

    static List<Problem> problems(String json) {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        read(json, reading);
        return reading.problems().found();
    }

    static FrameAttempt attempt(String user, FrameType action) {
        return attempt(user, Role.MEMBER, action, 100);
    }

    static FrameAttempt attempt(String user, Role role, FrameType action, int bytes) {
        return FrameAttempt.of(new UserId(user), role, action, 1, bytes);
    }

    /** A join of this many rooms. */
    static FrameAttempt join(String user, int rooms) {
        return FrameAttempt.of(new UserId(user), Role.MEMBER, FrameType.JOIN, rooms, 100);
    }

    static FrameAttempt report(String user, int bytes) {
        return FrameAttempt.report(new UserId(user), Role.MEMBER, bytes);
    }

    static FrameAttempt reportBlock(String user, int bytes) {
        return FrameAttempt.reportBlock(new UserId(user), Role.MEMBER, bytes, Rejection.Window.MINUTE);
    }

    static <T> T await(Future<T> answer) throws Exception {
        return answer.await(30, TimeUnit.SECONDS);
    }

    /** The unreported bytes of a connection before its first report. */
    static UnreportedBytes unreported(int bytes) {
        UnreportedBytes unreported = new UnreportedBytes(8_192);
        unreported.add(bytes);
        return unreported;
    }

    static Verdict limited(Rejection.Scope scope, Rejection.Window window, long retryAfterMs) {
        return Verdict.refused(Rejection.limited(scope, window, retryAfterMs));
    }

    /** A refusal that begins a block. */
    static Verdict blocking(Rejection.Scope scope, Rejection.Window window, long retryAfterMs) {
        return Verdict.refused(
                new Limited(scope, window, retryAfterMs, Optional.empty()).with(Rejection.Penalty.BLOCK));
    }

    static Optional<Limited> limitOf(Verdict verdict) {
        return verdict.fold(Optional::empty, why -> why.fold(Optional::of, failed -> Optional.empty()));
    }

    static boolean isGranted(Verdict verdict) {
        return verdict.fold(() -> true, why -> false);
    }

    @SuppressWarnings("unchecked") // a JSON object
    private static RateLimitConfig read(String json, ConfigReading reading) {
        try {
            Section root = Section.root(
                    Map.of("ratelimit", (Map<String, Object>) Objects.requireNonNull(Json.parse(json))), reading);
            RateLimitConfig config = RateLimitConfig.read(root.section("ratelimit"));
            root.refuseUnknown();
            return config;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
