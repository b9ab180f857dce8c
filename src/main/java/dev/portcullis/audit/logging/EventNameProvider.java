package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import net.logstash.logback.composite.AbstractFieldJsonProvider;
import org.slf4j.event.KeyValuePair;

/**
 * Adds an event name to each line that has none, such as lines of libraries, so that every line can be searched by it.
 */
public final class EventNameProvider extends AbstractFieldJsonProvider<ILoggingEvent> {
    /** The name of the field. */
    static final String EVENT = "event";

    private static final String OURS = "dev.portcullis.";

    /** Event names by prefix of the logger's name; the first match counts. */
    private static final List<Map.Entry<String, String>> BY_LOGGER = List.of(
            Map.entry("io.vertx.core.impl.BlockedThreadChecker", "loop.blocked"),
            Map.entry("io.vertx.", "vertx.log"),
            Map.entry("io.netty.", "netty.log"),
            Map.entry("com.hazelcast.", "hazelcast.log"),
            Map.entry("io.micrometer.", "micrometer.log"));

    public EventNameProvider() {
        setFieldName(EVENT);
    }

    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        if (!isNamed(event)) {
            generator.writeStringField(getFieldName(), byLogger(event.getLoggerName()));
        }
    }

    /** The event name of a line of this program or of a library. */
    static String of(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        return pairs == null
                ? byLogger(event.getLoggerName())
                : pairs.stream()
                        .filter(pair -> pair.key.equals(EVENT))
                        .map(pair -> String.valueOf(pair.value))
                        .findFirst()
                        .orElseGet(() -> byLogger(event.getLoggerName()));
    }

    private static boolean isNamed(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        return pairs != null && pairs.stream().anyMatch(pair -> pair.key.equals(EVENT));
    }

    private static String byLogger(String logger) {
        return BY_LOGGER.stream()
                .filter(each -> logger.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> logger.startsWith(OURS) ? packageOf(logger) + ".log" : "library.log");
    }

    private static String packageOf(String logger) {
        String inner = logger.substring(OURS.length());
        int dot = inner.indexOf('.');
        return dot < 0 ? inner : inner.substring(0, dot);
    }
}
