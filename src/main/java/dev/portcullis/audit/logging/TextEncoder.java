package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.portcullis.config.Json;
import dev.portcullis.config.text.EscapedText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/**
 * Encodes a line for a terminal: time, severity, event, sentence and fields. As in JSON, client input can neither move
 * the cursor nor start a line (CWE-117, CWE-150).
 */
public final class TextEncoder extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_.:/@+|*-]+");
    private static final byte[] NOTHING = {};

    private final StackTraceConverter converter = new StackTraceConverter();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160)
                .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(String.format(Locale.ROOT, " %-5s ", event.getLevel()))
                .append(EscapedText.of(EventNameProvider.of(event)))
                .append("  ")
                .append(EscapedText.of(event.getFormattedMessage()));
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.stream()
                    .filter(pair -> !pair.key.equals(EventNameProvider.EVENT))
                    .forEach(pair -> append(line, pair));
        }
        TraceIdProvider.current()
                .ifPresent(id -> line.append("  ")
                        .append(TraceIdProvider.TRACE_ID)
                        .append('=')
                        .append(id));
        if (event.getThrowableProxy() != null) {
            line.append("\n    ").append(converter.convert(event).replace("\n", "\n    "));
        }
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void append(StringBuilder line, KeyValuePair pair) {
        String value = String.valueOf(pair.value);
        line.append("  ")
                .append(pair.key)
                .append('=')
                .append(PLAIN.matcher(value).matches() ? value : EscapedText.of(Json.write(value)));
    }
}
