package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** The log of a node as far as it is about refusals. */
final class RefusalLines implements AutoCloseable {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    RefusalLines() {
        log.start();
        root.addAppender(log);
    }

    /**
     * Each refusal is one line, or counted in the line of its repeats, which has the id of the first of them.
     *
     * @param requestIds of all refusals
     */
    void assertAccountFor(List<String> requestIds) {
        long counted = 0;
        for (ILoggingEvent line : List.copyOf(log.list)) {
            if (line.getLevel() == Level.WARN && !value(line, "requestId").isEmpty()) {
                String repeats = value(line, "count");
                counted += repeats.isEmpty() ? 1 : Long.parseLong(repeats);
            }
        }
        assertThat(requestIds).doesNotHaveDuplicates();
        Set<String> known = Set.copyOf(requestIds);
        assertThat(counted)
                .as("refusals that the log accounts for, with %s", unanswered(known))
                .isEqualTo(requestIds.size());
        List<String> first = List.copyOf(log.list).stream()
                .filter(line ->
                        line.getLevel() == Level.WARN && value(line, "count").isEmpty())
                .map(line -> value(line, "requestId"))
                .filter(known::contains)
                .toList();
        assertThat(first).doesNotHaveDuplicates().isNotEmpty();
    }

    private List<String> unanswered(Set<String> known) {
        return List.copyOf(log.list).stream()
                .filter(line ->
                        line.getLevel() == Level.WARN && value(line, "count").isEmpty())
                .filter(line -> !known.contains(value(line, "requestId")))
                .map(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs())
                .toList();
    }

    /** No line, whatever its level, has the text. */
    void assertNothingOf(String text) {
        assertThat(List.copyOf(log.list))
                .allSatisfy(line -> assertThat(
                                line.getFormattedMessage() + line.getKeyValuePairs() + line.getThrowableProxy())
                        .doesNotContain(text));
    }

    @Override
    public void close() {
        root.detachAppender(log);
    }

    private static String value(ILoggingEvent line, String key) {
        return line.getKeyValuePairs() == null
                ? ""
                : line.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals(key))
                        .map(pair -> String.valueOf(pair.value))
                        .findFirst()
                        .orElse("");
    }
}
