package dev.portcullis.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.portcullis.config.text.SafeExcerpt;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON that also allows comments, so that operators can explain settings. A whole number is a {@code Long}, any
 * other number a {@code BigInteger} or {@code BigDecimal}, so that no number is rounded.
 */
public final class Json {
    private static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder().maxNestingDepth(16).build();
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .streamReadConstraints(CONSTRAINTS)
            .build();
    private static final JsonFactory WITHOUT_COMMENTS =
            JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
    private static final Separators SEPARATORS =
            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);

    private Json() {}

    /** The text is not valid JSON. The message quotes no content, which may be a secret (CWE-209). */
    public static final class IllFormed extends IOException {
        private static final long serialVersionUID = 1L;

        private final String problem;

        private IllFormed(String problem, JsonLocation at) {
            super(problem);
            this.problem = problem + ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
        }

        String problem() {
            return problem;
        }

        @Override
        public String getMessage() {
            return problem;
        }
    }

    /** @throws IllFormed with a message that names line and column */
    public static @Nullable Object parse(String text) throws IOException {
        return parse(FACTORY, text);
    }

    /**
     * Parses a file that other programs read too.
     *
     * @throws IllFormed likewise, also for a comment
     */
    public static @Nullable Object parseWithoutComments(String text) throws IOException {
        return parse(WITHOUT_COMMENTS, text);
    }

    private static @Nullable Object parse(JsonFactory factory, String text) throws IOException {
        try (JsonParser parser = factory.createParser(text)) {
            try {
                return document(parser);
            } catch (JsonEOFException truncated) {
                throw new IllFormed("ends before every bracket, quote and comment is closed", parser.currentLocation());
            } catch (StreamConstraintsException tooLarge) {
                throw new IllFormed("is nested too deep, or a name or number is too long", parser.currentLocation());
            } catch (NumberFormatException | ArithmeticException beyond) { // of an exponent that no number has
                throw new IllFormed("has a number that is too large", parser.currentLocation());
            } catch (JsonProcessingException invalid) {
                throw new IllFormed("is not JSON", invalid.getLocation());
            }
        }
    }

    public static String write(@Nullable Object value) {
        return text(value, generator -> generator);
    }

    /** In ASCII, so that a terminal acts on no text in it (CWE-150): a reader of JSON reads the same value. */
    public static String ascii(@Nullable Object value) {
        return text(value, generator -> generator.setHighestNonEscapedChar('~'));
    }

    /** Formats the value with line breaks and indentation. */
    public static String pretty(@Nullable Object value) {
        return text(
                value,
                generator -> generator.setPrettyPrinter(new DefaultPrettyPrinter()
                        .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                        .withSeparators(SEPARATORS)));
    }

    private static String text(@Nullable Object value, UnaryOperator<JsonGenerator> form) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = form.apply(FACTORY.createGenerator(out))) {
            write(generator, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private static @Nullable Object document(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            throw new IllFormed("is empty", parser.currentLocation());
        }
        Object value = value(parser);
        if (parser.nextToken() != null) {
            throw new IllFormed("goes on after its end", parser.currentLocation());
        }
        return value;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> list(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllFormed("is not JSON", parser.currentLocation());
        };
    }

    private static Number number(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            case BIG_INTEGER -> parser.getBigIntegerValue();
            default -> parser.getDecimalValue();
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (all.containsKey(name)) { // RFC 8259 section 4 does not say which of the two counts
                throw new IllFormed(
                        "has the key " + SafeExcerpt.of(write(name)) + " twice in one object",
                        parser.currentLocation());
            }
            parser.nextToken();
            all.put(name, value(parser));
        }
        return all;
    }

    private static List<@Nullable Object> list(JsonParser parser) throws IOException {
        List<@Nullable Object> all = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            all.add(value(parser));
        }
        return all;
    }

    private static void write(JsonGenerator to, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            to.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.writeFieldName(String.valueOf(entry.getKey()));
                write(to, entry.getValue());
            }
            to.writeEndObject();
        } else if (value instanceof Iterable<?> items) {
            to.writeStartArray();
            for (Object item : items) {
                write(to, item);
            }
            to.writeEndArray();
        } else if (value instanceof Number number) {
            to.writeNumber(number.toString());
        } else if (value instanceof Boolean flag) {
            to.writeBoolean(flag);
        } else if (value == null) {
            to.writeNull();
        } else {
            to.writeString(value.toString());
        }
    }
}
