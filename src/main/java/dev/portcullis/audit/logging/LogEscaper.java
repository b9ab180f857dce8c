package dev.portcullis.audit.logging;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.util.Arrays;
import java.util.Locale;
import net.logstash.logback.decorate.JsonGeneratorDecorator;
import org.jspecify.annotations.Nullable;

/**
 * Escapes characters that a terminal or a viewer would act on: controls, C1, bidi, invisible and line-separating
 * characters (CWE-117, CWE-150). Log lines quote what clients sent.
 */
public final class LogEscaper implements JsonGeneratorDecorator {
    private static final Escapes ESCAPES = new Escapes();

    @Override
    public JsonGenerator decorate(JsonGenerator generator) {
        return generator.setCharacterEscapes(ESCAPES);
    }

    /** Escapes text for lines that are not JSON. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(each -> {
            if (isInvisible(each) || Character.getType(each) == Character.SURROGATE) {
                out.append(String.format(Locale.ROOT, "\\u%04x", each));
            } else {
                out.appendCodePoint(each);
            }
        });
        return out.toString();
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static final class Escapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        private static final int DELETE = 0x7F;
        private static final int[] ASCII = standardAsciiEscapesForJSON();

        static {
            ASCII[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return Arrays.copyOf(ASCII, ASCII.length);
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return isInvisible(character)
                    ? new SerializedString(String.format(Locale.ROOT, "\\u%04x", character))
                    : null;
        }
    }
}
