package dev.portcullis.http.contract;

import dev.portcullis.json.SharedJudge;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.JsonTree;
import dev.portcullis.protocol.codec.JsonTree.KeptTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The schema of an input of a call: the body, or one of the parameters. Any thread may read by it. */
public final class InputSchema {
    /** An integer of at most this many characters always fits a long. */
    private static final int FITS_LONG = 18;

    private static final String DATA = "data";

    /** Its data has an unpaired surrogate, as no frame has. */
    private static final List<Violation> ILL_FORMED = List.of(new Violation("/" + DATA, "pattern"));

    private final SharedJudge judge;
    private final TextForm form;
    private final Map<String, SharedJudge> each;

    /**
     * @param form of a parameter
     * @param each judges the items of a list by its name, where they are judged one by one
     */
    private InputSchema(SharedJudge judge, TextForm form, Map<String, SharedJudge> each) {
        this.judge = judge;
        this.form = form;
        this.each = each;
    }

    /** How the value of a parameter is written. */
    enum TextForm {
        STRING,
        INTEGER,
        BOOLEAN;

        /** @param type as a schema names it */
        static Optional<TextForm> of(@Nullable Object type) {
            for (TextForm form : values()) {
                if (form.name().toLowerCase(Locale.ROOT).equals(type)) {
                    return Optional.of(form);
                }
            }
            return Optional.empty();
        }
    }

    /** Why a body, or an item of one, can't be used. */
    public record Malformed(Reason reason, List<Violation> details) {}

    /** The fields of an object that fits its schema. */
    public static final class Fields {
        private final Map<?, ?> object;
        private final Map<String, SharedJudge> each;
        private final KeptTexts texts;

        private Fields(Map<?, ?> object, Map<String, SharedJudge> each, KeptTexts texts) {
            this.object = object;
            this.each = each;
            this.texts = texts;
        }

        private Fields nested(Map<?, ?> inner) {
            return new Fields(inner, Map.of(), texts);
        }

        /** The field {@code data}, which is passed on, as it was written. */
        public Optional<byte[]> rawData() {
            return texts.in(object);
        }

        public String text(String name) {
            return textIn(name).orElseThrow();
        }

        public Optional<String> textIn(String name) {
            return object.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
        }

        public long number(String name) {
            return numberIn(name).orElseThrow();
        }

        /** A whole number, also where it was written as {@code 1.0}. */
        public Optional<Long> numberIn(String name) {
            return object.get(name) instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
        }

        /** {@code false} also for an absent field. */
        public boolean flag(String name) {
            return Boolean.TRUE.equals(object.get(name));
        }

        /** Whether a field is there, and null. */
        public boolean isNull(String name) {
            return object.containsKey(name) && object.get(name) == null;
        }

        public Optional<Fields> objectIn(String name) {
            return object.get(name) instanceof Map<?, ?> inner ? Optional.of(nested(inner)) : Optional.empty();
        }

        /** Empty for an absent field. */
        public List<Fields> objects(String name) {
            return object.get(name) instanceof List<?> items
                    ? items.stream().map(item -> nested((Map<?, ?>) item)).toList()
                    : List.of();
        }

        /**
         * The items of a list that are judged one by one, each with its violations; their pointers begin at the item. The
         * violation of an item that is no object is told by its place in the body, since pointers could lead to nothing in it.
         * Empty for an absent field.
         */
        public List<Result<Fields, Malformed>> each(String name) {
            List<Result<Fields, Malformed>> results = new ArrayList<>();
            SharedJudge judge = each.get(name);
            if (judge != null && object.get(name) instanceof List<?> items) {
                for (Object item : items) {
                    results.add(item instanceof Map<?, ?> inner ? judge(judge, inner) : noObject(name, results.size()));
                }
            }
            return results;
        }

        private Result<Fields, Malformed> judge(SharedJudge judge, Map<?, ?> item) {
            List<Violation> violations = judge.judge(item);
            if (!violations.isEmpty()) {
                return invalid(violations);
            }
            return texts.isIllFormedIn(item) ? invalid(ILL_FORMED) : Result.done(nested(item));
        }

        /** The other rules of its schema would say nothing more. */
        private static Result<Fields, Malformed> noObject(String list, int index) {
            String place = JsonPointer.ROOT.child(list).child(index).toString();
            return invalid(List.of(new Violation(place, "type")));
        }
    }

    /** @param each judges the items of a list by its name, where they are judged one by one */
    static InputSchema ofBody(SharedJudge judge, Map<String, SharedJudge> each) {
        return new InputSchema(judge, TextForm.STRING, Map.copyOf(each));
    }

    static InputSchema ofParameter(SharedJudge judge, TextForm form) {
        return new InputSchema(judge, form, Map.of());
    }

    /** Reads a body, which is an object, with the precedence of a frame: JSON, prototype keys, schema. */
    public Result<Fields, Malformed> read(byte[] utf8) {
        if (!beginsAnObject(utf8)) {
            return Result.refused(new Malformed(Reason.INVALID_JSON, List.of()));
        }
        KeptTexts texts = new KeptTexts(DATA);
        return JsonTree.read(utf8, texts)
                .fold(
                        value -> judge(value, texts),
                        (reason, details) -> Result.refused(new Malformed(reason, details)));
    }

    private Result<Fields, Malformed> judge(@Nullable Object value, KeptTexts texts) {
        List<Violation> violations = judge.judge(value);
        if (violations.isEmpty() && value instanceof Map<?, ?> object) {
            return texts.isIllFormedIn(object) ? invalid(ILL_FORMED) : Result.done(new Fields(object, each, texts));
        }
        return invalid(violations);
    }

    private static Result<Fields, Malformed> invalid(List<Violation> violations) {
        return Result.refused(new Malformed(Reason.VALIDATION_FAILED, violations));
    }

    /** Whether the first character that is no white space is a brace (RFC 8259 section 2). */
    private static boolean beginsAnObject(byte[] utf8) {
        for (byte each : utf8) {
            if (" \t\r\n".indexOf(each) < 0) {
                return each == '{';
            }
        }
        return false;
    }

    /**
     * Reads a parameter.
     *
     * @param fits takes a {@code String}, {@code Long} or {@code Boolean}
     * @param invalid takes what is wrong with the text
     */
    public <R> R readText(String text, Function<Object, R> fits, Function<List<Violation>, R> invalid) {
        return valueOf(text)
                .map(value -> {
                    List<Violation> violations = judge.judge(value);
                    return violations.isEmpty() ? fits.apply(value) : invalid.apply(violations);
                })
                .orElseGet(() -> invalid.apply(List.of(new Violation("", "type"))));
    }

    private Optional<Object> valueOf(String text) {
        return switch (form) {
            case STRING -> Optional.of(text);
            case INTEGER -> isInteger(text) ? Optional.of(Long.valueOf(text)) : Optional.empty();
            case BOOLEAN ->
                text.equals("true") || text.equals("false") ? Optional.of(text.equals("true")) : Optional.empty();
        };
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
