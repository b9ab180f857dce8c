package dev.portcullis.hooks;

import dev.portcullis.config.Section;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code hooks.redis}. */
public record HookStreamConfig(String stream, int most) {
    private static final Pattern KEY = Pattern.compile("(?!pc:)[\\x21-\\x7e]{1,256}");
    private static final int MOST = 100_000;

    /** Empty without a {@code stream}. */
    static Optional<HookStreamConfig> read(Section redis) {
        String stream = redis.text(
                "stream",
                "",
                Pattern.compile("|" + KEY.pattern()),
                "key of a Redis stream that takes the events, in the Redis of the store; not below pc:");
        int most = redis.integer(
                "most",
                MOST,
                100,
                100_000_000,
                "entries that the stream may have; then events wait until its reader removes some (XDEL, XTRIM)");
        return stream.isEmpty() ? Optional.empty() : Optional.of(new HookStreamConfig(stream, most));
    }
}
