package dev.portcullis.hooks;

import dev.portcullis.config.Section;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.hooks.outbox.OutboxConfig;
import dev.portcullis.resilience.CircuitBreaker;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code hooks}. */
public record HooksConfig(
        Optional<WebhookConfig> http,
        Optional<HookStreamConfig> stream,
        OutboxConfig outbox,
        int batch,
        long pollMs,
        int attempts,
        Retry retry) {
    /** The largest message that still fits into a request, with the fields around it. */
    public static final int LARGEST_MESSAGE = 512 << 10;

    /** The pause after a failure doubles up to the longest. */
    public record Retry(long firstMs, long longestMs) {}

    /** Empty if there is nowhere to deliver to. */
    public static Optional<HooksConfig> read(Section hooks, CircuitBreaker.Config breaker) {
        Optional<WebhookConfig> http = WebhookConfig.read(hooks.section("http"), breaker);
        Optional<HookStreamConfig> stream = HookStreamConfig.read(hooks.section("redis"));
        HooksConfig config = new HooksConfig(
                http,
                stream,
                OutboxConfig.read(hooks),
                hooks.integer("batch", 100, 1, 1_000, "events in one delivery, at most 512 KiB"),
                hooks.millis("pollMs", 250, 10, 10_000, "how often the outboxes are looked at"),
                hooks.integer(
                        "attempts",
                        5,
                        1,
                        1_000,
                        "refusals (400, 413, 415, 422) of the same event after which it is a dead letter, and failures while other events are taken"),
                new Retry(
                        hooks.millis("retryMs", 500, 10, 60_000, "the first pause after a failed delivery"),
                        hooks.millis(
                                "longestRetryMs",
                                30_000,
                                10,
                                3_600_000,
                                "the longest such pause; each failure doubles it up to here")));
        stream.filter(each -> each.most() < config.batch)
                .ifPresent(each -> hooks.problem(
                        "redis.most", "is below hooks.batch", "a whole batch must fit: at least " + config.batch));
        if (hooks.section("http").has("url") && stream.isPresent()) {
            hooks.problem("redis.stream", "is set beside hooks.http.url", "name one place to deliver to");
        }
        return http.isPresent() || stream.isPresent() ? Optional.of(config) : Optional.empty();
    }

    /** Whether it must be known who enters and leaves rooms. */
    public boolean tellsRooms() {
        return outbox.tells(HookType.ROOM_JOINED) || outbox.tells(HookType.ROOM_LEFT);
    }

    /** The parts that should be the same on all nodes of a cluster. */
    public List<String> parts() {
        return List.of(
                http.map(each -> each.url().host() + ":" + each.url().port()
                                + each.url().target())
                        .or(() -> stream.map(HookStreamConfig::stream))
                        .orElse(""),
                String.join(
                        ",", outbox.events().stream().map(Enum::name).sorted().toList()),
                outbox.whenFull().name());
    }

    /** The section {@code hooks.redis}. */
    public record HookStreamConfig(String stream, int most) {
        private static final Pattern KEY = Pattern.compile("(?!pc:)[\\x21-\\x7e]{1,256}");

        /** Empty without a {@code stream}. */
        static Optional<HookStreamConfig> read(Section redis) {
            String stream = redis.text(
                    "stream",
                    "",
                    Pattern.compile("|" + KEY.pattern()),
                    "key of a Redis stream that takes the events, in the Redis of the store; not below pc:");
            int most = redis.integer(
                    "most",
                    100_000,
                    100,
                    100_000_000,
                    "entries that the stream may have; then events wait until its reader removes some (XDEL, XTRIM)");
            return stream.isEmpty() ? Optional.empty() : Optional.of(new HookStreamConfig(stream, most));
        }
    }
}
