package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The compiled schema of an input that is not a frame: the body of an HTTP request, or one of its parameters. The rules
 * are those of frames.
 */
public final class InputSchema {
    /** An integer of at most this many characters always fits a long. */
    private static final int FITS_LONG = 18;

    private final ValueRule rule;
    private final Set<FieldName> structured;

    private InputSchema(ValueRule rule, Set<FieldName> structured) {
        this.rule = rule;
        this.structured = structured;
    }

    /** The result of reading a body, or an item of one. */
    public sealed interface Result {
        <R> R fold(Function<Fields, R> read, BiFunction<Reason, List<Violation>, R> malformed);
    }

    private record Read(Fields fields) implements Result {
        @Override
        public <R> R fold(Function<Fields, R> read, BiFunction<Reason, List<Violation>, R> malformed) {
            return read.apply(fields);
        }
    }

    private record Malformed(Reason reason, List<Violation> details) implements Result {
        @Override
        public <R> R fold(Function<Fields, R> read, BiFunction<Reason, List<Violation>, R> malformed) {
            return malformed.apply(reason, details);
        }
    }

    /** The fields of an object that fits its schema. */
    public static final class Fields {
        private final ParsedObject object;
        private final Optional<ObjectRule> rule;

        private Fields(ParsedObject object, Optional<ObjectRule> rule) {
            this.object = object;
            this.rule = rule;
        }

        private static Fields nested(ParsedObject object) {
            return new Fields(object, Optional.empty());
        }

        public String text(String name) {
            return object.text(field(name));
        }

        public Optional<String> textIn(String name) {
            return object.textIn(field(name));
        }

        public long number(String name) {
            return object.number(field(name));
        }

        public Optional<Long> numberIn(String name) {
            return object.numberIn(field(name));
        }

        /** {@code false} also for an absent field. */
        public boolean flag(String name) {
            return object.flag(field(name));
        }

        public Optional<Fields> objectIn(String name) {
            return object.objectIn(field(name)).map(Fields::nested);
        }

        public List<Fields> objects(String name) {
            return object.objects(field(name)).stream().map(Fields::nested).toList();
        }

        /**
         * The items of a list that are judged one by one, each with what is wrong with it; its pointers begin at the item. Empty
         * for an absent field.
         */
        public List<Result> each(String name) {
            FieldName field = field(name);
            if (rule.flatMap(known -> known.of(field)).orElse(null) instanceof ValueRule.Each each
                    && object.get(field) instanceof List<?> items) {
                return items.stream().map(item -> judge(each.item(), item)).toList();
            }
            return List.of();
        }

        private static Result judge(ValueRule rule, Object item) {
            SchemaViolations violations = new SchemaViolations();
            rule.check(item, JsonPointer.ROOT, violations);
            return violations.isEmpty() && item instanceof ParsedObject object
                    ? new Read(nested(object))
                    : new Malformed(Reason.VALIDATION_FAILED, violations.details());
        }

        private static FieldName field(String name) {
            return Optional.ofNullable(FieldName.of(name))
                    .orElseThrow(() -> new IllegalArgumentException("no schema has a field " + name));
        }
    }

    /**
     * @param where the location of the schema, for error messages
     * @param schema as parsed: maps, lists, texts, {@code Long} and {@code Boolean}
     * @throws UnsupportedSchemaException for a schema that the decoder does not implement
     */
    public static InputSchema ofBody(String where, Object schema) {
        SchemaCompiler compiler = new SchemaCompiler();
        ObjectRule rule = compiler.compileBody(new SchemaNode(where, schema));
        return new InputSchema(rule, compiler.structured());
    }

    /** As {@link #ofBody}, for one value that is written as text. */
    public static InputSchema ofParameter(String where, Object schema) {
        return new InputSchema(new SchemaCompiler().compileParameter(new SchemaNode(where, schema)), Set.of());
    }

    /**
     * Reads a body with the precedence of a frame: JSON, prototype keys, schema. A frame is known to be UTF-8 before it
     * is decoded; a body is not.
     */
    public Result read(byte[] utf8) {
        ParsedObject object = new ParsedObject();
        SchemaViolations violations = new SchemaViolations();
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)); // the parser accepts overlong forms and surrogates
            FrameReader.read(utf8, structured, object, violations);
        } catch (IOException notJson) { // dropped, because its message quotes the input (CWE-209)
            return new Malformed(Reason.INVALID_JSON, List.of());
        }
        if (violations.isEmpty()) {
            rule.check(object, JsonPointer.ROOT, violations);
        }
        return violations.isEmpty()
                ? new Read(new Fields(
                        object,
                        Optional.of(rule).filter(ObjectRule.class::isInstance).map(ObjectRule.class::cast)))
                : new Malformed(Reason.VALIDATION_FAILED, violations.details());
    }

    /**
     * Reads a parameter.
     *
     * @return a {@code String}, {@code Long} or {@code Boolean}; empty if the text does not fit the schema
     */
    public Optional<Object> readText(String text) {
        return valueOf(text).filter(rule::accepts);
    }

    private Optional<Object> valueOf(String text) {
        if (rule instanceof ValueRule.Whole) {
            return isInteger(text) ? Optional.of(Long.valueOf(text)) : Optional.empty();
        }
        if (rule == ValueRule.BOOLEAN) {
            return text.equals("true") || text.equals("false") ? Optional.of(text.equals("true")) : Optional.empty();
        }
        return Optional.of(text);
    }

    /** As JSON writes an integer, but without exponent and fraction: each number has one form. */
    private static boolean isInteger(String text) {
        int digits = text.startsWith("-") ? 1 : 0;
        boolean leadingZero = text.startsWith("0", digits) && text.length() > digits + 1;
        return text.length() > digits
                && text.length() <= FITS_LONG
                && !leadingZero
                && !text.equals("-0")
                && text.chars().skip(digits).allMatch(c -> c >= '0' && c <= '9');
    }
}
